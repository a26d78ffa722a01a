#include "record/json_shape.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "record/json_scalar.hpp"
#include "record/key_check.hpp"

namespace weir::record {

namespace {

constexpr std::uint32_t kMostPositions = 2000;

bool is_scalar(char first) noexcept {
  return std::string_view("{}[],:").find(first) == std::string_view::npos;
}

}  // namespace

void JsonShape::add(std::string_view text, std::uint32_t positions) {
  constexpr std::size_t kMost = 2 * sizeof(ByteBlock);
  do {
    const std::string_view part = text.substr(0, kMost);
    text.remove_prefix(part.size());
    Stretch stretch{};
    std::memcpy(stretch.bytes, part.data(), part.size());
    std::memset(stretch.mask, 0xff, part.size());
    stretch.size = static_cast<std::uint32_t>(part.size());
    stretch.positions = text.empty() ? positions : 0;
    stretches_.push_back(stretch);
  } while (!text.empty());
}

bool JsonShape::learn(const JsonIndex& index, std::uint32_t begin, std::uint32_t end) {
  const std::string_view text = index.text();
  const std::uint32_t* offsets = index.offsets();
  if (end - begin > kMostPositions) return false;
  stretches_.clear();
  positions_ = end - begin;
  is_one_line_ = is_compact_ = true;
  KeyCheck keys;
  std::uint32_t first = begin;  // position of the stretch
  for (std::uint32_t at = begin; at + 1 < end; ++at) {
    const std::size_t next = offsets[at + 1];
    const char byte = index.at(at);
    const std::size_t behind = is_scalar(byte) ? token_end(text, next) : offsets[at] + 1U;
    const std::string_view token = text.substr(offsets[at], behind - offsets[at]);
    is_compact_ &= behind == next;
    is_one_line_ &= text.substr(behind, next - behind).find('\n') == std::string_view::npos;
    if (byte == '{') keys.open();
    if (byte == '}') keys.close();
    if (byte == '"' && text[next] == ':') {
      if (token.find('\\') != std::string_view::npos) return false;
      is_compact_ &= keys.add(token.substr(1, token.size() - 2));
    } else if (is_scalar(byte)) {
      if (behind != next) return false;
      add(text.substr(offsets[first], offsets[at] - offsets[first]), at - first);
      first = at + 1;
    }
  }
  add(text.substr(offsets[first], offsets[end - 1] + 1 - offsets[first]), 0);
  return true;
}

namespace {

// Whether `token`, which is followed by no space, is a valid string, number or word.
bool is_valid_scalar(std::string_view token, bool may_be_escaped) noexcept {
  const char first = token.front();
  if (first == '"') return token.back() == '"' && (!may_be_escaped || has_valid_escapes(token));
  if (static_cast<unsigned char>(first - '0') < 10 || first == '-') return is_number_token(token);
  return is_json_word(token);
}

}  // namespace

bool JsonShape::Stretch::is_at(const char* text) const noexcept {
  const auto low = (load_block<ByteBlock>(text) ^ bytes[0]) & mask[0];
  const auto high = (load_block<ByteBlock>(text + sizeof(ByteBlock)) ^ bytes[1]) & mask[1];
  return !is_any(low | high);
}

bool JsonShape::matches(const JsonIndex& index, std::uint32_t position) const {
  if (index.size() - position < positions_) return false;
  const char* text = index.text().data();
  const std::uint32_t* at = index.offsets() + position;
  const bool has_escapes = index.next_escape(*at) < at[positions_ - 1];
  const char* here = text + *at;
  for (const Stretch& stretch : stretches_) {
    if (!stretch.is_at(here)) return false;
    here += stretch.size;
    if (stretch.positions == 0) continue;
    at += stretch.positions;
    const char* next = text + at[1];
    if (text + *at != here) return false;
    if (!is_valid_scalar({here, static_cast<std::size_t>(next - here)}, has_escapes)) return false;
    here = next;
    ++at;
  }
  return true;
}

}  // namespace weir::record
