#include "parse/syslog_data.hpp"

#include "text/utf8.hpp"

namespace weir::parse {

using record::Object;
using record::Value;

namespace {

constexpr auto kNone = std::string_view::npos;

// What may be the name of an element or a key.
std::string_view take_name(std::string_view& rest) noexcept {
  const std::size_t end = rest.find_first_of("= ]\"");
  if (end == kNone) return {};
  const std::string_view name = rest.substr(0, end);
  rest.remove_prefix(end);
  return name;
}

// Behind \ may be a quote, a bracket or another one; any other stays as it is.
Value unescape(std::string_view text, RecordFiller& fields) {
  char* const begin = fields.scratch().room(text.size());
  char* out = begin;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '\\' && i + 1 < text.size();
    if (is_escape && (text[i + 1] == '"' || text[i + 1] == '\\' || text[i + 1] == ']')) ++i;
    *out++ = text[i];
  }
  const auto size = static_cast<std::size_t>(out - begin);
  fields.scratch().commit(size);
  return fields.repaired({begin, size});
}

// ="value"
bool take_value(std::string_view& rest, RecordFiller& fields, Value& value) {
  if (rest.substr(0, 2) != "=\"") return false;
  rest.remove_prefix(2);
  bool escapes = false;
  std::size_t end = 0;
  for (; end < rest.size() && rest[end] != '"'; ++end) {
    if (rest[end] != '\\') continue;
    escapes = true;
    ++end;
  }
  if (end >= rest.size()) return false;
  const std::string_view text = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  value = escapes ? unescape(text, fields) : fields.text(text);
  return true;
}

// Keys live as long as the record: they are borrowed.
void add(Object& object, const Value& key, Value value) {
  if (!object.find(key.text())) return object.add(key, std::move(value));
  Value& there = object.at(key);
  if (!there.is_array()) {
    Value::Array items;
    items.push_back(std::move(there));
    there = Value::array(std::move(items));
  }
  there.edit_array().push_back(std::move(value));
}

// Behind the bracket that opens it, and then behind the one that closes it.
bool take_element(std::string_view& rest, RecordFiller& fields, Object& object) {
  const std::string_view id = take_name(rest);
  if (id.empty()) return false;
  Value element = Value::object();
  while (!rest.empty() && rest.front() == ' ') {
    rest.remove_prefix(1);
    const std::string_view name = take_name(rest);
    Value value;
    if (name.empty() || !take_value(rest, fields, value)) return false;
    add(element.edit_object(), fields.text(name), std::move(value));
  }
  if (rest.empty() || rest.front() != ']') return false;
  rest.remove_prefix(1);
  add(object, fields.text(id), std::move(element));
  return true;
}

}  // namespace

bool take_syslog_data(std::string_view& rest, RecordFiller& fields, Value& data) {
  if (!rest.empty() && rest.front() == '-') {
    rest.remove_prefix(1);
    data = Value();
    return rest.empty() || rest.front() == ' ';
  }
  data = Value::object();
  while (!rest.empty() && rest.front() == '[') {
    rest.remove_prefix(1);
    if (!take_element(rest, fields, data.edit_object())) return false;
  }
  return !data.fields().empty() && (rest.empty() || rest.front() == ' ');
}

}  // namespace weir::parse
