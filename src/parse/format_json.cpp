// json: a stream of JSON values, which is read without this layer; here is how it is told from others.
#include "parse/format_rows.hpp"
#include "record/json_number.hpp"

namespace weir::parse {

namespace {

// Whether a line can be one value; what is between the brackets is not looked at.
bool looks_like_json(std::string_view line) noexcept {
  const std::size_t begin = line.find_first_not_of(" \t");
  const std::size_t end = line.find_last_not_of(" \t\r");
  if (begin == std::string_view::npos) return false;
  line = line.substr(begin, end - begin + 1);
  if (line == "true" || line == "false" || line == "null" || record::is_json_number(line)) return true;
  if (line.size() < 2) return false;
  const char close = line.back();
  switch (line.front()) {
    case '{':
      return close == '}';
    case '"':
      return close == '"';
    case '[': {
      const std::size_t next = line.find_first_not_of(" \t", 1);
      return close == ']' &&
             std::string_view("[]{\"tfn-0123456789").find(line[next]) != std::string_view::npos;
    }
    default:
      return false;
  }
}

// A value that goes over several lines.
bool begins_value(HeadLines lines) noexcept {
  std::string_view first = lines.front();
  const std::size_t end = first.find_last_not_of(" \t\r");
  first = first.substr(0, end + 1);
  if (first == "{" || first == "[" || first == "[{") return true;
  const std::size_t next = first.find_first_not_of(" \t", 1);
  if (next == std::string_view::npos) return false;
  const bool is_open =
      (first.front() == '{' && first[next] == '"') || (first.front() == '[' && first[next] == '{');
  if (!is_open) return false;
  return first.back() == ',' || first.back() == '{' || first.back() == '[';
}

int score(HeadLines lines) {
  const int most = 99;
  return std::max(score_of(lines, most, looks_like_json), begins_value(lines) ? 80 : 0);
}

}  // namespace

const FormatRow kJson = {"json", "", "JSON values, one a line or over several", nullptr, score};

}  // namespace weir::parse
