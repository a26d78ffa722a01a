// Random moments, written by the C library's strftime(), must be read back; a reader must read from a line
// what a new one reads, whatever it has seen before.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <random>
#include <string>

#include "text/timestamp.hpp"
#include "text/when.hpp"

namespace weir::text {
namespace {

constexpr std::int64_t kNanos = 1'000'000'000;

struct Notation {
  const char* format;    // of strftime
  const char* fraction;  // what introduces one; null: there can be none
  const char* zone;      // behind the fraction, in UTC
  bool has_year = true;
};

constexpr Notation kNotations[] = {
    {"%Y-%m-%dT%H:%M:%S", ".", "Z"},
    {"%Y-%m-%d %H:%M:%S", ",", ""},
    {"%Y-%m-%d %H:%M:%S", ".", " +0000"},
    {"%Y/%m/%d %H:%M:%S", ".", " UTC"},
    {"%Y%m%dT%H%M%S", ".", "+00:00"},
    {"<34>%b %e %H:%M:%S", ".", " host", false},
    {"<165>1 %Y-%m-%dT%H:%M:%S", ".", "Z host"},
    {"%b %d %Y %H:%M:%S", nullptr, ": %ASA"},
    {"10.0.0.1 - - [%d/%b/%Y:%H:%M:%S", nullptr, " +0000] \"GET\""},
    {"%a, %d %b %Y %H:%M:%S", nullptr, " GMT"},
    {"[%d-%b-%Y %H:%M:%S", nullptr, " UTC] PHP"},
    {"[%a %b %d %H:%M:%S %Y", nullptr, "] [core]"},
    {"W%m%d %H:%M:%S.000001", nullptr, " 7 a.cc:1]", false},
    {"%m-%d %H:%M:%S", ".", "  7  7 I x", false},
    {"{\"level\":\"info\",\"@timestamp\":\"%Y-%m-%dT%H:%M:%S", ".", "Z\",\"msg\":\"x\"}"},
    {"level=warn msg=\"x y\" ts=%Y-%m-%dT%H:%M:%S", ".", "Z"},
};

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
std::string written(const char* format, const std::tm& time) {
  char text[200];
  return std::string(text, std::strftime(text, sizeof text, format, &time));
}

std::tm utc(std::int64_t seconds) {
  const std::time_t at = seconds;
  std::tm time{};
  ::gmtime_r(&at, &time);
  return time;
}

// The line, and the nanoseconds that its fraction stands for.
std::string random_line(std::mt19937_64& random, const Notation& notation, std::int64_t seconds,
                        std::int64_t& nanos) {
  std::string line = written(notation.format, utc(seconds));
  nanos = notation.format[0] == 'W' ? 1000 : 0;
  if (notation.fraction && random() % 2 == 0) {
    const std::size_t digits = 1 + random() % 9;
    std::string fraction = std::to_string(random() % kNanos + kNanos).substr(1, digits);
    line += notation.fraction + fraction;
    nanos = std::stoll(fraction.append(9 - digits, '0'));
  }
  return line + notation.zone;
}

TEST(TimestampRandom, ReadsBackWhatTheCLibraryWrites) {
  const unsigned seed = std::random_device()();
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20000; ++i) {
    const Notation& notation = kNotations[random() % std::size(kNotations)];
    const std::int64_t at =
        static_cast<std::int64_t>(random() % 4'000'000'000U) - (notation.has_year ? 2'000'000'000 : 0);
    std::int64_t nanos = 0;
    const std::string line = random_line(random, notation, at, nanos);
    TimestampOptions options;
    options.reference = (at + static_cast<std::int64_t>(random() % (300 * 86400))) * kNanos;
    TimestampReader reader(options);
    const auto read = reader.read(line);
    ASSERT_TRUE(read) << line << ", seed " << seed;
    ASSERT_EQ(*read, at * kNanos + nanos) << line << ", seed " << seed;
  }
}

TEST(TimestampRandom, ReadsTheClocksOfTheCLibrary) {
  const unsigned seed = std::random_device()();
  std::mt19937_64 random(seed);
  const char* before = std::getenv("TZ");
  const std::string saved = before ? before : "";
  for (const char* name : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"}) {
    ::setenv("TZ", name, 1);
    ::tzset();
    TimestampOptions options;
    options.zone = TimeZone::find(name).value();
    TimestampReader reader(options);
    std::time_t at = 1'000'000'000;
    for (int i = 0; i < 5000; ++i) {
      at = random() % 4 == 0 ? static_cast<std::time_t>(random() % 2'000'000'000U)
                             : at + static_cast<std::time_t>(random() % 7200);
      std::tm local{};
      ::localtime_r(&at, &local);
      const std::string line = written("%Y-%m-%d %H:%M:%S", local);
      const auto read = reader.read(line);
      ASSERT_TRUE(read) << line << ", seed " << seed;
      // When clocks are set back two moments look the same; the first is meant.
      const std::time_t moment = *read / kNanos;
      std::tm again{};
      ::localtime_r(&moment, &again);
      ASSERT_EQ(written("%Y-%m-%d %H:%M:%S", again), line) << name << ", seed " << seed;
      ASSERT_LE(moment, at) << line << " in " << name << ", seed " << seed;
    }
  }
  before ? ::setenv("TZ", saved.c_str(), 1) : ::unsetenv("TZ");
  ::tzset();
}

TEST(TimestampRandom, ReadsByPatternWhatTheCLibraryWrites) {
  const unsigned seed = std::random_device()();
  std::mt19937_64 random(seed);
  for (const char* format : {"%Y-%m-%d %H:%M:%S", "%d.%m.%y, %I:%M:%S %p", "%A %B %d %H:%M:%S %Y",
                             "%Y%j%H%M%S", "x %s y", "%D %T", "%a %e %b %Y %H.%M.%S %z", "(%d %h %Y) %T"}) {
    auto pattern = StampPattern::parse(format);
    ASSERT_TRUE(pattern) << format;
    TimestampOptions options;
    options.pattern = pattern.value();
    TimestampReader reader(options);
    for (int i = 0; i < 2000; ++i) {
      const auto at = static_cast<std::int64_t>(random() % 3'000'000'000U);
      const std::string line = written(format, utc(at)) + " text";
      ASSERT_EQ(reader.read(line), at * kNanos) << line << ", seed " << seed;
    }
  }
}

TEST(TimestampRandom, DependsOnTheLineAlone) {
  const unsigned seed = std::random_device()();
  std::mt19937_64 random(seed);
  TimestampOptions options;
  options.reference = 1'772'366'400 * kNanos;
  options.zone = TimeZone::find("Europe/Berlin").value();
  TimestampReader old_reader(options);
  const std::string bytes = "0123456789-:/ T.,[]{}\"=\\+ZIMar\tts<>\x1b\xff";
  for (int i = 0; i < 50000; ++i) {
    std::int64_t nanos = 0;
    const Notation& notation = kNotations[random() % std::size(kNotations)];
    std::string line =
        random_line(random, notation, static_cast<std::int64_t>(random() % 4'000'000'000U), nanos);
    for (auto changes = random() % 4; changes > 0; --changes) {
      const std::size_t at = random() % line.size();
      const char byte = bytes[random() % bytes.size()];
      if (random() % 3 == 0) {
        line.insert(at, 1, byte);
      } else if (random() % 2 == 0) {
        line[at] = byte;
      } else {
        line.resize(at + 1);
      }
    }
    const auto read = old_reader.read(line);
    ASSERT_EQ(read, TimestampReader(options).read(line)) << line << ", seed " << seed;
    ASSERT_EQ(read.has_value(), old_reader.has_timestamp(line)) << line << ", seed " << seed;
    ASSERT_EQ(begins_with_timestamp(line), old_reader.begins_with_timestamp(line))
        << line << ", seed " << seed;
    ASSERT_TRUE(read || !begins_with_timestamp(line)) << line << ", seed " << seed;
  }
}

std::int64_t when(std::string_view text, const char* zone = "UTC") {
  constexpr std::int64_t kNow = (1772366400 + 3600) * kNanos + 5;  // 2026-03-01 13:00
  const auto at = parse_when(text, kNow, *TimeZone::find(zone).value());
  return at ? at.value() : -1;
}

TEST(When, ReadsWhatAPersonWrites) {
  constexpr std::int64_t kNoon = 1772366400;
  EXPECT_EQ(when("now"), (kNoon + 3600) * kNanos + 5);
  EXPECT_EQ(when("10m"), (kNoon + 3000) * kNanos + 5);
  EXPECT_EQ(when("2h ago"), (kNoon - 3600) * kNanos + 5);
  EXPECT_EQ(when("1h30m"), (kNoon - 1800) * kNanos + 5);
  EXPECT_EQ(when("3d"), (kNoon + 3600 - 3 * 86400) * kNanos + 5);
  EXPECT_EQ(when("1w"), (kNoon + 3600 - 7 * 86400) * kNanos + 5);
  EXPECT_EQ(when("30s"), (kNoon + 3570) * kNanos + 5);
  EXPECT_EQ(when("today"), (kNoon - 43200) * kNanos);
  EXPECT_EQ(when("yesterday"), (kNoon - 43200 - 86400) * kNanos);
  EXPECT_EQ(when("today", "-13:30"), (kNoon - 43200 - 86400 + 13 * 3600 + 1800) * kNanos);
  EXPECT_EQ(when("2026-03-01"), (kNoon - 43200) * kNanos);
  EXPECT_EQ(when("2026-03-01", "Europe/Berlin"), (kNoon - 46800) * kNanos);
  EXPECT_EQ(when("2026-03-01 12:00"), kNoon * kNanos);
  EXPECT_EQ(when("2026-03-01T12:00:00"), kNoon * kNanos);
  EXPECT_EQ(when("2026-03-01T12:00:00.25Z", "Europe/Berlin"), kNoon * kNanos + 250'000'000);
  EXPECT_EQ(when("2026-03-01T13:00:00+01:00"), kNoon * kNanos);
  EXPECT_EQ(when("1772366400"), kNoon * kNanos);
  EXPECT_EQ(when("1772366400.5"), kNoon * kNanos + 500'000'000);
  EXPECT_EQ(when("@0"), 0);
  EXPECT_EQ(when("@1772366400"), kNoon * kNanos);
}

TEST(When, RefusesTheRest) {
  for (const char* text : {"",
                           " ",
                           "10",
                           "10x",
                           "m",
                           "10m5",
                           "10m ",
                           "-10m",
                           "99999999999w",
                           "1d1",
                           " ago",
                           "tomorrow",
                           "2026",
                           "2026-03",
                           "2026-02-30",
                           "2026-03-01 ",
                           "2026-03-01 25:00",
                           "2026-03-01T12:00:00Zx",
                           "@",
                           "@x",
                           "@99999999999",
                           "@1.5",
                           "12:00",
                           "20260301",
                           "9999999999999999999",
                           "9214646400"})
    EXPECT_EQ(when(text), -1) << text;
}

}  // namespace
}  // namespace weir::text
