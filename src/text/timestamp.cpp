#include "text/timestamp.hpp"

#include <algorithm>
#include <cstring>

#include "text/stamp_fields.hpp"

namespace weir::text {

namespace {

using stamps::has;
using stamps::is_digit;
using stamps::is_letter;
using stamps::is_word;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::size_t kBracketReach = 1024;  // how far in a web server's stamp may stand
constexpr int kMostOpeners = 4;              // in front of a stamp at the start of its line

constexpr std::string_view kLevels[] = {"trace",   "debug", "info",     "notice", "warn",
                                        "warning", "error", "critical", "fatal",  "severe"};

// Behind the name of a level and what sets it off; `p` itself if there is none.
const char* skip_level(const char* p, const char* end) noexcept {
  char word[8];
  std::size_t length = 0;
  while (length < sizeof word && p + length < end && is_letter(p[length])) {
    word[length] = static_cast<char>(p[length] | 0x20);
    ++length;
  }
  const char* q = p + length;
  const std::string_view name(word, length);
  if (length < 4 || q == end || is_word(*q)) return p;
  if (std::find(std::begin(kLevels), std::end(kLevels), name) == std::end(kLevels)) return p;
  while (q < end && (*q == ' ' || *q == '\t' || *q == ':' || *q == ']' || *q == '|' || *q == '-'))
    ++q;
  return q;
}

// Behind <NNN> and the version that follows it in RFC 5424; `p` itself if there is none.
const char* skip_priority(const char* p, const char* end) noexcept {
  const char* q = p + 1;
  while (q < end && is_digit(*q) && q - p < 4)
    ++q;
  if (q == p + 1 || q == end || *q != '>') return p;
  ++q;
  return has(q, end, 2) && is_digit(q[0]) && q[1] == ' ' ? q + 2 : q;
}

// Behind one thing that may stand in front of a stamp; `p` itself if there is none.
const char* skip_opener(const char* p, const char* end) noexcept {
  if (*p == '<') return skip_priority(p, end);
  if (*p == '[' || *p == '(' || *p == '"' || *p == '\'') {
    ++p;
    while (p < end && *p == ' ')
      ++p;
    return p;
  }
  return skip_level(p, end);
}

// Behind a byte order mark and colours.
std::string_view without_marks(std::string_view line) noexcept {
  line = line.substr(0, kStampReach);
  if (line.substr(0, 3) == "\xef\xbb\xbf") line.remove_prefix(3);
  while (line.size() > 2 && line[0] == '\x1b' && line[1] == '[') {
    std::size_t i = 2;
    while (i < line.size() && (is_digit(line[i]) || line[i] == ';'))
      ++i;
    if (i == line.size() || line[i] != 'm') break;
    line.remove_prefix(i + 1);
  }
  return line;
}

bool is_continuation(std::string_view line) noexcept {
  return line.empty() || static_cast<unsigned char>(line.front()) <= ' ';
}

}  // namespace

TimestampReader::TimestampReader(TimestampOptions options) : options_(std::move(options)) {
  if (!options_.zone) options_.zone = TimeZone::utc();
  reference_date_ = date_of(floor_divide(options_.reference, kSecond * kDaySeconds));
}

bool TimestampReader::parse_at(const char* p, const char* end, Stamp& stamp) noexcept {
  if (p == end) return false;
  stamp = {};
  if (options_.pattern) return options_.pattern->match(p, end, stamp) != nullptr;
  const bool digit = is_digit(*p);
  if (!digit && !is_letter(*p)) return false;
  if (last_format_ && last_format_->parse(p, end, stamp)) return true;
  for (const StampFormat& format : kStampFormats) {
    if (!(digit ? format.begins_with_digit : format.begins_with_letter)) continue;
    stamp = {};
    if (!format.parse(p, end, stamp)) continue;
    last_format_ = &format;
    return true;
  }
  return false;
}

bool TimestampReader::find_at_start(const char* p, const char* end, Stamp& stamp) noexcept {
  for (int openers = 0; p < end && openers <= kMostOpeners; ++openers) {
    if (parse_at(p, end, stamp)) return true;
    const char* behind = skip_opener(p, end);
    if (behind == p) return false;
    p = behind;
  }
  return false;
}

// With a pattern of the user's, the first place at which it fits, where a word begins.
bool TimestampReader::find_in_brackets(const char* p, const char* end, Stamp& stamp) noexcept {
  const char* stop = p + std::min<std::size_t>(kBracketReach, static_cast<std::size_t>(end - p));
  if (options_.pattern) {
    for (const char* q = p; q < stop; ++q) {
      if (q > p && is_word(q[-1])) continue;
      if (parse_at(q, end, stamp)) return true;
    }
    return false;
  }
  while (p < stop) {
    p = static_cast<const char*>(std::memchr(p, '[', static_cast<std::size_t>(stop - p)));
    if (!p) return false;
    stamp = {};
    if (stamps::parse_apache(++p, end, stamp)) return true;
  }
  return false;
}

bool TimestampReader::find_in_fields(std::string_view line, Stamp& stamp) noexcept {
  stamps::FieldScan fields(line);
  for (std::string_view value = fields.next(); value.data(); value = fields.next()) {
    if (parse_at(value.data(), value.data() + value.size(), stamp)) return true;
  }
  return false;
}

bool TimestampReader::find(std::string_view line, Stamp& stamp) noexcept {
  line = without_marks(line);
  if (line.empty() || (!options_.pattern && is_continuation(line))) return false;
  const char* end = line.data() + line.size();
  if (find_at_start(line.data(), end, stamp)) return true;
  return (!options_.pattern && find_in_fields(line, stamp)) || find_in_brackets(line.data(), end, stamp);
}

std::optional<std::int64_t> TimestampReader::read(std::string_view line) noexcept {
  Stamp stamp;
  if (!find(line, stamp)) return std::nullopt;
  return resolve(stamp);
}

std::optional<Moment> TimestampReader::read_moment(std::string_view line) noexcept {
  Stamp stamp;
  if (!find(line, stamp)) return std::nullopt;
  const auto nanos = resolve(stamp);
  if (!nanos) return std::nullopt;
  return Moment{*nanos, stamp.fraction_digits};
}

bool TimestampReader::has_timestamp(std::string_view line) noexcept {
  Stamp stamp;
  return find(line, stamp);
}

bool TimestampReader::begins_with_timestamp(std::string_view line) noexcept {
  Stamp stamp;
  line = without_marks(line);
  return find_at_start(line.data(), line.data() + line.size(), stamp);
}

std::optional<std::int64_t> TimestampReader::resolve(const Stamp& stamp) noexcept {
  std::int64_t seconds = stamp.has_year ? stamp.seconds : with_year(stamp);
  if (!stamp.has_zone) seconds = to_utc(seconds);
  return seconds * kSecond + stamp.nanos;
}

// The 29th of February is only in some years.
std::int64_t TimestampReader::with_year(const Stamp& stamp) const noexcept {
  const std::int64_t latest = floor_divide(options_.reference, kSecond) + kDaySeconds;
  for (std::int64_t year = reference_date_.year + 1;; --year) {
    if (!is_date(year, stamp.month, stamp.day)) continue;
    const std::int64_t seconds = days_since_1970(year, stamp.month, stamp.day) * kDaySeconds + stamp.seconds;
    // Mostly the zone need not be asked: none is a day away from UTC.
    if (seconds < latest - kDaySeconds) return seconds;
    if (seconds > latest + kDaySeconds) continue;
    if (seconds - (stamp.has_zone ? 0 : options_.zone->offset_of_local(seconds)) <= latest) return seconds;
  }
}

std::int64_t TimestampReader::to_utc(std::int64_t local_seconds) noexcept {
  if (local_seconds >= cached_from_ && local_seconds < cached_to_) return local_seconds - cached_offset_;
  const TimeZone& zone = *options_.zone;
  const std::int32_t offset = zone.offset_of_local(local_seconds);
  // A change of the clocks is at least a day away from all that is kept.
  const std::int64_t day = floor_divide(local_seconds, kDaySeconds) * kDaySeconds;
  if (zone.offset_at(day - 2 * kDaySeconds) == offset && zone.offset_at(day + 3 * kDaySeconds) == offset) {
    cached_from_ = day;
    cached_to_ = day + kDaySeconds;
    cached_offset_ = offset;
  }
  return local_seconds - offset;
}

bool begins_with_timestamp(std::string_view line) noexcept {
  static const TimestampOptions options;
  thread_local TimestampReader reader(options);
  return reader.begins_with_timestamp(line);
}

}  // namespace weir::text
