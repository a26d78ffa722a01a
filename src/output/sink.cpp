#include "output/sink.hpp"

#include <algorithm>
#include <cerrno>

#include "io/operation.hpp"

namespace weir::output {

namespace {
constexpr std::size_t kGatherBytes = 128 * 1024;
constexpr std::size_t kWriteBytes = 1U << 20;  // a write, so that a slow reader does not pin a larger piece
}  // namespace

Coro<int> Sink::write(std::string_view text) {
  if (pending_.size() + text.size() < kGatherBytes) {
    pending_.append(text);
    co_return error_;
  }
  co_await flush();
  co_await write_through(text);
  co_return error_;
}

Coro<int> Sink::flush() {
  co_await write_through(pending_.view());
  pending_.clear();
  co_return error_;
}

Coro<void> Sink::write_through(std::string_view text) {
  while (!text.empty() && error_ == 0) {
    const auto length = static_cast<std::uint32_t>(std::min(text.size(), kWriteBytes));
    io::Operation write = io::Operation::write(fd_, text.data(), length, io::Operation::kStream);
    const int put = co_await write;
    if (put == -EAGAIN) continue;
    if (put < 0) {
      error_ = -put;
    } else {
      text.remove_prefix(static_cast<std::size_t>(put));
    }
  }
}

}  // namespace weir::output
