#include <cmath>

#include "unit/transform/builtin_calls.hpp"

namespace weir::transform::jq {
namespace {

bool formats_no_time(const std::vector<Value>& parts) {
  return parts[0].is_number() && !(std::fabs(parts[0].number()) < 6e16);
}

bool formats_with_no_string(const std::vector<Value>& parts) {
  return formats_no_time(parts) || (parts[0].is_number() && !parts[1].is_string());
}

TEST(Dates, AreThoseOfJq) {
  if (!support::has_jq()) GTEST_SKIP() << "jq 1.6 is not installed";
  const std::vector<std::string> times = {"0",
                                          "1",
                                          "-1",
                                          "-1.5",
                                          "0.25",
                                          "1425599621",
                                          "1425599621.678",
                                          "951782400",
                                          "951868800",
                                          "4102444800",
                                          "-2208988800",
                                          "-62167219200",
                                          "-62135596800",
                                          "253402300799",
                                          "253402300800",
                                          "99999999999999",
                                          "1e18",
                                          "nan",
                                          "1e1000",
                                          "67767976233532799",
                                          "67767976233532800",
                                          "[2015,2,5,23,51,47,4,63]",
                                          "[2015,2,5,23,51,47.678,4,63]",
                                          "[2000,1,29,0,0,0,0,0]",
                                          "[1900,1,29,0,0,0,0,0]",
                                          "[2015,14,35,25,61,61,0,0]",
                                          "[2015,-14,-35,-25,-61,-61,0,0]",
                                          "[-5000,2,5,3,1,7,0,0]",
                                          "[100000,2,5,3,1,7,0,0]",
                                          "[1969,11,31,23,59,59,0,0]",
                                          "[nan,2,5,3,1,7,0,0]",
                                          "[1e10,1e10,5,3,1,7,0,0]",
                                          "[2015,2,5,23,51,47]",
                                          "[]",
                                          "\"a\"",
                                          "null",
                                          "{}",
                                          "[2015,2,5,23,51,47,4,63,\"more\"]"};
  const std::vector<std::string> formats = {R"("%Y-%m-%dT%H:%M:%SZ")",
                                            R"("%A, %B %d, %Y")",
                                            R"("%a %b %e %j %u %w %y %C %G %V")",
                                            R"("%H:%M %I %p %s")",
                                            R"("%Z %z")",
                                            R"("")",
                                            R"("é%d\u0000%m")",
                                            "1",
                                            "null"};
  compare_with_jq({builtin("gmtime", 0), builtin("localtime", 0), builtin("mktime", 0),
                   builtin("todate", 0, formats_no_time), builtin("strftime", 1, formats_with_no_string),
                   builtin("strflocaltime", 1, formats_with_no_string)},
                  times, formats);
  const std::vector<std::string> texts = {R"("2015-03-05T23:51:47Z")",
                                          R"("2015-3-5T3:1:7Z")",
                                          R"("  2015-03-05T23:51:47Z")",
                                          R"("2015-02-31T23:51:60Z")",
                                          R"("2016-02-29T00:00:00Z")",
                                          R"("0000-01-01T00:00:00Z")",
                                          R"("1969-12-31T23:59:59Z")",
                                          R"("2015-03-05T23:51:47Z x")",
                                          R"("2015-03-05T23:51:47Zx")",
                                          R"("2015-13-05T23:51:47Z")",
                                          R"("2015-03-05T24:51:47Z")",
                                          R"("9999-12-31T23:59:59Z")",
                                          R"("10:20")",
                                          R"("31 Feb 2015")",
                                          R"("2015")",
                                          R"("2015 60")",
                                          R"("1425599507")",
                                          R"("1900-02-30")",
                                          R"("Thu, 05 Mar 2015 23:51:47 +0100")",
                                          R"("a\u0000b")",
                                          R"("")",
                                          "1",
                                          "null"};
  const std::vector<std::string> patterns = {R"("%Y-%m-%dT%H:%M:%SZ")",
                                             R"("%H:%M")",
                                             R"("%d %b %Y")",
                                             R"("%Y")",
                                             R"("%Y %j")",
                                             R"("%s")",
                                             R"("%Y-%m-%d")",
                                             R"("%a, %d %b %Y %H:%M:%S %z")",
                                             R"("")",
                                             R"("a\u0000c")",
                                             "1"};
  compare_with_jq({builtin("strptime", 1), builtin("fromdate", 0)}, texts, patterns);
}

TEST(Dates, RandomOnesAreThoseOfJq) {
  if (!support::has_jq()) GTEST_SKIP() << "jq 1.6 is not installed";
  support::for_seeds(2, [](unsigned seed) {
    SCOPED_TRACE(seed);
    support::Random random(seed);
    std::vector<std::string> seconds;
    std::vector<std::string> texts;
    for (int i = 0; i < 3000; ++i) {
      const long range = random.chance(50) ? 4'000'000'000 : 400'000'000'000;
      const long number = static_cast<long>(random.engine()) * 100 % (2 * range) - range;
      seconds.push_back(std::string("[").append(std::to_string(number)) + (random.chance(30) ? ".5]" : "]"));
      char text[64];
      std::snprintf(text, sizeof text, "[\"%04u-%02u-%02uT%02u:%02u:%02uZ\"]", 1900 + random.below(300),
                    random.below(13), random.below(32), random.below(25), random.below(60), random.below(62));
      texts.push_back(text);
    }
    const Tested strptime = {"strptime", "strptime(\"%Y-%m-%dT%H:%M:%SZ\")",
                             [](Context& context, Value& input, std::span<Value>) {
                               Value format = Value::borrowed("%Y-%m-%dT%H:%M:%SZ");
                               return find_builtin("strptime", 1)->run(context, input, {&format, 1});
                             }};
    compare_with_jq({builtin("gmtime", 0), builtin("todate", 0), builtin("fromdate", 0), strptime},
                    {seconds, seconds, texts, texts});
  });
}

}  // namespace
}  // namespace weir::transform::jq
