// Strings: code points, case, parts, places.
#include <algorithm>
#include <cmath>

#include "transform/jq/builtin_support.hpp"

namespace weir::transform::jq {

namespace {

using Arguments = std::span<Value>;

bool run_explode(Context& context, Value& input, Arguments) {
  if (!input.is_string()) return context.fail("explode input must be a string");
  const std::string_view text = input.text();
  Value::Array code_points;
  code_points.reserve(text.size());
  for (std::size_t position = 0; position < text.size();)
    code_points.push_back(Value::number(next_code_point(text, position)));
  input = Value::array(std::move(code_points));
  return true;
}

bool run_implode(Context& context, Value& input, Arguments) {
  if (!input.is_array()) return context.fail("implode input must be an array");
  std::string text;
  for (const Value& item : input.items()) {
    if (!item.is_number() || std::isnan(item.number())) {
      return fail_one(context, item, "can't be imploded, unicode codepoint needs to be numeric");
    }
    const int code_point = to_int(item.number());
    const bool valid =
        code_point >= 0 && code_point <= 0x10ffff && (code_point < 0xd800 || code_point > 0xdfff);
    append_code_point(text, valid ? static_cast<char32_t>(code_point) : U'\ufffd');
  }
  input = Value::string(text);
  return true;
}

template <char kFirst>
bool run_change_case(Context& context, Value& input, Arguments) {
  // As it is with explode and implode around it.
  if (!input.is_string()) return context.fail("explode input must be a string");
  const auto changes = [](char byte) { return static_cast<unsigned char>(byte - kFirst) < 26; };
  const std::string_view text = input.text();
  if (std::none_of(text.begin(), text.end(), changes)) return true;
  std::string changed(text);
  for (char& byte : changed)
    byte = static_cast<char>(changes(byte) ? byte ^ 0x20 : byte);
  input = Value::string(changed);
  return true;
}

bool run_startswith(Context& context, Value& input, Arguments arguments) {
  if (!input.is_string() || !arguments[0].is_string()) {
    return context.fail("startswith() requires string inputs");
  }
  input = Value::boolean(input.text().starts_with(arguments[0].text()));
  return true;
}

bool run_endswith(Context& context, Value& input, Arguments arguments) {
  if (!input.is_string() || !arguments[0].is_string()) {
    return context.fail("endswith() requires string inputs");
  }
  input = Value::boolean(input.text().ends_with(arguments[0].text()));
  return true;
}

bool run_ltrimstr(Context&, Value& input, Arguments arguments) {
  if (!input.is_string() || !arguments[0].is_string()) return true;
  const std::size_t cut = arguments[0].text().size();
  if (input.text().starts_with(arguments[0].text())) input = input.part(cut, input.text().size() - cut);
  return true;
}

bool run_rtrimstr(Context&, Value& input, Arguments arguments) {
  if (!input.is_string() || !arguments[0].is_string()) return true;
  const std::size_t cut = arguments[0].text().size();
  if (input.text().ends_with(arguments[0].text())) input = input.part(0, input.text().size() - cut);
  return true;
}

bool run_split(Context& context, Value& input, Arguments arguments) {
  if (!input.is_string() || !arguments[0].is_string()) {
    return context.fail("split input and separator must be strings");
  }
  input = split_text(input, arguments[0].text());
  return true;
}

// Calls take(place) for each, in bytes; they do not overlap. An empty part, at which jq does not end, is
// nowhere.
template <typename Take>
void for_places(std::string_view text, std::string_view part, const Take& take) {
  if (part.empty()) return;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size()))
    take(Value::number(static_cast<double>(at)));
}

Value places_of(std::string_view text, std::string_view part) {
  Value::Array places;
  for_places(text, part, [&](Value place) { places.push_back(std::move(place)); });
  return Value::array(std::move(places));
}

bool run_strindices(Context& context, Value& input, Arguments arguments) {
  if (!input.is_string() || !arguments[0].is_string()) {
    return fail_two(context, input, arguments[0], "cannot be searched, as it is not a string");
  }
  input = places_of(input.text(), arguments[0].text());
  return true;
}

bool run_indices(Context& context, Value& input, Arguments arguments) {
  Value& wanted = arguments[0];
  if (input.is_string() && wanted.is_string()) {
    input = places_of(input.text(), wanted.text());
    return true;
  }
  if (input.is_array() && !wanted.is_array()) {
    Value::Array items;
    items.push_back(std::move(wanted));
    return get(context, input, Value::array(std::move(items)));
  }
  return get(context, input, wanted);
}

template <bool kLast>
bool run_index(Context& context, Value& input, Arguments arguments) {
  if (input.is_string() && arguments[0].is_string()) {
    Value found;
    for_places(input.text(), arguments[0].text(), [&](Value place) {
      if (kLast || found.is_null()) found = std::move(place);
    });
    input = std::move(found);
    return true;
  }
  if (!run_indices(context, input, arguments)) return false;
  if (kLast) {
    Value slice = Value::object();
    slice.edit_object().set(Value::borrowed("start"), Value::number(-1));
    slice.edit_object().set(Value::borrowed("end"), Value());
    if (!get(context, input, slice)) return false;
  }
  return get(context, input, Value::number(0));
}

constexpr Builtin kRows[] = {
    {"_strindices", 1, run_strindices},
    {"ascii_downcase", 0, run_change_case<'A'>},
    {"ascii_upcase", 0, run_change_case<'a'>},
    {"endswith", 1, run_endswith},
    {"explode", 0, run_explode},
    {"implode", 0, run_implode},
    {"index", 1, run_index<false>},
    {"indices", 1, run_indices},
    {"ltrimstr", 1, run_ltrimstr},
    {"rindex", 1, run_index<true>},
    {"rtrimstr", 1, run_rtrimstr},
    {"split", 1, run_split},
    {"startswith", 1, run_startswith},
};

}  // namespace

std::span<const Builtin> text_builtins() noexcept {
  return kRows;
}

}  // namespace weir::transform::jq
