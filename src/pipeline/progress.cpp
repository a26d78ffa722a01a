#include "pipeline/progress.hpp"

#include <fmt/format.h>

namespace weir::pipeline {

namespace {

constexpr auto kFirst = std::chrono::seconds(1);
constexpr auto kEvery = std::chrono::milliseconds(200);

std::string readable_bytes(double bytes) {
  const char* const units[] = {"B", "KB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (; bytes >= 1000 && unit < 4; ++unit)
    bytes /= 1000;
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 1, units[unit]);
}

}  // namespace

Coro<void> Progress::run() {
  if (!show_) co_return;
  co_await sleep(kFirst);
  for (;;) {
    shown_ = true;
    show_(line());
    co_await sleep(kEvery);
  }
}

void Progress::clear() {
  if (std::exchange(shown_, false)) show_("");
}

std::string Progress::line() const {
  const double seconds = std::chrono::duration<double>(Clock::now() - begin_).count();
  const auto bytes = static_cast<double>(counters_.bytes.load());
  const auto opened = static_cast<double>(counters_.bytes_opened.load());
  const auto files = static_cast<double>(counters_.files.load());
  std::string text = fmt::format("{} in {} files, {}/s", readable_bytes(bytes), counters_.files.load(),
                                 readable_bytes(bytes / seconds));
  // Files not opened yet are taken to be as large as those that are.
  if (total_files_ && files > 0 && bytes > 0 && opened > 0) {
    const double expected = opened * static_cast<double>(*total_files_) / files;
    const double left = std::max(0.0, (expected - bytes) / (bytes / seconds));
    text += fmt::format(", {:.0f} s left", left);
  }
  return text;
}

}  // namespace weir::pipeline
