// Patterns: what takes a value apart behind `as`.
#include "transform/jq/parser_rules.hpp"

namespace weir::transform::jq {

bool Parser::parse_patterns(std::vector<Pattern*>& patterns) {
  do {
    Pattern* pattern = parse_pattern();
    if (pattern == nullptr) return false;
    patterns.push_back(pattern);
  } while (accept("?//"));
  return true;
}

Pattern* Parser::parse_pattern() {
  if (++nesting_ > kMostParsed) return refuse("the program is nested too deeply", token_.begin, token_.end);
  Pattern& pattern = code_.patterns.emplace_back();
  bool fine = true;
  if (accept("$")) {
    fine = expect_name(pattern.name);
  } else if (accept("[")) {
    pattern.form = Pattern::Form::array;
    fine = parse_array_pattern(pattern);
  } else if (accept("{")) {
    pattern.form = Pattern::Form::object;
    fine = parse_object_pattern(pattern);
  } else {
    return refuse_token();
  }
  --nesting_;
  return fine ? &pattern : nullptr;
}

bool Parser::parse_array_pattern(Pattern& pattern) {
  do {
    Pattern::Entry entry;
    entry.pattern = parse_pattern();
    if (entry.pattern == nullptr) return false;
    pattern.entries.push_back(std::move(entry));
  } while (accept(","));
  return expect("]");
}

bool Parser::parse_object_pattern(Pattern& pattern) {
  do {
    Pattern::Entry entry;
    if (!parse_pattern_entry(entry)) return false;
    pattern.entries.push_back(std::move(entry));
  } while (accept(","));
  return expect("}");
}

bool Parser::parse_pattern_entry(Pattern::Entry& entry) {
  const std::uint32_t begin = token_.begin;
  if (accept("$")) {
    if (!expect_name(entry.name)) return false;
    entry.key = make_text(entry.name, begin);
    if (!accept(":")) return true;
  } else {
    if (token_.word == Word::name || token_.word == Word::keyword) {
      entry.key = make_text(std::string(token_.text), begin);
      advance();
    } else if (token_.word == Word::quote || token_.word == Word::format) {
      std::string format = "@text";
      if (token_.word == Word::format) {
        format = token_.text;
        advance();
      }
      if (token_.word != Word::quote) return refuse_token();
      entry.key = parse_string(format, begin);
    } else if (accept("(")) {
      entry.key = parse_pipe();
      if (entry.key != nullptr && !expect(")")) return false;
    } else {
      return refuse_token();
    }
    if (entry.key == nullptr || !expect(":")) return false;
  }
  entry.pattern = parse_pattern();
  return entry.pattern != nullptr;
}

}  // namespace weir::transform::jq
