#include "parse/line_parser.hpp"

namespace weir::parse {

namespace {

constexpr std::string_view kTimestamp = "@timestamp";

}  // namespace

bool LineParser::parse(std::string_view line, record::Value& record) {
  if (line.size() > kLongestLine) {
    record.reuse_object();
    return refuse("line is too long");
  }
  if (!line.data()) line = "";  // for those who search it by memchr
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  fields_.begin(line, record);
  const bool is_record = read(line);
  fields_.finish();
  return is_record;
}

bool LineParser::add_timestamp(std::string_view text) {
  if (!adds_timestamp_ || fields_.has(kTimestamp)) return true;
  const std::string_view stamp = stamps_.read(text);
  if (stamp.empty()) return false;
  fields_.add(kTimestamp, record::Value::borrowed(stamp));
  return true;
}

}  // namespace weir::parse
