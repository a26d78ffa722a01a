// Time stamps in lines of any bytes, formats of any bytes, moments of any bytes. A reader that has seen other
// lines must read what a new one reads; what is fuzzed besides is that nothing is read outside the input.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "text/timestamp.hpp"
#include "text/when.hpp"

namespace {

using namespace weir::text;

constexpr std::int64_t kNow = 1'772'366'400'000'000'000;

void check(bool holds) {
  if (!holds) std::abort();
}

// On the heap, so that a sanitizer sees its end.
void check_line(std::string_view text, const TimestampOptions& options, TimestampReader& reader) {
  const std::string line(text);
  const auto read = reader.read(line);
  check(read == TimestampReader(options).read(line));
  check(read.has_value() == reader.has_timestamp(line));
  check(read.has_value() || !reader.begins_with_timestamp(line));
}

void check_lines(std::string_view text, const TimestampOptions& options) {
  TimestampReader reader(options);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    check_line(text.substr(0, end), options, reader);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string first(text.substr(0, end));
  TimestampOptions options;
  options.reference = kNow;
  const auto zone = TimeZone::find(first);
  options.zone = zone ? zone.value() : TimeZone::utc();
  check_lines(text, options);
  static_cast<void>(parse_when(first, kNow, *options.zone));
  static_cast<void>(ZoneRule::parse(first));
  auto pattern = StampPattern::parse(first);
  if (pattern) {
    options.pattern = pattern.value();
    check_lines(text, options);
  }
  return 0;
}
