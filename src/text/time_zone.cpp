#include "text/time_zone.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>

#include "text/calendar.hpp"

namespace weir::text {

namespace {

using Zone = std::shared_ptr<const TimeZone>;

constexpr std::size_t kHeaderBytes = 44;
constexpr std::size_t kMostBytes = 1U << 16;  // of a file; they have a few thousand

std::int64_t big_endian(std::string_view bytes) noexcept {
  std::uint64_t value = (static_cast<unsigned char>(bytes.front()) & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (const char c : bytes)
    value = value << 8 | static_cast<unsigned char>(c);
  return static_cast<std::int64_t>(value);
}

// Nothing, if it cannot be read.
std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string data(kMostBytes, '\0');
  if (file) file.read(data.data(), static_cast<std::streamsize>(data.size()));
  data.resize(static_cast<std::size_t>(file.gcount()));
  return data;
}

// Digits of [+-]HH, [+-]HH:MM or [+-]HHMM.
std::optional<std::int32_t> parse_offset(std::string_view text) {
  if (text.size() < 2 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const bool is_negative = text[0] == '-';
  std::string digits;
  for (const char c : text.substr(1)) {
    if (c == ':' && digits.size() == 2 && text.size() == 6) continue;
    if (c < '0' || c > '9') return std::nullopt;
    digits += c;
  }
  if (digits.size() != 2 && digits.size() != 4) return std::nullopt;
  const int number = std::atoi(digits.c_str());
  const int minutes = digits.size() == 2 ? number * 60 : number / 100 * 60 + number % 100;
  if ((digits.size() == 4 && number % 100 > 59) || minutes > 15 * 60) return std::nullopt;
  return (is_negative ? -60 : 60) * minutes;
}

}  // namespace

// One time zone file.
class ZoneFile {
 public:
  explicit ZoneFile(std::string data) : data_(std::move(data)), rest_(data_) {}

  Zone parse() {
    if (!read_header()) return nullptr;
    if (version_ < '2') return read_body(4) ? std::move(zone_) : nullptr;
    // A first body, for programs of the last century, stands before the one that counts.
    const std::size_t skipped = body_bytes(4);
    if (rest_.size() < skipped) return nullptr;
    rest_.remove_prefix(skipped);
    if (!read_header() || !read_body(8)) return nullptr;
    read_footer();
    return std::move(zone_);
  }

 private:
  bool read_header() {
    if (rest_.size() < kHeaderBytes || rest_.substr(0, 4) != "TZif") return false;
    version_ = rest_[4];
    for (std::size_t i = 0; i < counts_.size(); ++i)
      counts_[i] = static_cast<std::size_t>(big_endian(rest_.substr(20 + 4 * i, 4)) & 0xffffffff);
    rest_.remove_prefix(kHeaderBytes);
    // More than any zone has: not such a file.
    return std::all_of(counts_.begin(), counts_.end(), [](std::size_t count) { return count < 1U << 16; });
  }

  std::size_t body_bytes(std::size_t time_bytes) const noexcept {
    const auto [utc, standard, leaps, times, types, letters] = counts_;
    return times * (time_bytes + 1) + types * 6 + letters + leaps * (time_bytes + 4) + standard + utc;
  }

  bool read_body(std::size_t time_bytes) {
    const std::size_t times = counts_[3];
    const std::size_t types = counts_[4];
    if (types == 0 || rest_.size() < body_bytes(time_bytes)) return false;
    const std::string_view kinds = rest_.substr(times * time_bytes, times);
    const std::string_view offsets = rest_.substr(times * (time_bytes + 1), types * 6);
    const auto offset = [&offsets](std::size_t type) {
      return static_cast<std::int32_t>(big_endian(offsets.substr(type * 6, 4)));
    };
    zone_->first_offset_ = offset(0);
    for (std::size_t i = 0; i < times; ++i) {
      const std::size_t type = static_cast<unsigned char>(kinds[i]);
      if (type >= types) return false;
      zone_->changes_.push_back({big_endian(rest_.substr(i * time_bytes, time_bytes)), offset(type)});
    }
    rest_.remove_prefix(body_bytes(time_bytes));
    return true;
  }

  // What holds behind the last change stands as a rule between two newlines.
  void read_footer() {
    if (rest_.empty() || rest_.front() != '\n') return;
    const std::size_t end = rest_.find('\n', 1);
    if (end != std::string_view::npos) zone_->rule_ = ZoneRule::parse(rest_.substr(1, end - 1));
  }

  std::string data_;
  std::string_view rest_;
  char version_ = 0;
  std::array<std::size_t, 6> counts_{};
  std::shared_ptr<TimeZone> zone_ = std::make_shared<TimeZone>();
};

namespace {

Zone load(const std::string& path) {
  return ZoneFile(read_file(path)).parse();
}

Zone find_named(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find("..") != std::string_view::npos) return nullptr;
  const char* directory = std::getenv("TZDIR");
  if (directory && *directory) {
    Zone zone = load(std::string(directory) + "/" + std::string(name));
    if (zone) return zone;
  }
  return load("/usr/share/zoneinfo/" + std::string(name));
}

// As the C library reads TZ: nothing, a file, or a rule; what it cannot read is UTC.
Zone find_local() {
  const char* variable = std::getenv("TZ");
  Zone zone;
  if (!variable) {
    zone = load("/etc/localtime");
  } else {
    std::string_view text = variable;
    if (!text.empty() && text.front() == ':') text.remove_prefix(1);
    zone = !text.empty() && text.front() == '/' ? load(std::string(text)) : find_named(text);
    if (!zone) zone = TimeZone::of_rule(text);
  }
  return zone ? zone : TimeZone::utc();
}

}  // namespace

Zone TimeZone::of_rule(std::string_view text) {
  auto zone = std::make_shared<TimeZone>();
  zone->rule_ = ZoneRule::parse(text);
  if (!zone->rule_) return nullptr;
  return zone;
}

Zone TimeZone::of_offset(std::int32_t seconds) {
  auto zone = std::make_shared<TimeZone>();
  zone->first_offset_ = seconds;
  return zone;
}

Zone TimeZone::utc() {
  static const Zone zone = TimeZone::of_offset(0);
  return zone;
}

Result<Zone> TimeZone::find(std::string_view name) {
  if (name.empty() || name == "local") return find_local();
  if (name == "UTC" || name == "GMT" || name == "Z") return utc();
  if (const auto offset = parse_offset(name)) return TimeZone::of_offset(*offset);
  Zone zone = find_named(name);
  if (zone) return zone;
  return Error(ErrorCode::bad_argument, std::string(1, '\'').append(name) +
                                            "' is not a time zone: use a name such as Europe/Berlin, UTC, "
                                            "local, or an offset such as +02:00");
}

std::int32_t TimeZone::offset_at(std::int64_t utc_seconds) const noexcept {
  const auto after = std::upper_bound(changes_.begin(), changes_.end(), utc_seconds,
                                      [](std::int64_t at, const Change& change) { return at < change.at; });
  if (after == changes_.end() && rule_) return rule_->offset_at(utc_seconds);
  return after == changes_.begin() ? first_offset_ : std::prev(after)->offset;
}

std::int32_t TimeZone::offset_of_local(std::int64_t local_seconds) const noexcept {
  const std::int32_t before = offset_at(local_seconds - kDaySeconds);
  const std::int32_t after = offset_at(local_seconds + kDaySeconds);
  if (before == after || offset_at(local_seconds - before) == before) return before;
  return offset_at(local_seconds - after) == after ? after : before;
}

}  // namespace weir::text
