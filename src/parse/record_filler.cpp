#include "parse/record_filler.hpp"

#include <algorithm>
#include <cstring>

#include "record/json_number.hpp"
#include "text/utf8.hpp"

namespace weir::parse {

using record::Value;

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

bool is_digit(char c) noexcept {
  return static_cast<unsigned char>(c - '0') < 10;
}

}  // namespace

void RecordFiller::begin(std::string_view line, Value& record) {
  object_ = &record.reuse_object();
  position_ = 0;
  is_valid_ = text::is_utf8(line);
  scratch_.clear();
}

bool RecordFiller::has(std::string_view key) const noexcept {
  for (std::size_t i = 0; i < position_; ++i) {
    if ((*object_)[i].key.text() == key) return true;
  }
  return false;
}

Value RecordFiller::scalar(std::string_view piece) {
  const bool may_be_number = !piece.empty() && (is_digit(piece.front()) || piece.front() == '-');
  return may_be_number && record::is_json_number(piece) ? Value::literal(piece) : text(piece);
}

Value RecordFiller::repaired(std::string_view bytes) {
  if (text::is_utf8(bytes)) return Value::borrowed(bytes);
  char* const begin = scratch_.room(bytes.size() * kReplacement.size());
  char* out = begin;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t from = at;
    if (text::next_code_point(bytes, at)) {
      out = std::copy(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                      bytes.begin() + static_cast<std::ptrdiff_t>(at), out);
    } else {
      out = std::copy(kReplacement.begin(), kReplacement.end(), out);
      at += text::broken_length(bytes, at);
    }
  }
  const auto size = static_cast<std::size_t>(out - begin);
  scratch_.commit(size);
  return Value::borrowed({begin, size});
}

void RecordFiller::add_new(std::string_view key, Value value) {
  object_->truncate(position_);
  object_->at(shared_key(key)) = std::move(value);
  position_ = object_->size();
}

Value RecordFiller::shared_key(std::string_view key) {
  const auto found = keys_.find(key);
  if (found != keys_.end()) return found->second;
  const Value owned = Value::string(repaired(key).text());
  // A key that had to be repaired would not be found by its text.
  const bool is_worth_it = keys_.size() < kMostKeys && key.size() <= kLongestKey && owned.text() == key;
  if (is_worth_it) keys_.emplace(owned.text(), owned);
  return owned;
}

}  // namespace weir::parse
