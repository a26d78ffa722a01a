// Lines of any bytes in every record format: the first byte picks the format, the first line is the header of
// those that want one. A parser that has read other lines must read what a new one reads; records have valid
// keys and strings, each key once; and nothing is read outside the line.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz_input.hpp"
#include "parse/formats.hpp"
#include "record/json.hpp"
#include "record/json_number.hpp"
#include "text/utf8.hpp"

namespace {

using namespace weir;
using fuzz::require;

constexpr std::int64_t kReference = 1'772'366'400'000'000'000;
constexpr std::string_view kPattern = R"(regex:^(?<a>\w+)(?: (?<b>-?\d+))?(?<time>.*))";

parse::ParserPtr make(std::string_view name, const std::string& header) {
  auto parser = parse::make_parser(name, {});
  require(parser.ok(), "no parser");
  parser.value()->begin_source(kReference);
  if (parser.value()->wants_header()) parser.value()->set_header(header);
  return std::move(parser).value();
}

void check_value(const record::Value& value, int levels) {
  if (value.is_string()) require(text::is_utf8(value.text()), "a string that is no UTF-8");
  if (value.is_number())
    require(!value.is_literal() || record::is_json_number(value.literal_text()), "bad number");
  if (!value.is_object() || levels == 0) return;
  for (const record::Object::Field& field : value.fields()) {
    require(text::is_utf8(field.key.text()), "a key that is no UTF-8");
    require(value.fields().find(field.key.text()) == &field.value, "a key that comes twice");
    check_value(field.value, levels - 1);
  }
}

// The line on the heap of its own, so that a sanitizer sees its end.
std::string read(parse::LineParser& parser, record::Value& record, std::string_view text) {
  const std::vector<char> line(text.begin(), text.end());
  if (!parser.parse({line.data(), line.size()}, record)) {
    require(!parser.reason().empty(), "refused without a reason");
    return "malformed: " + std::string(parser.reason());
  }
  require(record.is_object(), "no object");
  check_value(record, 3);
  return record::to_json(record);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const auto formats = parse::formats();
  const parse::FormatRow& row = formats[input.byte() % formats.size()];
  const std::string text = input.rest();
  require(parse::find_format(parse::detect(text)) != nullptr, "detected what is no format");
  if (!row.make) return 0;
  const std::string_view name = row.argument.empty() ? row.name : kPattern;
  fuzz::Input lines(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  const std::string header = lines.line();
  const auto parser = make(name, header);
  record::Value record;
  read(*parser, record, header);
  for (int i = 0; i < 100 && !lines.empty(); ++i) {
    const std::string line = lines.line();
    record::Value fresh;
    require(read(*parser, record, line) == read(*make(name, header), fresh, line),
            "read otherwise by a new parser");
  }
  return 0;
}
