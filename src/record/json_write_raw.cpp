#include "record/json_write_raw.hpp"

#include <array>
#include <cstring>

#include "record/byte_block.hpp"
#include "record/json_index.hpp"
#include "record/json_scalar.hpp"
#include "record/json_string.hpp"
#include "record/json_walk.hpp"

namespace weir::record {

namespace {

// Tells keys of the same object apart, by a hash of 32 bits: equal ones are for a closer look by others.
class KeyCheck {
 public:
  void open() noexcept { first_[depth_++] = count_; }
  void close() noexcept { count_ = first_[--depth_]; }

  // False when the key may have been there before, or when there are too many to tell.
  bool add(std::string_view key) noexcept {
    constexpr std::size_t kLanes = 4;
    if (count_ + kLanes >= hashes_.size()) return false;
    const std::uint32_t hash = hash_of(key);
    hashes_[count_] = hash;
    std::size_t at = first_[depth_ - 1];
    auto equal = WordBlock{} != WordBlock{};
    for (; at + kLanes <= count_; at += kLanes)
      equal |= load_block<WordBlock>(hashes_.data() + at) == hash;
    bool is_new = !is_any(equal);
    for (; at < count_; ++at)
      is_new &= hashes_[at] != hash;
    ++count_;
    return is_new;
  }

 private:
  // Eight bytes behind the key are readable.
  static std::uint32_t hash_of(std::string_view key) noexcept {
    constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15;
    std::uint64_t head;
    std::memcpy(&head, key.data(), sizeof head);
    std::uint64_t tail = 0;
    if (key.size() < 8) {
      head &= (std::uint64_t{1} << (8 * key.size())) - 1;
    } else {
      std::memcpy(&tail, key.data() + key.size() - 8, sizeof tail);
      for (std::size_t at = 8; at + 8 < key.size(); at += 8) {
        std::uint64_t middle;
        std::memcpy(&middle, key.data() + at, sizeof middle);
        tail = (tail ^ middle) * kMix;
      }
    }
    const std::uint64_t mixed = (head * kMix ^ tail ^ key.size()) * kMix;
    return static_cast<std::uint32_t>(mixed >> 32);
  }

  std::size_t depth_ = 0;
  std::size_t count_ = 0;
  std::array<std::size_t, JsonWalk::kMostNested + 1> first_;  // key of each open object
  std::array<std::uint32_t, 512> hashes_;
};

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

}  // namespace

bool write_raw(const Value& value, const JsonStyle& style, std::size_t depth, base::TextBuffer& out) {
  const std::size_t size = out.size();
  RawWriter writer(*value.raw_index(), value.raw_position(), style, depth, out);
  const bool is_done = is_one_line(style) ? writer.compact() : writer.indented();
  if (!is_done) out.truncate(size);
  return is_done;
}

}  // namespace weir::record
