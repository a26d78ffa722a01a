// How archives are known: by what they begin with.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "input/archive_library.hpp"
#include "input/member_decoder.hpp"

namespace weir::input {

#ifdef WEIR_WITH_ARCHIVE

namespace {

constexpr std::size_t kName = 100;  // of a tar header: the name, then numbers in octal digits
constexpr std::size_t kMode = 8;
constexpr std::size_t kSum = 148;
constexpr std::size_t kSumBytes = 8;

bool is_octal(char byte) noexcept {
  return (byte >= '0' && byte <= '7') || byte == ' ' || byte == '\0';
}

// The sum of a header's bytes, those of the sum itself counted as spaces.
std::uint32_t tar_sum(std::string_view head) noexcept {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < kArchiveHead; ++i) {
    const bool is_sum = i >= kSum && i < kSum + kSumBytes;
    sum += is_sum ? std::uint32_t{' '} : static_cast<unsigned char>(head[i]);
  }
  return sum;
}

std::uint32_t octal(std::string_view digits) noexcept {
  std::uint32_t value = 0;
  for (const char digit : digits) {
    if (digit >= '0' && digit <= '7') value = value * 8 + static_cast<std::uint32_t>(digit - '0');
  }
  return value;
}

// Text is told apart early: by a newline in the place of the name, or by what stands behind it. A pipe that
// gives a line must not be waited for.
Match match_tar(std::string_view head) noexcept {
  if (head.empty()) return Match::maybe;
  if (head.front() == '\0') return Match::no;
  const std::string_view name = head.substr(0, kName);
  if (name.find('\n') != std::string_view::npos) return Match::no;
  for (const char byte : head.substr(name.size(), kMode)) {
    if (!is_octal(byte)) return Match::no;
  }
  if (head.size() < kArchiveHead) return Match::maybe;
  return tar_sum(head) == octal(head.substr(kSum, kSumBytes)) ? Match::yes : Match::no;
}

// A header of the portable format, all of it in hexadecimal digits: a date such as 070701 is not enough.
Match match_cpio(std::string_view head) noexcept {
  constexpr std::size_t kHeader = 110;
  const Match magic = match_magic(head, "070701");
  if (magic != Match::yes) return magic;
  for (const char byte : head.substr(0, kHeader)) {
    if (!std::strchr("0123456789abcdefABCDEF", byte) || byte == '\0') return Match::no;
  }
  return head.size() < kHeader ? Match::maybe : Match::yes;
}

Match match_7z(std::string_view head) noexcept {
  return match_magic(head, "7z\xbc\xaf\x27\x1c");
}

Match match_zip(std::string_view head) noexcept {
  const Match member = match_magic(head, "PK\x03\x04");
  return member != Match::no ? member : match_magic(head, "PK\x05\x06");  // an empty one
}

constexpr std::string_view kExtensions[] = {".tar", ".tgz", ".tbz2", ".txz", ".tzst", ".zip", ".7z", ".cpio"};

}  // namespace

Match match_archive(std::string_view head) noexcept {
  Match best = Match::no;
  for (const auto match : {&match_tar, &match_zip, &match_7z, &match_cpio}) {
    const Match found = match(head);
    if (found == Match::yes) return found;
    if (found == Match::maybe) best = found;
  }
  return best;
}

bool has_archive_extension(std::string_view path) noexcept {
  return std::any_of(std::begin(kExtensions), std::end(kExtensions),
                     [path](std::string_view extension) { return path.ends_with(extension); });
}

std::string_view archive_names() noexcept {
  return "tar zip 7z cpio";
}

#else

Match match_archive(std::string_view) noexcept {
  return Match::no;
}

bool has_archive_extension(std::string_view) noexcept {
  return false;
}

std::string_view archive_names() noexcept {
  return "";
}

std::unique_ptr<ArchiveLibrary> make_archive_library(ArchiveInput&) {
  return nullptr;
}

#endif

std::string head_of_text(const std::shared_ptr<Source>& source) {
  Unit whole;
  whole.source = source;
  UnitDecoder decoder(whole, "");
  char head[kArchiveHead];
  std::uint32_t filled = 0;
  while (filled < kArchiveHead && !decoder.is_done()) {
    filled += decoder.decode(head + filled, static_cast<std::uint32_t>(kArchiveHead) - filled);
    if (decoder.wants_input()) decoder.filled(fill_input(*source, decoder));
  }
  return {head, filled};
}

bool holds_archive(const std::shared_ptr<Source>& source) {
  return match_archive(head_of_text(source)) == Match::yes;
}

bool is_archive_file(const std::string& path) {
  Found found;
  found.path = path;
  auto source = std::make_shared<Source>(0, std::move(found));
  source->owned_fd.reset(::open(path.c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  source->fd = source->owned_fd.get();
  char head[kArchiveHead];
  const ssize_t got = source->owned_fd ? ::pread(source->fd, head, sizeof head, 0) : -1;
  if (got <= 0) return false;
  const std::string_view bytes(head, static_cast<std::size_t>(got));
  source->codec = sniff(bytes, path, true).codec;
  return source->codec ? holds_archive(source) : match_archive(bytes) == Match::yes;
}

}  // namespace weir::input
