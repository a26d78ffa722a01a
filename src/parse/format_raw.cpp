// raw: any line, as {"line": ...}.
#include "parse/format_rows.hpp"

namespace weir::parse {

namespace {

class RawParser : public LineParser {
 public:
  using LineParser::LineParser;

 private:
  bool read(std::string_view line) override {
    fields().add("line", fields().text(line));
    add_timestamp(line);
    return true;
  }
};

}  // namespace

const FormatRow kRaw = {"raw", "", "any line, as {\"line\": ...}", make_plain<RawParser>, nullptr};

const FormatRow kAuto = {"auto", "", "what the first lines of each file look like", nullptr, nullptr};

}  // namespace weir::parse
