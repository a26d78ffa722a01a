#include "pipeline/jq_arguments.hpp"

#include "record/json.hpp"
#include "record/value_splitter.hpp"
#include "text/utf8.hpp"
#include "transform/jq/json_text.hpp"

namespace weir::pipeline {

namespace {

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

std::string json_string(std::string_view bytes) {
  std::string text;
  text::append_valid(text, bytes);
  return record::to_json(record::Value::borrowed(text));
}

std::optional<std::string> json_fault(std::string_view text) {
  record::Value value;
  std::string fault;
  if (transform::jq::read_json_text(text, value, fault)) return std::nullopt;
  return fault.substr(0, fault.find(" (while parsing"));
}

bool json_array(std::string_view texts, std::string& array, std::string& fault) {
  record::ValueSplitter splitter;
  array.assign(1, '[');
  while (!is_blank(texts)) {
    const std::size_t end = std::min(splitter.feed_one(texts), texts.size());
    const std::string_view one = texts.substr(0, end);
    texts.remove_prefix(end);
    if (is_blank(one)) continue;
    if (auto wrong = json_fault(one)) {
      fault = std::move(*wrong);
      return false;
    }
    array += array.size() > 1 ? "," : "";
    array.append(one);
  }
  array += "]";
  return true;
}

}  // namespace weir::pipeline
