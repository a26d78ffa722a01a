// Random JSON: duplicate keys, escaped keys, nesting, odd numbers and strings, spaces where they may be.
#pragma once

#include <string>

#include "support/seeds.hpp"

namespace weir::record {

class JsonGenerator {
 public:
  struct Options {
    bool plain_numbers = false;  // only such as jq writes as they are
    bool new_lines = false;      // among the spaces
    bool spaces = true;
  };

  JsonGenerator(support::Random& random, Options options) : random_(random), options_(options) {}

  std::string value(int depth) {
    const unsigned choice = random_.below(depth > 0 ? 10 : 5);
    if (choice >= 7) return object(depth);
    if (choice >= 5) return array(depth);
    switch (choice) {
      case 0:
        return pick({"null", "true", "false"});
      case 1:
      case 2:
        return number();
      default:
        return string();
    }
  }

  std::string object(int depth) {
    std::string text = "{";
    text += space();
    const unsigned fields = random_.below(random_.chance(5) ? 40 : 6);
    for (unsigned i = 0; i < fields; ++i) {
      if (i > 0) text.append(",").append(space());
      text.append(key()).append(space()).append(":").append(space()).append(value(depth - 1)).append(space());
    }
    return text + "}";
  }

  std::string array(int depth) {
    std::string text = "[";
    text += space();
    const unsigned items = random_.below(random_.chance(5) ? 40 : 5);
    for (unsigned i = 0; i < items; ++i) {
      if (i > 0) text.append(",").append(space());
      text.append(value(depth - 1)).append(space());
    }
    return text + "]";
  }

  std::string string() {
    std::string text = "\"";
    for (unsigned pieces = random_.below(5); pieces > 0; --pieces)
      text += pick({"a",
                    "request finished",
                    "\\n",
                    "\\\"",
                    "\\\\",
                    "\\/",
                    "\\u0041",
                    "\\ud83d\\ude00",
                    "\\u00e9",
                    "é",
                    "😀",
                    "\x7f",
                    "\\u007f",
                    "\\u0000",
                    " ",
                    "{\\\"a\\\":1}",
                    "[",
                    "]}",
                    ":,",
                    "\\b\\f\\r\\t",
                    "\\u001f",
                    "abcdefghijklmnopqrstuvwxyz",
                    "\xef\xbf\xbf",
                    "日本語",
                    "\\uFFFF",
                    "\\u2028",
                    "x=1"});
    return text + "\"";
  }

  std::string key() {
    if (random_.chance(8)) return string();
    return pick({"\"a\"", "\"b\"", "\"c\"", "\"level\"", "\"user\"", "\"id\"", "\"duration_ms\"",
                 "\"request_id\"", "\"\\u0061\"", "\"\"", "\"us\\u0065r\"", "\"request_iD\"",
                 "\"duration_mz\"", "\"é\""});
  }

  std::string number() {
    if (options_.plain_numbers)
      return pick({"0", "1", "-1", "7", "10", "123", "1234567", "0.5", "-0.25", "346.457",
                   "3741169325988385000", "-0"});
    return pick({"0",
                 "-0",
                 "1",
                 "42",
                 "-17",
                 "1.50",
                 "1e2",
                 "1E400",
                 "-1E400",
                 "1e-400",
                 "0.1e-5",
                 "1E+2",
                 "123456789012345678901",
                 "9007199254740993",
                 "0.00001",
                 "0.30000000000000004",
                 "100000000000000000000",
                 "1.7976931348623157e308",
                 "5e-324",
                 "0e0",
                 "-0.0",
                 "1.0",
                 "0.000123",
                 "4264030196157696727",
                 "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899"});
  }

  std::string space() {
    if (!options_.spaces || random_.chance(70)) return "";
    return options_.new_lines ? pick({" ", "  ", "\t", "\r", "\n", "\n\n", "\n  "})
                              : pick({" ", "  ", "\t", "\r"});
  }

 private:
  template <std::size_t N>
  std::string pick(const char* const (&items)[N]) {
    return items[random_.below(static_cast<unsigned>(N))];
  }

  support::Random& random_;
  Options options_;
};

}  // namespace weir::record
