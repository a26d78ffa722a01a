// StampText: the times of lines, in the one notation of RFC 3339, UTC.
//
// "2026-03-01T12:00:00.123Z", with as many digits of the fraction as the log has. One thread.
#pragma once

#include <string>
#include <string_view>

#include "text/timestamp.hpp"

namespace weir::parse {

class StampText {
 public:
  explicit StampText(const text::TimestampOptions& options) : options_(options), reader_(options) {}

  // For stamps without a year: see text::TimestampOptions.
  void set_reference(std::int64_t reference);

  // The stamp that `text` carries, as text::TimestampReader finds it; "" when there is none. Valid until the
  // next call.
  std::string_view read(std::string_view text);

 private:
  static constexpr std::size_t kLongestRemembered = 64;

  void write(const text::Moment& moment);

  text::TimestampOptions options_;
  text::TimestampReader reader_;
  std::string last_;  // lines of one second often have the same text
  std::string written_;
};

}  // namespace weir::parse
