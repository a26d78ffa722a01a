// Terms: literals, strings, fields and calls, and all that is in brackets.
#include <algorithm>
#include <charconv>

#include "transform/jq/parser_rules.hpp"

namespace weir::transform::jq {

Node* Parser::parse_term() {
  Node* term = parse_term_start();
  return term == nullptr ? nullptr : parse_suffixes(term);
}

Node* Parser::parse_term_start() {
  const std::uint32_t begin = token_.begin;
  switch (token_.word) {
    case Word::number:
      return parse_number();
    case Word::name:
      return parse_call();
    case Word::quote:
      return parse_string("@text", begin);
    case Word::field:
      return make(Op::identity, begin);  // the suffix takes the field
    case Word::format: {
      const std::string name(token_.text);
      advance();
      if (token_.word == Word::quote) return parse_string(name, begin);
      Node* node = make(Op::format, begin);
      node->text = name;
      return node;
    }
    default:
      break;
  }
  if (accept(".")) return make(Op::identity, begin);
  if (accept("..")) {
    Node* node = make(Op::call, begin);
    node->text = "recurse";
    return node;
  }
  if (token_.is("$")) return parse_dollar();
  if (token_.is("[")) return parse_array();
  if (token_.is("{")) return parse_object();
  if (accept("(")) {
    Node* inner = parse_pipe();
    if (inner == nullptr || !expect(")")) return nullptr;
    inner->is_enclosed = true;
    return inner;
  }
  if (accept("break")) {
    std::string name;
    if (!expect("$") || !expect_name(name)) return nullptr;
    Node* node = make(Op::break_out, begin);
    node->text = std::move(name);
    return node;
  }
  return refuse_token();
}

Node* Parser::parse_suffixes(Node* term) {
  // `."a"` is a field of `.`, and `.` before a bracket is itself.
  bool after_dot = term->op == Op::identity && token_.word == Word::quote && text_[last_end_ - 1] == '.';
  while (term != nullptr) {
    const std::uint32_t begin = term->begin;
    Node* key = nullptr;
    if (token_.word == Word::field) {
      key = make_text(std::string(token_.text), token_.begin);
      advance();
    } else if (after_dot || token_.is(".")) {
      if (!after_dot) advance();
      const std::uint32_t at = token_.begin;
      std::string_view format = "@text";
      if (token_.word == Word::format) {
        format = token_.text;
        advance();
      }
      if (token_.word != Word::quote) return refuse_token();
      key = parse_string(format, at);
      if (key == nullptr) return nullptr;
    } else if (token_.is("[")) {
      term = parse_bracket(term);
      if (term != nullptr && accept("?")) term->is_optional = true;
      continue;
    } else {
      break;
    }
    after_dot = false;
    term = make(Op::index, begin, term, key);
    if (accept("?")) term->is_optional = true;
  }
  return complaint_ ? nullptr : term;
}

Node* Parser::parse_bracket(Node* term) {
  const std::uint32_t begin = term->begin;
  advance();
  if (accept("]")) return make(Op::each, begin, term);
  Node* from = nullptr;
  Node* upto = nullptr;
  if (!token_.is(":") && (from = parse_pipe()) == nullptr) return nullptr;
  if (from != nullptr && accept("]")) return make(Op::index, begin, term, from);
  if (!expect(":")) return nullptr;
  if (from == nullptr || !token_.is("]")) {
    if ((upto = parse_pipe()) == nullptr) return nullptr;
  }
  if (!expect("]")) return nullptr;
  return make(Op::slice, begin, term, from, upto);
}

// At the quote.
Node* Parser::parse_string(std::string_view format, std::uint32_t begin) {
  const std::uint32_t quote = token_.begin;
  Node* whole = nullptr;
  std::string text;
  for (;;) {
    const std::uint32_t from = lexer_.position();
    const Lexer::Piece piece = lexer_.string_piece(text);
    if (piece == Lexer::Piece::bad_escape)
      return refuse("no such escape in strings", lexer_.position(), lexer_.position() + 2);
    if (piece == Lexer::Piece::unterminated) return refuse("a string without its end", quote, quote + 1);
    if (piece == Lexer::Piece::closed) break;
    if (whole == nullptr) {
      whole = make(Op::text, begin);
      whole->text = format;
    }
    whole->list.push_back(make_text(std::move(text), from));
    text.clear();
    advance();
    Node* inner = parse_pipe();
    if (inner == nullptr) return nullptr;
    if (!token_.is(")")) return refuse_token();
    whole->list.push_back(inner);
    whole->nesting = std::max(whole->nesting, inner->nesting + 1);
  }
  last_end_ = lexer_.position();
  token_ = Token{};
  token_.end = last_end_;
  advance();
  if (whole == nullptr) {
    Node* node = make_text(std::move(text), begin);
    // @nonsense "text" is never asked to format anything.
    return node;
  }
  whole->list.push_back(make_text(std::move(text), begin));
  whole->end = last_end_;
  return whole;
}

Node* Parser::parse_number() {
  double number = 0;
  const auto [end, error] =
      std::from_chars(token_.text.data(), token_.text.data() + token_.text.size(), number);
  if (error == std::errc::result_out_of_range) number = 1.7976931348623157e308;
  const std::uint32_t begin = token_.begin;
  advance();
  Node* node = make(Op::literal, begin);
  node->value = Value::number(number);
  return node;
}

Node* Parser::parse_call() {
  const std::uint32_t begin = token_.begin;
  const std::string name(token_.text);
  advance();
  if (!token_.is("(") && (name == "null" || name == "true" || name == "false")) {
    Node* node = make(Op::literal, begin);
    node->value = name == "null" ? Value() : Value::boolean(name == "true");
    return node;
  }
  std::vector<Node*> arguments;
  if (accept("(")) {
    do {
      Node* argument = parse_pipe();
      if (argument == nullptr) return nullptr;
      arguments.push_back(argument);
    } while (accept(";"));
    if (!expect(")")) return nullptr;
  }
  Node* node = make(Op::call, begin);
  for (const Node* argument : arguments)
    node->nesting = std::max(node->nesting, argument->nesting + 1);
  if (node->nesting > kMostNested) return refuse("the program is nested too deeply", begin, begin + 1);
  node->list = std::move(arguments);
  node->text = name;
  return node;
}

Node* Parser::parse_dollar() {
  const std::uint32_t begin = token_.begin;
  advance();
  if (accept("__loc__")) return make(Op::location, begin);
  std::string name;
  if (!expect_name(name)) return nullptr;
  Node* node = make(Op::variable, begin);
  node->text = std::move(name);
  return node;
}

Node* Parser::parse_array() {
  const std::uint32_t begin = token_.begin;
  advance();
  if (accept("]")) return make(Op::array, begin);
  Node* inner = parse_pipe();
  if (inner == nullptr || !expect("]")) return nullptr;
  return make(Op::array, begin, inner);
}

namespace {

// Literals, and arrays and objects of them.
bool is_constant(const Node& node) {
  switch (node.op) {
    case Op::literal:
      return true;
    case Op::array:
      return node.a == nullptr || is_constant(*node.a);
    case Op::comma:
      return is_constant(*node.a) && is_constant(*node.b);
    case Op::object:
      return std::all_of(node.list.begin(), node.list.end(),
                         [](const Node* part) { return is_constant(*part); });
    default:
      return false;
  }
}

}  // namespace

Node* Parser::parse_object() {
  const std::uint32_t begin = token_.begin;
  Node* object = make(Op::object, begin);
  advance();
  while (!token_.is("}")) {
    if (!parse_entry(*object)) return nullptr;
    if (!accept(",")) break;
  }
  if (!expect("}")) return nullptr;
  object->end = last_end_;
  for (const Node* part : object->list)
    object->nesting = std::max(object->nesting, part->nesting + 1);
  if (object->nesting > kMostNested) return refuse("the program is nested too deeply", begin, begin + 1);
  return object;
}

bool Parser::parse_entry(Node& object) {
  const std::uint32_t begin = token_.begin;
  Node* key = nullptr;
  Node* value = nullptr;
  bool may_stand_alone = true;
  if (accept("$")) {
    std::string name;
    if (!expect_name(name)) return false;
    value = make(Op::variable, begin);
    value->text = name;
    object.list.insert(object.list.end(), {make_text(name, begin), value});
    return true;
  }
  if (token_.word == Word::name || token_.word == Word::keyword) {
    may_stand_alone = token_.word == Word::name;
    key = make_text(std::string(token_.text), begin);
    advance();
  } else if (token_.word == Word::quote) {
    key = parse_string("@text", begin);
  } else if (token_.word == Word::format) {
    const std::string format(token_.text);
    advance();
    if (token_.word != Word::quote) return refuse_token();
    key = parse_string(format, begin);
  } else if (accept("(")) {
    may_stand_alone = false;
    key = parse_pipe();
    if (key == nullptr || !expect(")")) return false;
    if (key->op != Op::comma && is_constant(*key) && !(key->op == Op::literal && key->value.is_string()))
      return refuse("object keys are strings", key->begin, key->end);
  } else {
    return refuse_token();
  }
  if (key == nullptr) return false;
  if (may_stand_alone && !token_.is(":")) {
    value = make(Op::index, begin, make(Op::identity, begin), key);
  } else {
    if (!expect(":")) return false;
    value = parse_entry_value();
  }
  if (value == nullptr) return false;
  object.list.insert(object.list.end(), {key, value});
  return true;
}

// Terms, their negation, and pipes of these.
Node* Parser::parse_entry_value() {
  const std::uint32_t begin = token_.begin;
  if (++nesting_ > kMostParsed) return refuse("the program is nested too deeply", begin, token_.end);
  Node* value = nullptr;
  if (accept("-")) {
    value = parse_entry_value();
    // The minus binds closer than the pipe.
    if (value != nullptr && value->op == Op::pipe && !value->is_enclosed) {
      value->a = make(Op::negate, begin, value->a);
    } else if (value != nullptr) {
      value = make(Op::negate, begin, value);
    }
  } else {
    value = parse_term();
    if (value != nullptr && accept("|")) {
      Node* next = parse_entry_value();
      if (next == nullptr) return nullptr;
      value = make(Op::pipe, begin, value, next);
    }
  }
  --nesting_;
  return value;
}

}  // namespace weir::transform::jq
