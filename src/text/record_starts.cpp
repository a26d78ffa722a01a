#include "text/record_starts.hpp"

#include <algorithm>

#include "text/newlines.hpp"
#include "text/timestamp.hpp"

namespace weir::text {

std::size_t RecordStarts::next(std::string_view text, std::size_t from) {
  while (from < text.size()) {
    const std::size_t end = line_end(text, from);
    if (starts(text.substr(from, end - from))) return from;
    from = std::min(end + 1, text.size());
  }
  return text.size();
}

std::size_t RecordStarts::last(std::string_view text, std::size_t from) {
  std::size_t end = text.size();
  if (end > from && text[end - 1] == '\n') --end;
  for (;;) {
    const std::size_t begin = std::max(line_begin(text, end), from);
    if (begin > end || begin == text.size()) return std::string_view::npos;
    if (starts(text.substr(begin, end - begin))) return begin;
    if (begin <= from) return std::string_view::npos;
    end = begin - 1;
  }
}

bool StampStarts::starts(std::string_view line) {
  return begins_with_timestamp(line);
}

bool OutdentStarts::starts(std::string_view line) {
  // Python's last word on a traceback, `ValueError: ...`, starts a line and cannot be told from a message.
  constexpr std::string_view kContinues[] = {"at ", "Caused by:", "Suppressed:", "...", "Traceback ("};
  if (line.empty() || line == "\r") return false;
  if (std::string_view(" \t})]").find(line.front()) != std::string_view::npos) return false;
  return std::none_of(std::begin(kContinues), std::end(kContinues),
                      [line](std::string_view word) { return line.starts_with(word); });
}

std::size_t piece_end(std::string_view text, std::size_t begin, std::size_t most) noexcept {
  if (text.size() - begin <= most) return text.size();
  const std::string_view piece = text.substr(begin, most + 1);
  const std::size_t end = line_begin(piece, piece.size());
  if (end > 0) return begin + end;
  return std::min(line_end(text, begin) + 1, text.size());
}

}  // namespace weir::text
