#include "record/json_write_raw.hpp"

#include <cstring>

#include "record/json_index.hpp"
#include "record/json_scalar.hpp"
#include "record/json_string.hpp"
#include "record/key_check.hpp"
#include "text/newlines.hpp"

namespace weir::record {

namespace {

// Goes through the tokens of a value.
class RawWriter {
 public:
  RawWriter(const JsonIndex& index, std::uint32_t position, const JsonStyle& style, std::size_t depth,
            base::TextBuffer& out)
      : text_(index.text().data()),
        offsets_(index.offsets()),
        at_(position),
        style_(style),
        depth_(depth),
        out_(out) {}

  // What has no spaces to leave out and nothing to escape is copied in long runs.
  bool compact() {
    std::size_t open = 0;
    const char* run = text_ + offsets_[at_];
    do {
      const char* begin = text_ + offsets_[at_];
      const char* next = text_ + offsets_[at_ + 1];
      const char* end = begin + 1;
      switch (*begin) {
        case '{':
          keys_.open();
          ++open;
          break;
        case '[':
          ++open;
          break;
        case '}':
          keys_.close();
          --open;
          break;
        case ']':
          --open;
          break;
        case ',':
        case ':':
          break;
        case '"':
          end = trim(next);
          if (*next == ':' && !is_new_key(begin, end)) return false;
          if (is_plain(begin, end)) break;
          flush(run, begin);
          rewrite(begin, end);
          run = end;
          break;
        default:
          end = trim(next);
          break;
      }
      ++at_;
      if (end == next && open > 0) continue;
      flush(run, end);
      run = next;
    } while (open > 0);
    return true;
  }

  bool indented() {
    const std::size_t outside = depth_;
    do {
      const char* begin = text_ + offsets_[at_];
      const char* next = text_ + offsets_[at_ + 1];
      ++at_;
      switch (*begin) {
        case '{':
        case '[':
          open(*begin, *next);
          break;
        case '}':
        case ']':
          close(*begin);
          break;
        case ',':
          out_.append(',');
          write_new_line(style_, depth_, out_);
          break;
        case ':':
          out_.append(is_one_line(style_) ? ":" : ": ");
          break;
        default:
          if (!token(begin, next)) return false;
          break;
      }
    } while (depth_ > outside);
    return true;
  }

 private:
  static const char* trim(const char* end) {
    while (is_json_space(end[-1]))
      --end;
    return end;
  }

  static std::string_view between(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
  }
  static std::string_view inner(const char* begin, const char* end) { return between(begin + 1, end - 1); }

  void flush(const char* begin, const char* end) { out_.append(between(begin, end)); }

  // Only for strings that have no escapes in the text is the answer about the string itself.
  bool is_plain(const char* begin, const char* end) const {
    return !needs_escapes(inner(begin, end), style_.ascii);
  }

  void rewrite(const char* begin, const char* end) {
    write_string(unescape(inner(begin, end)), style_.ascii, out_);
  }

  bool is_new_key(const char* begin, const char* end) {
    const std::string_view key = inner(begin, end);
    return std::memchr(key.data(), '\\', key.size()) == nullptr && keys_.add(key);
  }

  void open(char bracket, char next) {
    out_.append(bracket);
    if (bracket == '{') keys_.open();
    ++depth_;
    if (next != '}' && next != ']') return write_new_line(style_, depth_, out_);
    is_empty_ = true;
  }

  void close(char bracket) {
    --depth_;
    if (bracket == '}') keys_.close();
    if (!is_empty_) write_new_line(style_, depth_, out_);
    is_empty_ = false;
    out_.append(bracket);
  }

  bool token(const char* begin, const char* next) {
    const char* end = trim(next);
    if (*begin == '"') {
      if (*next == ':' && !is_new_key(begin, end)) return false;
      if (!is_plain(begin, end)) {
        rewrite(begin, end);
        return true;
      }
    }
    flush(begin, end);
    return true;
  }

  const char* text_;
  const std::uint32_t* offsets_;
  std::uint32_t at_;
  const JsonStyle& style_;
  std::size_t depth_;
  base::TextBuffer& out_;
  bool is_empty_ = false;  // the container that was opened last
  KeyCheck keys_;
};

// Of a value that is known to be written as it will be, as far as one byte (or those that are not ASCII)
// goes.
bool copy_compact(const JsonIndex& index, std::uint32_t position, bool ascii, base::TextBuffer& out) {
  const std::uint32_t bytes = index.compact_bytes(position);
  if (bytes == 0) return false;
  const std::string_view text = index.text().substr(index.offsets()[position], bytes);
  if (text.find('\x7f') != std::string_view::npos || (ascii && !text::is_ascii(text))) return false;
  out.append(text);
  return true;
}

}  // namespace

bool write_raw(const Value& value, const JsonStyle& style, std::size_t depth, base::TextBuffer& out) {
  const JsonIndex& index = *value.raw_index();
  const std::uint32_t position = value.raw_position();
  if (is_one_line(style) && copy_compact(index, position, style.ascii, out)) return true;
  const std::size_t size = out.size();
  RawWriter writer(index, position, style, depth, out);
  const bool is_done = is_one_line(style) ? writer.compact() : writer.indented();
  if (!is_done) out.truncate(size);
  return is_done;
}

}  // namespace weir::record
