// test, and what match, capture, scan, split and sub are made of. The prelude has the rest of them.
//
// Places are counted in code points, from the last one on, so that many matches in a long text do not count
// it again and again.
#include <algorithm>
#include <vector>

#include "transform/jq/builtin_support.hpp"
#include "transform/jq/regex.hpp"

namespace weir::transform::jq {

namespace {

using Arguments = std::span<Value>;

Value number_of(std::size_t count) {
  return Value::number(static_cast<double>(count));
}

bool is_inside_code_point(std::string_view text, std::size_t at) noexcept {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

// The code points before a byte of a text, for bytes in about ascending order.
class Places {
 public:
  explicit Places(std::string_view text) : text_(text) {}
  std::size_t of(std::size_t byte) {
    if (byte < byte_) byte_ = code_point_ = 0;
    code_point_ += count_code_points(text_.substr(byte_, byte - byte_));
    byte_ = byte;
    return code_point_;
  }

 private:
  std::string_view text_;
  std::size_t byte_ = 0;
  std::size_t code_point_ = 0;
};

Regex* regex_for(Context& context, const Value& pattern, const Value& flags) {
  if (!context.regexes) context.regexes = std::make_unique<RegexCache>();
  return context.regexes->find(context, pattern, flags);
}

// `subject` and the regex; null leaves the error.
Regex* prepare(Context& context, const Value& subject, const Value& pattern, const Value& flags) {
  if (subject.is_string()) return regex_for(context, pattern, flags);
  fail_one(context, subject, "cannot be matched, as it is not a string");
  return nullptr;
}

// The pattern and the flags of the forms with one argument: a string, or an array of both.
struct Pattern {
  Value text;
  Value flags;
};
bool parse_pattern(Context& context, const Value& argument, Pattern& pattern) {
  if (argument.is_string()) {
    pattern.text = argument;
    return true;
  }
  if (!argument.is_array() || argument.items().empty()) {
    return context.fail(std::string(record::kind_name(argument.kind())) + " not a string or array");
  }
  pattern.text = argument.items()[0];
  if (argument.items().size() > 1) pattern.flags = argument.items()[1];
  return true;
}

// Calls take(times) for each match; the groups are the regex's. After an empty match jq goes on a byte behind
// the place where it had looked from, not where it had found something: it finds the same again, `times`
// over. Matches that begin inside of a code point, where jq breaks down, are passed over.
template <typename Take>
bool for_matches(Context& context, Regex& regex, std::string_view text, bool all, const Take& take) {
  std::size_t start = 0;
  do {
    const auto found = regex.search(text, start);
    if (found == Regex::Found::failed) return context.fail(repaired_string(regex.error()));
    if (found == Regex::Found::no) return true;
    const auto begin = static_cast<std::size_t>(regex.group(0).begin);
    const auto end = static_cast<std::size_t>(regex.group(0).end);
    if (is_inside_code_point(text, begin)) {
      start = begin + 1;
    } else if (begin < end) {
      take(std::size_t{1});
      start = end;
    } else {
      const std::size_t times = std::min(begin + 1, text.size()) - start;
      take(all ? std::max(times, std::size_t{1}) : 1);
      start = begin + 1;
    }
  } while (all && start < text.size());
  return true;
}

Value capture_object(Regex& regex, const Value& subject, std::size_t group, Places& places) {
  const Regex::Group span = regex.group(group);
  Value made = Value::object();
  Object& fields = made.edit_object();
  fields.reserve(4);
  const auto begin = static_cast<std::size_t>(span.begin);
  const auto size = static_cast<std::size_t>(span.end - span.begin);
  const Value length = number_of(span.empty() ? 0 : count_code_points(subject.text().substr(begin, size)));
  fields.add(Value::borrowed("offset"), span.begin < 0 ? Value::number(-1) : number_of(places.of(begin)));
  if (!span.empty()) fields.add(Value::borrowed("length"), length);
  fields.add(Value::borrowed("string"), span.begin < 0 ? Value() : subject.part(begin, size));
  if (span.empty()) fields.add(Value::borrowed("length"), length);
  fields.add(Value::borrowed("name"), regex.names()[group - 1]);
  return made;
}

// An empty match has no captures, whatever its groups are.
Value match_object(Regex& regex, const Value& subject, Places& places) {
  const Regex::Group match = regex.group(0);
  const auto begin = static_cast<std::size_t>(match.begin);
  const auto size = static_cast<std::size_t>(match.end - match.begin);
  Value made = Value::object();
  Object& fields = made.edit_object();
  fields.reserve(4);
  fields.add(Value::borrowed("offset"), number_of(places.of(begin)));
  fields.add(Value::borrowed("length"), number_of(count_code_points(subject.text().substr(begin, size))));
  fields.add(Value::borrowed("string"), subject.part(begin, size));
  Value::Array captures;
  if (!match.empty()) {
    captures.reserve(regex.names().size());
    for (std::size_t group = 1; group <= regex.names().size(); ++group)
      captures.push_back(capture_object(regex, subject, group, places));
  }
  fields.add(Value::borrowed("captures"), Value::array(std::move(captures)));
  return made;
}

// The strings of the named groups.
Value named_strings(Regex& regex, const Value& subject) {
  Value made = Value::object();
  if (regex.group(0).empty()) return made;
  for (std::size_t group = 1; group <= regex.names().size(); ++group) {
    const Value& name = regex.names()[group - 1];
    if (name.is_null()) continue;
    const Regex::Group span = regex.group(group);
    const auto size = static_cast<std::size_t>(span.end - span.begin);
    made.edit_object().set(
        name, span.begin < 0 ? Value() : subject.part(static_cast<std::size_t>(span.begin), size));
  }
  return made;
}

// What scan gives for a match: its string, or those of its groups.
Value scanned(Regex& regex, const Value& subject) {
  const auto string_of = [&](std::size_t group) {
    const Regex::Group span = regex.group(group);
    if (span.begin < 0) return Value();
    return subject.part(static_cast<std::size_t>(span.begin),
                        static_cast<std::size_t>(span.end - span.begin));
  };
  if (regex.group(0).empty() || regex.names().empty()) return string_of(0);
  Value::Array strings;
  for (std::size_t group = 1; group <= regex.names().size(); ++group)
    strings.push_back(string_of(group));
  return Value::array(std::move(strings));
}

// All that make() makes of the matches, in an array in the input's place.
template <typename Make>
bool collect(Context& context, Value& input, Regex* regex, bool all, const Make& make) {
  if (!regex) return false;
  Value::Array made;
  const auto take = [&](std::size_t times) { made.insert(made.end(), times, make(*regex)); };
  if (!for_matches(context, *regex, input.text(), all, take)) return false;
  input = Value::array(std::move(made));
  return true;
}

bool test(Context& context, Value& input, const Value& pattern, const Value& flags) {
  Regex* regex = prepare(context, input, pattern, flags);
  if (!regex) return false;
  const auto found = regex->test(input.text());
  if (found == Regex::Found::failed) return context.fail(repaired_string(regex->error()));
  input = Value::boolean(found == Regex::Found::yes);
  return true;
}

bool matches(Context& context, Value& input, const Value& pattern, const Value& flags) {
  Regex* regex = prepare(context, input, pattern, flags);
  Places places(regex ? input.text() : std::string_view());
  return collect(context, input, regex, regex && regex->is_global(),
                 [&](Regex& found) { return match_object(found, input, places); });
}

bool captures(Context& context, Value& input, const Value& pattern, const Value& flags) {
  Regex* regex = prepare(context, input, pattern, flags);
  return collect(context, input, regex, regex && regex->is_global(),
                 [&](Regex& found) { return named_strings(found, input); });
}

bool run_match_impl(Context& context, Value& input, Arguments arguments) {
  const bool tests = arguments[2].kind() == Kind::true_value;
  return (tests ? test : matches)(context, input, arguments[0], arguments[1]);
}

using Form = bool (*)(Context&, Value&, const Value&, const Value&);

template <Form kForm>
bool run_with_flags(Context& context, Value& input, Arguments arguments) {
  return kForm(context, input, arguments[0], arguments[1]);
}

template <Form kForm>
bool run_with_pattern(Context& context, Value& input, Arguments arguments) {
  if (arguments[0].is_string()) return kForm(context, input, arguments[0], Value());
  Pattern pattern;
  if (!parse_pattern(context, arguments[0], pattern)) return false;
  return kForm(context, input, pattern.text, pattern.flags);
}

bool run_scan(Context& context, Value& input, Arguments arguments) {
  Regex* regex = prepare(context, input, arguments[0], Value::borrowed("g"));
  return collect(context, input, regex, true, [&](Regex& found) { return scanned(found, input); });
}

// The second argument is an array: all flags that splits() was called with, whose matches follow each other.
bool run_splits(Context& context, Value& input, Arguments arguments) {
  const Value subject = input;
  std::vector<std::size_t> cuts{0};
  for (const Value& more : arguments[1].items()) {
    Value flags = Value::borrowed("g");
    if (!add(context, flags, more)) return false;
    Regex* regex = prepare(context, subject, arguments[0], flags);
    if (!regex) return false;
    const auto take = [&](std::size_t times) {
      for (; times > 0; --times) {
        cuts.push_back(static_cast<std::size_t>(regex->group(0).begin));
        cuts.push_back(static_cast<std::size_t>(regex->group(0).end));
      }
    };
    if (!for_matches(context, *regex, subject.text(), true, take)) return false;
  }
  if (!subject.is_string()) return prepare(context, subject, arguments[0], Value()) != nullptr;
  cuts.push_back(subject.text().size());
  Value::Array parts;
  for (std::size_t i = 0; i + 1 < cuts.size(); i += 2)
    parts.push_back(subject.part(cuts[i], std::max(cuts[i], cuts[i + 1]) - cuts[i]));
  input = Value::array(std::move(parts));
  return true;
}

// What sub and gsub replace: {texts: what stays, in pieces; captures: what to make the replacements between
// them of}. gsub looks at what is behind a match as at a text of its own, so that ^ and look-behind do not
// see over its beginning.
bool edits(Context& context, Value& input, const Value& pattern, const Value& flags, bool all) {
  Regex* regex = prepare(context, input, pattern, flags);
  if (!regex) return false;
  Value::Array texts;
  Value::Array captures;
  Value rest = input;
  do {
    const auto found = regex->search(rest.text(), 0);
    if (found == Regex::Found::failed) return context.fail(repaired_string(regex->error()));
    if (found == Regex::Found::no) break;
    const auto begin = static_cast<std::size_t>(regex->group(0).begin);
    const auto end = static_cast<std::size_t>(regex->group(0).end);
    if (all && end == 0 && !rest.text().empty()) {
      return context.fail("gsub does not end where the pattern matches the empty text");
    }
    texts.push_back(rest.part(0, begin));
    captures.push_back(named_strings(*regex, rest));
    rest = rest.part(end, rest.text().size() - end);
  } while (all && !rest.text().empty());
  texts.push_back(std::move(rest));
  input = Value::object();
  input.edit_object().add(Value::borrowed("texts"), Value::array(std::move(texts)));
  input.edit_object().add(Value::borrowed("captures"), Value::array(std::move(captures)));
  return true;
}

bool run_edits(Context& context, Value& input, Arguments arguments) {
  return edits(context, input, arguments[0], arguments[1], arguments[2].is_true());
}

// For sub with one pattern of any form: the flag g does not count.
bool run_first_edit(Context& context, Value& input, Arguments arguments) {
  Pattern pattern;
  return parse_pattern(context, arguments[0], pattern) &&
         edits(context, input, pattern.text, pattern.flags, false);
}

// Edits and the outputs of the replacement for each become the text, if there was one output each, a string;
// null if not.
bool run_splice(Context&, Value& input, Arguments arguments) {
  const Value texts = std::move(input);
  input = Value();
  const Value& outputs = arguments[0];
  if (!outputs.is_array()) return true;
  std::string joined(texts.items()[0].text());
  for (std::size_t i = 0; i < outputs.items().size(); ++i) {
    const auto output = outputs.items()[i].items();
    if (output.size() != 1 || !output[0].is_string()) return true;
    joined += output[0].text();
    joined += texts.items()[i + 1].text();
  }
  input = Value::string(joined);
  return true;
}

constexpr Builtin kRows[] = {
    {"_captures", 1, run_with_pattern<captures>},
    {"_captures", 2, run_with_flags<captures>},
    {"_edits", 3, run_edits},
    {"_first_edit", 1, run_first_edit},
    {"_match_impl", 3, run_match_impl},
    {"_matches", 1, run_with_pattern<matches>},
    {"_scan", 1, run_scan},
    {"_splice", 1, run_splice},
    {"_splits", 2, run_splits},
    {"test", 1, run_with_pattern<test>},
    {"test", 2, run_with_flags<test>},
};

}  // namespace

std::span<const Builtin> regex_builtins() noexcept {
  return kRows;
}

}  // namespace weir::transform::jq
