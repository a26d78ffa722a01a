#include "parse/stamp_text.hpp"

namespace weir::parse {

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

// The last `digits` decimal digits of `value`.
void put(char* out, std::int64_t value, int digits) noexcept {
  for (int i = digits - 1; i >= 0; --i, value /= 10)
    out[i] = static_cast<char>('0' + value % 10);
}

}  // namespace

void StampText::set_reference(std::int64_t reference) {
  if (reference == options_.reference) return;
  options_.reference = reference;
  reader_ = text::TimestampReader(options_);
  last_.clear();
}

std::string_view StampText::read(std::string_view text) {
  if (!text.empty() && text == last_) return written_;
  const auto moment = reader_.read_moment(text);
  if (!moment) return {};
  write(*moment);
  // An empty text is never a stamp.
  if (text.size() <= kLongestRemembered) {
    last_.assign(text);
  } else {
    last_.clear();
  }
  return written_;
}

void StampText::write(const text::Moment& moment) {
  const std::int64_t seconds = text::floor_divide(moment.nanos, kSecond);
  const std::int64_t days = text::floor_divide(seconds, text::kDaySeconds);
  const std::int64_t in_day = seconds - days * text::kDaySeconds;
  const text::CivilDate date = text::date_of(days);
  written_.assign("0000-00-00T00:00:00.000000000");
  char* out = written_.data();
  put(out, date.year, 4);
  put(out + 5, date.month, 2);
  put(out + 8, date.day, 2);
  put(out + 11, in_day / 3600, 2);
  put(out + 14, in_day / 60 % 60, 2);
  put(out + 17, in_day % 60, 2);
  put(out + 20, moment.nanos - seconds * kSecond, 9);
  const auto digits = static_cast<std::size_t>(moment.fraction_digits);
  written_.resize(digits == 0 ? 19 : 20 + digits);
  written_ += 'Z';
}

}  // namespace weir::parse
