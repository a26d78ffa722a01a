// LineParser: the lines of a log as records.
//
// A record is an object. It borrows from the line and from the parser: it is good until the next parse(), or
// until either of them is gone. Give parse() the value that it filled before: while nobody else owns it, its
// memory is used again, and lines of the same shape take no allocation.
//
// One parser a thread. What is read from a line depends on the line, the options, the source's reference and
// its header alone, never on the lines before it: ranges of a file may be read by different parsers.
#pragma once

#include <cstdint>
#include <string_view>

#include "parse/record_filler.hpp"
#include "parse/stamp_text.hpp"
#include "record/value.hpp"
#include "text/timestamp.hpp"

namespace weir::parse {

inline constexpr std::size_t kLongestLine = std::size_t{1} << 30;

struct ParseOptions {
  text::TimestampOptions time;  // how stamps are read; the reference is that of begin_source()
  bool add_timestamp = true;    // "@timestamp", where a line has a stamp and no field of that name
};

class LineParser {
 public:
  explicit LineParser(const ParseOptions& options)
      : stamps_(options.time), adds_timestamp_(options.add_timestamp) {}
  LineParser(const LineParser&) = delete;
  LineParser& operator=(const LineParser&) = delete;
  virtual ~LineParser() = default;

  // `line` comes without its '\n'; a '\r' at its end is left out. False: malformed for this format, reason()
  // says why, and `record` is an object with unspecified fields.
  bool parse(std::string_view line, record::Value& record);

  // One short phrase, for the line that parse() refused last.
  std::string_view reason() const noexcept { return reason_; }

  // Before the first line of a source. `reference` is when it was last written, in nanoseconds since 1970:
  // see text::TimestampOptions.
  void begin_source(std::int64_t reference) { stamps_.set_reference(reference); }

  // Whether the first line of a source names the fields and is no record. It goes to set_header() of all
  // parsers that read a part of the source, before they parse; each call takes the place of the one before.
  // False: it cannot be a header, reason() says why.
  virtual bool wants_header() const noexcept { return false; }
  virtual bool set_header(std::string_view /*line*/) { return true; }

 protected:
  // Adds the fields of `line`. False, by way of refuse(): malformed.
  virtual bool read(std::string_view line) = 0;

  RecordFiller& fields() noexcept { return fields_; }

  bool refuse(std::string_view reason) noexcept {
    reason_ = reason;
    return false;
  }

  // Adds "@timestamp" if `text` begins with a stamp or carries one otherwise. True: there is such a field
  // now, or none is wanted.
  bool add_timestamp(std::string_view text);

 private:
  RecordFiller fields_;
  StampText stamps_;
  std::string_view reason_;
  bool adds_timestamp_;
};

}  // namespace weir::parse
