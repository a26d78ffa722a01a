#include "text/stamp_fields.hpp"

#include <algorithm>
#include <cstring>

#include "text/stamp.hpp"

namespace weir::text::stamps {

namespace {

constexpr std::string_view kNames[] = {"ts",
                                       "time",
                                       "timestamp",
                                       "@timestamp",
                                       "t",
                                       "@t",
                                       "datetime",
                                       "date",
                                       "asctime",
                                       "eventTime",
                                       "timeMillis",
                                       "time_iso8601",
                                       "__REALTIME_TIMESTAMP"};

bool is_name_byte(char c) noexcept {
  return is_word(c) || c == '.' || c == '@' || c == '-';
}

const char* skip_blanks(const char* p, const char* end) noexcept {
  while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
    ++p;
  return p;
}

// Where the string with its opening quote at `p` has its closing one; `end` if it has none.
const char* closing_quote(const char* p, const char* end) noexcept {
  for (const char* q = p + 1; q < end; ++q) {
    q = static_cast<const char*>(std::memchr(q, '"', static_cast<std::size_t>(end - q)));
    if (!q) return end;
    const char* before = q;
    while (before[-1] == '\\')
      --before;
    if ((q - before) % 2 == 0) return q;
  }
  return end;
}

std::string_view between(const char* begin, const char* end) noexcept {
  return {begin, static_cast<std::size_t>(end - begin)};
}

// Behind the value at `p`, which may be an object or an array.
const char* skip_value(const char* p, const char* end) noexcept {
  int depth = 0;
  for (; p < end; ++p) {
    if (*p == '"') {
      p = closing_quote(p, end);
      if (p == end) return end;
    } else if (*p == '{' || *p == '[') {
      ++depth;
    } else if (*p == '}' || *p == ']') {
      if (depth == 0) return p;
      --depth;
    } else if (*p == ',' && depth == 0) {
      return p;
    }
  }
  return end;
}

}  // namespace

bool is_time_field(std::string_view name) noexcept {
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

FieldScan::FieldScan(std::string_view line) noexcept : p_(line.data()), end_(line.data() + line.size()) {
  if (line.empty()) return;
  if (line.front() == '{') {
    kind_ = Kind::json;
    ++p_;
    return;
  }
  const char* q = p_;
  while (q < end_ && is_name_byte(*q))
    ++q;
  if (q > p_ && q < end_ && *q == '=') kind_ = Kind::logfmt;
}

std::string_view FieldScan::next() noexcept {
  if (kind_ == Kind::json) return next_of_json();
  return kind_ == Kind::logfmt ? next_of_logfmt() : std::string_view();
}

std::string_view FieldScan::next_of_json() noexcept {
  for (;;) {
    p_ = skip_blanks(p_, end_);
    if (p_ < end_ && *p_ == ',') p_ = skip_blanks(p_ + 1, end_);
    if (p_ == end_ || *p_ != '"') break;
    const char* quote = closing_quote(p_, end_);
    if (quote == end_) break;
    const std::string_view name = between(p_ + 1, quote);
    p_ = skip_blanks(quote + 1, end_);
    if (p_ == end_ || *p_ != ':') break;
    const char* value = skip_blanks(p_ + 1, end_);
    p_ = skip_value(value, end_);
    if (!is_time_field(name) || value == p_) continue;
    if (*value != '"') return between(value, p_);
    return between(value + 1, closing_quote(value, end_));
  }
  kind_ = Kind::none;
  return {};
}

// What stands up to the next blank, or in quotes.
std::string_view FieldScan::take_word() noexcept {
  const char* begin = p_;
  if (p_ < end_ && *p_ == '"') {
    const char* quote = closing_quote(p_, end_);
    p_ = quote == end_ ? end_ : quote + 1;
    return between(begin + 1, quote);
  }
  while (p_ < end_ && *p_ != ' ' && *p_ != '\t')
    ++p_;
  return between(begin, p_);
}

std::string_view FieldScan::next_of_logfmt() noexcept {
  while ((p_ = skip_blanks(p_, end_)) < end_) {
    const char* begin = p_;
    while (p_ < end_ && is_name_byte(*p_))
      ++p_;
    const std::string_view name = between(begin, p_);
    const bool is_field = p_ < end_ && *p_ == '=';
    if (is_field) ++p_;
    const std::string_view value = take_word();
    if (is_field && is_time_field(name)) return value;
  }
  return {};
}

}  // namespace weir::text::stamps
