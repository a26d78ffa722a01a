#include "transform/jq/libjq_input.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/resident_memory.hpp"

namespace weir::transform::jq {

namespace {

constexpr std::size_t kMostFed = std::size_t{1} << 24;  // bytes at a time; libjq counts them in an int

// What libjq allocates, in bytes: containers begin with room for 16 items or 8 fields.
constexpr std::size_t kArrayBytes = 300;
constexpr std::size_t kObjectBytes = 440;
constexpr std::size_t kItemBytes = 24;
constexpr std::size_t kFieldBytes = 60;
constexpr std::size_t kStringBytes = 40;

constexpr std::size_t kUnmeasured = std::size_t{1} << 20;  // bytes fed until memory is measured again

}  // namespace

void LibjqInput::begin(std::string_view record, const LibjqPlace& place) {
  end();
  parser_ = library_.jv_parser_new(0);
  rest_ = record;
  filename_.assign(place.filename);
  line_ = place.line;
}

void LibjqInput::begin(const record::Value& value, const LibjqPlace& place) {
  end();
  value_ = &value;
  filename_.assign(place.filename);
  line_ = place.line;
}

void LibjqInput::begin(LibjqSource& source, const LibjqStreamOptions& options) {
  end();
  options_ = options;
  source_ = &source;
  int flags = 0;
  if (options.seq) flags |= JV_PARSE_SEQ;
  if (options.stream) flags |= JV_PARSE_STREAMING;
  if (options.stream_errors) flags |= JV_PARSE_STREAMING | JV_PARSE_STREAM_ERRORS;
  if (!options.raw) parser_ = library_.jv_parser_new(flags);
  filename_.clear();
  line_ = 0;
  resident_before_ = base::resident_bytes();
}

void LibjqInput::end() {
  if (parser_) library_.jv_parser_free(parser_);
  parser_ = nullptr;
  source_ = nullptr;
  value_ = nullptr;
  options_ = {};
  rest_ = {};
  carry_.clear();
  used_bytes_ = 0;
  unmeasured_bytes_ = 0;
  is_in_string_ = is_escaped_ = is_fed_all_ = is_slurped_ = is_too_large_ = false;
}

jv LibjqInput::next() {
  if (is_too_large_) return library_.jv_invalid();
  if (options_.slurp) return options_.raw ? slurped_text() : slurped();
  return options_.raw ? next_raw() : next_value();
}

// What is nested too deeply is for the parser to refuse.
jv LibjqInput::given_value() {
  const record::Value& value = *std::exchange(value_, nullptr);
  const jv made = values_.make(value);
  if (library_.jv_get_kind(made) != JV_KIND_INVALID) return made;
  carry_ = record::to_json(value);
  rest_ = carry_;
  parser_ = library_.jv_parser_new(0);
  return next_value();
}

jv LibjqInput::next_value() {
  if (value_) return given_value();
  if (!parser_) return library_.jv_invalid();
  for (;;) {
    const jv value = library_.jv_parser_next(parser_);
    if (library_.jv_get_kind(value) != JV_KIND_INVALID) {
      if (!options_.slurp) used_bytes_ = 0;
      return value;
    }
    if (library_.jv_invalid_has_msg(library_.jv_copy(value))) return value;
    library_.jv_free(value);
    if (is_fed_all_ || !feed()) return library_.jv_invalid();
  }
}

bool LibjqInput::feed() {
  std::string_view line;
  if (!source_) {
    line = rest_.substr(0, kMostFed);
    rest_.remove_prefix(line.size());
    is_fed_all_ = rest_.empty();
  } else if (take_line(line)) {
    account(line);
    is_too_large_ = used_bytes_ > options_.most_bytes || has_grown_too_large(line.size());
    if (is_too_large_) return false;
  } else {
    is_fed_all_ = true;
  }
  library_.jv_parser_set_buf(parser_, line.data() ? line.data() : "", static_cast<int>(line.size()),
                             is_fed_all_ ? 0 : 1);
  return true;
}

// What a program keeps of its inputs shows in the process only.
bool LibjqInput::has_grown_too_large(std::size_t fed_bytes) noexcept {
  unmeasured_bytes_ += fed_bytes;
  if (unmeasured_bytes_ < kUnmeasured) return false;
  unmeasured_bytes_ = 0;
  return base::resident_bytes() > resident_before_ + options_.most_bytes;
}

// Up to the end of a line, or of the piece. As jq counts lines: the whole line is read at once.
bool LibjqInput::take_line(std::string_view& line) {
  if (rest_.empty() && !next_piece()) return false;
  const std::string_view most = rest_.substr(0, kMostFed);
  const std::size_t newline = most.find('\n');
  if (newline != std::string_view::npos) ++line_;
  line = most.substr(0, newline == std::string_view::npos ? most.size() : newline + 1);
  rest_.remove_prefix(line.size());
  return true;
}

bool LibjqInput::next_piece() {
  LibjqSource::Piece piece;
  while (source_ && rest_.empty()) {
    if (!source_->next(piece)) {
      source_ = nullptr;
      return false;
    }
    rest_ = piece.text;
    filename_.assign(piece.filename);
    if (piece.begins_file) line_ = 0;
  }
  return !rest_.empty();
}

void LibjqInput::account(std::string_view text) noexcept {
  for (const char byte : text) {
    if (is_in_string_) {
      ++used_bytes_;
      if (is_escaped_) {
        is_escaped_ = false;
      } else if (byte == '\\') {
        is_escaped_ = true;
      } else if (byte == '"') {
        is_in_string_ = false;
      }
      continue;
    }
    switch (byte) {
      case '"':
        is_in_string_ = true;
        used_bytes_ += kStringBytes;
        break;
      case '[':
        used_bytes_ += kArrayBytes;
        break;
      case '{':
        used_bytes_ += kObjectBytes;
        break;
      case ',':
        used_bytes_ += kItemBytes;
        break;
      case ':':
        used_bytes_ += kFieldBytes;
        break;
      case '\n':
        used_bytes_ += kItemBytes;
        break;
      default:
        break;
    }
  }
}

jv LibjqInput::slurped() {
  if (is_slurped_) return library_.jv_invalid();
  is_slurped_ = true;
  jv all = library_.jv_array();
  for (;;) {
    const jv value = next_value();
    if (library_.jv_get_kind(value) != JV_KIND_INVALID) {
      all = library_.jv_array_append(all, value);
      continue;
    }
    if (!is_too_large_ && !library_.jv_invalid_has_msg(library_.jv_copy(value))) {
      library_.jv_free(value);
      return all;
    }
    library_.jv_free(all);
    return value;
  }
}

jv LibjqInput::next_raw() {
  carry_.clear();
  std::string_view line;
  while (source_ || !rest_.empty()) {
    if (!take_line(line)) break;
    const bool is_whole = line.back() == '\n';
    if (is_whole) line.remove_suffix(1);
    if (carry_.size() + line.size() > options_.most_bytes || has_grown_too_large(line.size() + kItemBytes)) {
      is_too_large_ = true;
      return library_.jv_invalid();
    }
    if (is_whole && carry_.empty())
      return library_.jv_string_sized(line.data(), static_cast<int>(line.size()));
    carry_.append(line);
    if (is_whole) return library_.jv_string_sized(carry_.data(), static_cast<int>(carry_.size()));
  }
  if (carry_.empty()) return library_.jv_invalid();
  return library_.jv_string_sized(carry_.data(), static_cast<int>(carry_.size()));
}

jv LibjqInput::slurped_text() {
  if (is_slurped_) return library_.jv_invalid();
  is_slurped_ = true;
  carry_.clear();
  std::string_view line;
  while (source_ && take_line(line)) {
    if (carry_.size() + line.size() > options_.most_bytes) {
      is_too_large_ = true;
      return library_.jv_invalid();
    }
    carry_.append(line);
  }
  return library_.jv_string_sized(carry_.data(), static_cast<int>(carry_.size()));
}

}  // namespace weir::transform::jq
