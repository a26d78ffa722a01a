// What is a time stamp, where, and what moment it means.
#include "text/timestamp.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <random>
#include <string>

namespace weir::text {
namespace {

constexpr std::int64_t kNanos = 1'000'000'000;

// 2026-03-01 12:00:00 UTC
constexpr std::int64_t kNoon = 1772366400;

TimestampOptions options_in(std::string_view zone) {
  TimestampOptions options;
  options.zone = TimeZone::find(zone).value();
  options.reference = (kNoon + 3600) * kNanos;
  return options;
}

std::optional<std::int64_t> read(std::string_view line, std::string_view zone = "UTC") {
  return TimestampReader(options_in(zone)).read(line);
}

std::optional<std::int64_t> at(std::int64_t seconds, std::int64_t nanos = 0) {
  return seconds * kNanos + nanos;
}

constexpr auto kNone = std::nullopt;

TEST(Timestamp, ReadsIso8601) {
  EXPECT_EQ(read("2026-03-01T12:00:00Z x"), at(kNoon));
  EXPECT_EQ(read("2026-03-01T12:00:00"), at(kNoon));
  EXPECT_EQ(read("2026-03-01 12:00:00.123 INFO"), at(kNoon, 123000000));
  EXPECT_EQ(read("2026-03-01 12:00:00,5 INFO"), at(kNoon, 500000000));
  EXPECT_EQ(read("2026-03-01T12:00:00.123456789123Z"), at(kNoon, 123456789));
  EXPECT_EQ(read("2026-03-01T14:30:00+02:30"), at(kNoon));
  EXPECT_EQ(read("2026-03-01T07:00:00-0500 x"), at(kNoon));
  EXPECT_EQ(read("2026-03-01T07:00:00-05 x"), at(kNoon));
  EXPECT_EQ(read("2026-03-01 07:00:00 -0500 x"), at(kNoon));
  EXPECT_EQ(read("2026-03-01 12:00:00.000 UTC [7] LOG"), at(kNoon));
  EXPECT_EQ(read("2026/03/01 12:00:00 [error] 7#7"), at(kNoon));
  EXPECT_EQ(read("2026-03-01 12:00 x"), at(kNoon));
  EXPECT_EQ(read("20260301T120000Z x"), at(kNoon));
  EXPECT_EQ(read("20260301T140000.25+0200"), at(kNoon, 250000000));
  EXPECT_EQ(read("2016-12-31T23:59:60Z"), read("2017-01-01T00:00:00Z"));
  EXPECT_EQ(read("1700-01-01T00:00:00Z"), at(-8520336000));
  EXPECT_EQ(read("2024-02-29 00:00:00"), at(1709164800));
}

TEST(Timestamp, LeavesAloneWhatIsNoTime) {
  for (const char* line : {"",
                           " ",
                           "x",
                           "2026",
                           "2026-03-01",
                           "2026-03-01T",
                           "2026-03-01T12",
                           "2026-03-01T12:0",
                           "2026-03-01T12:00:",
                           "2026-03-01T12:00:0",
                           "2026-02-30T12:00:00",
                           "2025-02-29T12:00:00",
                           "2026-13-01T12:00:00",
                           "2026-00-01T12:00:00",
                           "2026-01-00T12:00:00",
                           "2026-03-01T24:00:00",
                           "2026-03-01T12:60:00",
                           "2026-03-01T12:00:61",
                           "2026-03-01T12:00:001",
                           "2026-03/01T12:00:00",
                           "1600-03-01T12:00:00",
                           "2300-03-01T12:00:00",
                           "2026-03-01 08:00:00 PM",
                           "2026-03-01 08:00pm",
                           " 2026-03-01T12:00:00",
                           "\t2026-03-01T12:00:00",
                           "x2026-03-01T12:00:00",
                           "1234567890abc",
                           "1234567890-1",
                           "123456789",
                           "12345678901",
                           "99999999999999999999",
                           "9999999999999999999",
                           "0000000000",
                           "Feb 30 12:00:00",
                           "Mrz  1 12:00:00",
                           "I0230 12:00:00.123456",
                           "I0301 12:00:00",
                           "02-30 12:00:00.000",
                           "[30/Feb/2026:12:00:00 +0000]",
                           "12:00:00 x",
                           "[12345.678901] usb",
                           "<34>",
                           "<>2026-03-01T12:00:00",
                           "{",
                           "{\"",
                           "{\"ts\"",
                           "{\"ts\":",
                           "{\"ts\":\"",
                           "ts=",
                           "ts=\"",
                           "{\"a\":\"\\",
                           "INFO",
                           "ERROR: 5",
                           "\x1b[",
                           "\x1b[31"})
    EXPECT_EQ(read(line), kNone) << line;
}

TEST(Timestamp, ReadsSyslog) {
  EXPECT_EQ(read("Mar  1 12:00:00 host x"), at(kNoon));
  EXPECT_EQ(read("Mar 1 12:00:00 host x"), at(kNoon));
  EXPECT_EQ(read("Mar 01 12:00:00.25 host x"), at(kNoon, 250000000));
  EXPECT_EQ(read("<34>Mar  1 12:00:00 host x"), at(kNoon));
  EXPECT_EQ(read("<34>1 2026-03-01T12:00:00Z host x"), at(kNoon));
  EXPECT_EQ(read("<165>1 2026-03-01T13:00:00.000003+01:00 host"), at(kNoon, 3000));
  EXPECT_EQ(read("Mar  1 2026 12:00:00: %ASA"), at(kNoon));
}

TEST(Timestamp, TakesTheYearFromTheReference) {
  EXPECT_EQ(read("Mar  2 12:00:00 h"), at(kNoon + 86400));        // not quite a day ahead
  EXPECT_EQ(read("Mar  3 12:00:00 h"), at(kNoon - 363 * 86400));  // last year
  EXPECT_EQ(read("Dec 31 12:00:00 h"), at(kNoon - 60 * 86400));
  EXPECT_EQ(read("Feb 29 12:00:00 h"), read("2024-02-29T12:00:00Z"));  // the last one there was
  TimestampOptions options;
  options.reference = 1767225600 * kNanos;  // 2026-01-01 00:00
  EXPECT_EQ(TimestampReader(options).read("Dec 31 23:59:59 h"), at(1767225599));
  EXPECT_EQ(TimestampReader(options).read("Jan  1 00:00:01 h"), at(1767225601));
}

TEST(Timestamp, ReadsWebServers) {
  EXPECT_EQ(read("1.2.3.4 - - [01/Mar/2026:13:00:00 +0100] \"GET / HTTP/1.1\" 200 1"), at(kNoon));
  EXPECT_EQ(read("[01/Mar/2026:12:00:00 +0000] x"), at(kNoon));
  EXPECT_EQ(read("h:80 ::1 - [x] [01/Mar/2026:12:00:00 +0000]"), at(kNoon));
  EXPECT_EQ(read("[Sun Mar 01 12:00:00.123456 2026] [core:error]"), at(kNoon, 123456000));
  EXPECT_EQ(read("Sun Mar  1 12:00:00 UTC 2026"), at(kNoon));
  EXPECT_EQ(read("Sun Mar  1 12:00:00 CET 2026", "+01:00"), at(kNoon - 3600));
  EXPECT_EQ(read(std::string(2000, 'x') + " [01/Mar/2026:12:00:00 +0000]"), kNone);
}

TEST(Timestamp, ReadsOtherNotations) {
  EXPECT_EQ(read("1772366400 x"), at(kNoon));
  EXPECT_EQ(read("1772366400.250 x"), at(kNoon, 250000000));
  EXPECT_EQ(read("1772366400123 x"), at(kNoon, 123000000));
  EXPECT_EQ(read("1772366400123456"), at(kNoon, 123456000));
  EXPECT_EQ(read("1772366400123456789"), at(kNoon, 123456789));
  EXPECT_EQ(read("I0301 12:00:00.123456  1 a.cc:1] x"), at(kNoon, 123456000));
  EXPECT_EQ(read("W20260301 12:00:00.5  1 a.cc:1] x"), at(kNoon, 500000000));
  EXPECT_EQ(read("03-01 12:00:00.123  1  1 I x"), at(kNoon, 123000000));
  EXPECT_EQ(read("01 Mar 2026 12:00:00.5 x"), at(kNoon, 500000000));
  EXPECT_EQ(read("[01-Mar-2026 12:00:00 UTC] PHP"), at(kNoon));
  EXPECT_EQ(read("Sun, 01 Mar 2026 12:00:00 GMT"), at(kNoon));
}

TEST(Timestamp, LooksBehindWhatOpensALine) {
  for (const char* line :
       {"[2026-03-01T12:00:00Z] x", "[\"2026-03-01T12:00:00Z\"", "(2026-03-01T12:00:00Z)",
        "'2026-03-01T12:00:00Z'", "INFO 2026-03-01T12:00:00Z", "INFO  [2026-03-01 12:00:00] x",
        "[WARN] 2026-03-01 12:00:00 x", "ERROR: 2026-03-01 12:00:00 x",
        "\xef\xbb\xbf"
        "2026-03-01 12:00:00",
        "\x1b[32m2026-03-01 12:00:00", "\x1b[1;31mERROR 2026-03-01 12:00:00", "[ 2026-03-01 12:00:00 ]"}) {
    EXPECT_EQ(read(line), at(kNoon)) << line;
    EXPECT_TRUE(begins_with_timestamp(line)) << line;
  }
  EXPECT_EQ(read("user 2026-03-01T12:00:00Z"), kNone);
  EXPECT_FALSE(begins_with_timestamp("1.2.3.4 - - [01/Mar/2026:12:00:00 +0000]"));
  EXPECT_FALSE(begins_with_timestamp("{\"ts\":1772366400}"));
  EXPECT_FALSE(begins_with_timestamp("\tat x"));
  EXPECT_FALSE(begins_with_timestamp(""));
}

TEST(Timestamp, LooksIntoFields) {
  EXPECT_EQ(read(R"({"ts":"2026-03-01T12:00:00Z","msg":"x"})"), at(kNoon));
  EXPECT_EQ(read(R"({ "level" : "info" , "@timestamp" : "2026-03-01T12:00:00Z" })"), at(kNoon));
  EXPECT_EQ(read(R"({"time":1772366400.5})"), at(kNoon, 500000000));
  EXPECT_EQ(read(R"({"a":{"ts":1},"b":[{"ts":2}],"timestamp":1772366400123})"), at(kNoon, 123000000));
  EXPECT_EQ(read(R"({"msg":"\",\"ts\":\"2020-01-01T00:00:00Z","time":"2026-03-01T12:00:00Z"})"), at(kNoon));
  EXPECT_EQ(read(R"({"time":"soon","ts":1772366400})"), at(kNoon));
  EXPECT_EQ(read(R"({"log":"2020-01-01 00:00:00 x\n","time":"2026-03-01T12:00:00.000000001Z"})"),
            at(kNoon, 1));
  EXPECT_EQ(read(R"({"msg":"2020-01-01T00:00:00Z"})"), kNone);
  EXPECT_EQ(read(R"({"user":{"ts":1772366400}})"), kNone);
  EXPECT_EQ(read("ts=2026-03-01T12:00:00Z level=info"), at(kNoon));
  EXPECT_EQ(read("level=info msg=\"a time=1 \\\" b\" time=\"2026-03-01 12:00:00\""), at(kNoon));
  EXPECT_EQ(read("level=info and words ts=1772366400"), at(kNoon));
  EXPECT_EQ(read("words and ts=1772366400"), kNone);
}

TEST(Timestamp, ForgetsNothingButTheTimeOfALine) {
  TimestampReader reader(options_in("UTC"));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(reader.read("2026-03-01T12:00:00Z x"), at(kNoon));
    EXPECT_EQ(reader.read("no stamp"), kNone);
    EXPECT_EQ(reader.read("Mar  1 12:00:00 x"), at(kNoon));
    EXPECT_EQ(reader.read("{\"ts\":1772366400}"), at(kNoon));
  }
}

TEST(Timestamp, ReadsTheClockOfItsZone) {
  EXPECT_EQ(read("2026-03-01 13:00:00", "Europe/Berlin"), at(kNoon));
  EXPECT_EQ(read("2026-07-01 14:00:00", "Europe/Berlin"), read("2026-07-01T12:00:00Z"));
  EXPECT_EQ(read("2026-03-01 13:00:00Z", "Europe/Berlin"), at(kNoon + 3600));
  EXPECT_EQ(read("2026-03-01 07:00:00", "America/New_York"), at(kNoon));
  EXPECT_EQ(read("2026-03-01 17:45:00", "Asia/Kathmandu"), at(kNoon));
  EXPECT_EQ(read("2090-07-01 14:00:00", "Europe/Berlin"), read("2090-07-01T12:00:00Z"));
  // The clock goes from 2:00 to 3:00, and from 3:00 back to 2:00.
  EXPECT_EQ(read("2026-03-29 02:30:00", "Europe/Berlin"), read("2026-03-29T01:30:00Z"));
  EXPECT_EQ(read("2026-10-25 02:30:00", "Europe/Berlin"), read("2026-10-25T00:30:00Z"));
  EXPECT_EQ(read("2026-10-25 03:00:00", "Europe/Berlin"), read("2026-10-25T02:00:00Z"));
}

TEST(TimeZone, KnowsOffsetsAndRefusesTheRest) {
  for (const char* name :
       {"UTC", "GMT", "Z", "local", "", "+02:00", "-0530", "+05", "Europe/Berlin", "Etc/GMT+3"})
    EXPECT_TRUE(TimeZone::find(name)) << name;
  for (const char* name : {"Europe", "Nowhere/City", "+2", "02:00", "+02:60", "+99:00", "+1:30",
                           "/etc/localtime", "../zoneinfo/UTC", "+", "+0a:00", "+02:0"})
    EXPECT_FALSE(TimeZone::find(name)) << name;
  EXPECT_EQ(TimeZone::find("-05:30").value()->offset_at(0), -19800);
}

// The C library is asked what the clocks show.
TEST(TimeZone, AgreesWithTheCLibrary) {
  const unsigned seed = std::random_device()();
  std::mt19937_64 random(seed);
  const char* before = std::getenv("TZ");
  const std::string saved = before ? before : "";
  for (const char* name :
       {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca",
        "America/Sao_Paulo", "Europe/Dublin", "Pacific/Apia", "EST5EDT,M3.2.0,M11.1.0",
        "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "AEST-10AEDT,J60/1,299", "CET-1CEST,M3.5.0,M10.5.0/3", "UTC0"}) {
    ::setenv("TZ", name, 1);
    ::tzset();
    const auto zone = TimeZone::find("local").value();
    for (int i = 0; i < 2000; ++i) {
      const auto at = static_cast<std::time_t>(random() % 4'102'444'800U);  // to 2100
      std::tm broken{};
      ::localtime_r(&at, &broken);
      ASSERT_EQ(zone->offset_at(at), broken.tm_gmtoff) << name << " at " << at << ", seed " << seed;
    }
  }
  before ? ::setenv("TZ", saved.c_str(), 1) : ::unsetenv("TZ");
  ::tzset();
}

std::optional<std::int64_t> read_as(std::string_view format, std::string_view line) {
  TimestampOptions options = options_in("UTC");
  auto pattern = StampPattern::parse(format);
  EXPECT_TRUE(pattern) << format;
  if (!pattern) return kNone;
  options.pattern = pattern.value();
  return TimestampReader(options).read(line);
}

TEST(StampPattern, ReadsWhatItDescribes) {
  EXPECT_EQ(read_as("%d.%m.%Y %H:%M:%S", "01.03.2026 12:00:00 x"), at(kNoon));
  EXPECT_EQ(read_as("%d.%m.%Y %H:%M", "[1.3.2026 12:00] x"), at(kNoon));
  EXPECT_EQ(read_as("%d %b %Y %H:%M:%S.%f", "7:M 01 Mar 2026 12:00:00.250 * Ready"), at(kNoon, 250000000));
  EXPECT_EQ(read_as("%m/%d/%y %I:%M:%S %p", "3/1/26 12:00:00 PM x"), at(kNoon));
  EXPECT_EQ(read_as("%m/%d/%y %I:%M:%S %p", "3/1/26 12:00:00 AM x"), at(kNoon - 43200));
  EXPECT_EQ(read_as("%D %R", "03/01/26 12:00"), at(kNoon));
  EXPECT_EQ(read_as("%F %T,%f %z", "2026-03-01 14:00:00,1 +0200 x"), at(kNoon, 100000000));
  EXPECT_EQ(read_as("%A, %d. %B %Y %H:%M %Z", "Sunday,  1. March 2026 12:00 UTC"), at(kNoon));
  EXPECT_EQ(read_as("@%s", "x @1772366400 y"), at(kNoon));
  EXPECT_EQ(read_as("%Y%j %H", "2026060 12"), at(kNoon));
  EXPECT_EQ(read_as("%m-%d %H", "03-01 12"), at(kNoon));
  EXPECT_EQ(read_as("%y%m%d %H%M%S", "260301 120000"), at(kNoon));
  EXPECT_EQ(read_as("100%% %F %T", "100% 2026-03-01 12:00:00"), at(kNoon));
  EXPECT_EQ(read_as("%F %T", "2026-02-30 12:00:00"), kNone);
  EXPECT_EQ(read_as("%Y%j %H", "2026366 12"), kNone);
  EXPECT_EQ(read_as("%F %T", "Mar  1 12:00:00"), kNone);
  EXPECT_EQ(read_as("%F %T", "2026-03-01 12:00:0"), at(kNoon));
  EXPECT_EQ(read_as("%F %T", ""), kNone);
}

TEST(Timestamp, TellsHowFineItIs) {
  const auto digits = [](std::string_view line) {
    TimestampReader reader(options_in("UTC"));
    const auto moment = reader.read_moment(line);
    return moment && moment->nanos == reader.read(line) ? moment->fraction_digits : -1;
  };
  EXPECT_EQ(digits("2026-03-01T12:00:00Z"), 0);
  EXPECT_EQ(digits("2026-03-01T12:00:00.000Z"), 3);
  EXPECT_EQ(digits("2026-03-01 12:00:00,5"), 1);
  EXPECT_EQ(digits("2026-03-01T12:00:00.123456789123Z"), 9);
  EXPECT_EQ(digits("20260301T120000.25Z"), 2);
  EXPECT_EQ(digits("1772366400"), 0);
  EXPECT_EQ(digits("1772366400.50"), 2);
  EXPECT_EQ(digits("1772366400123"), 3);
  EXPECT_EQ(digits("1772366400123456789"), 9);
  EXPECT_EQ(digits("I0301 12:00:00.123456 1 x"), 6);
  EXPECT_EQ(digits("no time"), -1);
  TimestampOptions options = options_in("UTC");
  options.pattern = StampPattern::parse("%F %T,%f").value();
  EXPECT_EQ(TimestampReader(options).read_moment("2026-03-01 12:00:00,1234")->fraction_digits, 4);
}

TEST(StampPattern, RefusesWhatMakesNoTime) {
  for (const char* format : {"", "x", "%", "%F %", "%Q", "%F", "%T", "%Y-%m %H", "%d %H", "%F %I", "%j %H"})
    EXPECT_FALSE(StampPattern::parse(format)) << format;
}

}  // namespace
}  // namespace weir::text
