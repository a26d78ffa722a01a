#include "transform/jq/parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "transform/jq/lexer.hpp"

namespace weir::transform::jq {

namespace {

constexpr std::uint32_t kMostNested = 1500;  // of the tree
constexpr std::uint32_t kMostParsed = 500;   // of what is being parsed: takes more of the stack

// Binding strength, the weakest first.
enum Level : int {
  kPipe = 1,
  kComma,
  kAlternative,
  kAssign,
  kOr,
  kAnd,
  kCompare,
  kAdd,
  kMultiply,
  kOptional,
  kTerm
};
enum class Side : std::uint8_t { left, right, none };

struct Infix {
  std::string_view symbol;
  Level level;
  Side side;
  Op op;
  Operator oper;
};

constexpr std::array<Infix, 25> kInfixes = {{
    {"|", kPipe, Side::right, Op::pipe, Operator::none},
    {",", kComma, Side::left, Op::comma, Operator::none},
    {"//", kAlternative, Side::right, Op::alternative, Operator::none},
    {"=", kAssign, Side::none, Op::assign, Operator::none},
    {"|=", kAssign, Side::none, Op::modify, Operator::none},
    {"+=", kAssign, Side::none, Op::update, Operator::add},
    {"-=", kAssign, Side::none, Op::update, Operator::subtract},
    {"*=", kAssign, Side::none, Op::update, Operator::multiply},
    {"/=", kAssign, Side::none, Op::update, Operator::divide},
    {"%=", kAssign, Side::none, Op::update, Operator::modulo},
    {"//=", kAssign, Side::none, Op::update, Operator::alternative},
    {"or", kOr, Side::left, Op::either, Operator::none},
    {"and", kAnd, Side::left, Op::both, Operator::none},
    {"==", kCompare, Side::none, Op::calculate, Operator::equal},
    {"!=", kCompare, Side::none, Op::calculate, Operator::unequal},
    {"<", kCompare, Side::none, Op::calculate, Operator::less},
    {"<=", kCompare, Side::none, Op::calculate, Operator::less_equal},
    {">", kCompare, Side::none, Op::calculate, Operator::greater},
    {">=", kCompare, Side::none, Op::calculate, Operator::greater_equal},
    {"+", kAdd, Side::left, Op::calculate, Operator::add},
    {"-", kAdd, Side::left, Op::calculate, Operator::subtract},
    {"*", kMultiply, Side::left, Op::calculate, Operator::multiply},
    {"/", kMultiply, Side::left, Op::calculate, Operator::divide},
    {"%", kMultiply, Side::left, Op::calculate, Operator::modulo},
    {"?", kOptional, Side::left, Op::attempt, Operator::none},
}};

const Infix* find_infix(const Token& token) {
  for (const Infix& infix : kInfixes) {
    if (token.is(infix.symbol)) return &infix;
  }
  return nullptr;
}

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

// Numbers that are calculated with as soon as they are read.
bool fold(Node& left, Operator oper, const Node* right) {
  if (left.op != Op::literal || right->op != Op::literal) return false;
  if (!left.value.is_number() || !right->value.is_number()) return false;
  const double a = left.value.number();
  const double b = right->value.number();
  switch (oper) {
    case Operator::add:
      left.value = Value::number(a + b);
      break;
    case Operator::subtract:
      left.value = Value::number(a - b);
      break;
    case Operator::multiply:
      left.value = Value::number(a * b);
      break;
    case Operator::divide:
      left.value = Value::number(a / b);
      break;
    default:
      return false;
  }
  left.end = right->end;
  return true;
}

// What functions that failed return, be it a node or a bool.
struct Refused {
  operator bool() const { return false; }
  template <class T>
  operator T*() const {
    return nullptr;
  }
};

class Parser {
 public:
  Parser(std::string_view text, Code& code) : text_(text), code_(code), lexer_(text) { advance(); }

  Node* parse_program();
  bool parse_definitions(std::vector<Function*>& functions);
  const std::optional<Complaint>& complaint() const { return complaint_; }

 private:
  // All parse_ functions give null when the program is wrong.
  Node* parse_pipe() { return parse(kPipe); }
  Node* parse(int least);
  Node* parse_infix(Node* left, const Infix& infix);
  Node* parse_prefix();
  Node* parse_keyword();
  Node* parse_condition();
  Node* parse_loop(Op op);
  Node* parse_attempt();
  Node* parse_label();
  Node* parse_bound(Node* source);
  Node* parse_defined();
  Function* parse_definition();
  bool parse_parameters(Function& function);
  Node* parse_term();
  Node* parse_term_start();
  Node* parse_suffixes(Node* term);
  Node* parse_bracket(Node* term);
  Node* parse_string(std::string_view format, std::uint32_t begin);
  Node* parse_number();
  Node* parse_call();
  Node* parse_dollar();
  Node* parse_array();
  Node* parse_object();
  bool parse_entry(Node& object);
  Node* parse_entry_value();
  bool parse_patterns(std::vector<Pattern*>& patterns);
  Pattern* parse_pattern();
  bool parse_array_pattern(Pattern& pattern);
  bool parse_object_pattern(Pattern& pattern);
  bool parse_pattern_entry(Pattern::Entry& entry);
  Node* parse_modules();

  void advance() { last_end_ = token_.end, token_ = lexer_.next(); }
  bool accept(std::string_view what) {
    if (!token_.is(what)) return false;
    advance();
    return true;
  }
  bool expect(std::string_view what);
  bool expect_name(std::string& name);
  Refused refuse(std::string what, std::uint32_t begin, std::uint32_t end) {
    if (!complaint_) complaint_ = Complaint{std::move(what), begin, end};
    return {};
  }
  Refused refuse_token();
  Node* make(Op op, std::uint32_t begin, Node* a = nullptr, Node* b = nullptr, Node* c = nullptr,
             Node* d = nullptr);
  Node* make_text(std::string text, std::uint32_t begin);

  std::string_view text_;
  Code& code_;
  Lexer lexer_;
  Token token_;
  std::uint32_t last_end_ = 0;
  std::uint32_t nesting_ = 0;
  std::optional<Complaint> complaint_;
};

Refused Parser::refuse_token() {
  if (token_.word == Word::end)
    return refuse("syntax error: the program ends too early", token_.begin, token_.end);
  std::string what = "syntax error at '";
  what.append(text_.substr(token_.begin, token_.end - token_.begin));
  return refuse(what + "'", token_.begin, token_.end);
}

bool Parser::expect(std::string_view what) {
  if (accept(what)) return true;
  refuse_token();
  if (complaint_->what.starts_with("syntax error")) {
    complaint_->what += ", '";
    complaint_->what.append(what);
    complaint_->what += "' is missing";
  }
  return false;
}

bool Parser::expect_name(std::string& name) {
  if (token_.word != Word::name) return refuse_token();
  name = token_.text;
  advance();
  return true;
}

Node* Parser::make(Op op, std::uint32_t begin, Node* a, Node* b, Node* c, Node* d) {
  Node& node = code_.nodes.emplace_back();
  node.op = op;
  node.begin = begin;
  node.end = last_end_;
  node.a = a;
  node.b = b;
  node.c = c;
  node.d = d;
  for (const Node* child : {a, b, c, d}) {
    if (child != nullptr) node.nesting = std::max(node.nesting, child->nesting + 1);
  }
  if (node.nesting > kMostNested) refuse("the program is nested too deeply", begin, begin + 1);
  return &node;
}

Node* Parser::make_text(std::string text, std::uint32_t begin) {
  Node* node = make(Op::literal, begin);
  node->text = std::move(text);
  node->value = Value::borrowed(node->text);
  return node;
}

Node* Parser::parse(int least) {
  if (++nesting_ > kMostParsed) return refuse("the program is nested too deeply", token_.begin, token_.end);
  Node* left = parse_prefix();
  int forbidden = 0;
  while (left != nullptr) {
    const Infix* infix = find_infix(token_);
    if (infix == nullptr || infix->level < least) break;
    if (infix->level == forbidden) return refuse_token();
    left = parse_infix(left, *infix);
    forbidden = infix->side == Side::none ? infix->level : 0;
  }
  --nesting_;
  return complaint_ ? nullptr : left;
}

Node* Parser::parse_infix(Node* left, const Infix& infix) {
  const Token symbol = token_;
  advance();
  Node* right = nullptr;
  if (infix.op != Op::attempt) {
    right = parse(infix.side == Side::right ? infix.level : infix.level + 1);
    if (right == nullptr) return nullptr;
  }
  if (infix.op == Op::calculate && fold(*left, infix.oper, right)) {
    if (infix.oper == Operator::divide && std::isinf(left->value.number()))
      return refuse("division by zero", left->begin, right->end);
    return left;
  }
  // A constant that goes through nothing is one.
  if (infix.op == Op::pipe && left->op == Op::literal && right->op == Op::identity) return left;
  Node* node = make(infix.op, left->begin, left, right);
  node->oper = infix.oper;
  node->bar_begin = symbol.begin;
  node->bar_end = symbol.end;
  return node;
}

Node* Parser::parse_prefix() {
  const std::uint32_t begin = token_.begin;
  if (accept("-")) {
    Node* operand = parse(kMultiply);
    return operand == nullptr ? nullptr : make(Op::negate, begin, operand);
  }
  if (token_.word == Word::keyword && token_.text != "break") return parse_keyword();
  Node* term = parse_term();
  if (term != nullptr && token_.is("as")) return parse_bound(term);
  return term;
}

Node* Parser::parse_keyword() {
  if (token_.text == "if") return parse_condition();
  if (token_.text == "try") return parse_attempt();
  if (token_.text == "reduce") return parse_loop(Op::reduce);
  if (token_.text == "foreach") return parse_loop(Op::foreach);
  if (token_.text == "label") return parse_label();
  if (token_.text == "def") return parse_defined();
  return refuse_token();
}

// Behind `if` or `elif` too.
Node* Parser::parse_condition() {
  const std::uint32_t begin = token_.begin;
  if (++nesting_ > kMostParsed) return refuse("the program is nested too deeply", begin, token_.end);
  advance();
  Node* test = parse_pipe();
  if (test == nullptr || !expect("then")) return nullptr;
  Node* then = parse_pipe();
  if (then == nullptr) return nullptr;
  Node* other = nullptr;
  if (token_.is("elif")) {
    other = parse_condition();
  } else if (token_.is("end")) {
    return refuse("'if' without 'else'", begin, token_.end);
  } else if (expect("else")) {
    other = parse_pipe();
    if (other != nullptr && !expect("end")) return nullptr;
  }
  --nesting_;
  return other == nullptr ? nullptr : make(Op::condition, begin, test, then, other);
}

Node* Parser::parse_loop(Op op) {
  const std::uint32_t begin = token_.begin;
  advance();
  Node* source = parse_term();
  std::vector<Pattern*> patterns;
  if (source == nullptr || !expect("as") || !parse_patterns(patterns) || !expect("(")) return nullptr;
  Node* start = parse_pipe();
  if (start == nullptr || !expect(";")) return nullptr;
  Node* step = parse_pipe();
  Node* extract = nullptr;
  if (step == nullptr) return nullptr;
  if (op == Op::foreach && accept(";") && (extract = parse_pipe()) == nullptr) return nullptr;
  if (!expect(")")) return nullptr;
  Node* node = make(op, begin, source, start, step, extract);
  node->patterns = std::move(patterns);
  return node;
}

Node* Parser::parse_attempt() {
  const std::uint32_t begin = token_.begin;
  advance();
  Node* body = parse(kTerm);
  if (body == nullptr) return nullptr;
  Node* handler = nullptr;
  if (accept("catch") && (handler = parse(kTerm)) == nullptr) return nullptr;
  return make(Op::attempt, begin, body, handler);
}

Node* Parser::parse_label() {
  const std::uint32_t begin = token_.begin;
  std::string name;
  advance();
  if (!expect("$") || !expect_name(name) || !expect("|")) return nullptr;
  Node* body = parse_pipe();
  if (body == nullptr) return nullptr;
  Node* node = make(Op::label, begin, body);
  node->text = std::move(name);
  return node;
}

// Behind the term, at `as`.
Node* Parser::parse_bound(Node* source) {
  advance();
  std::vector<Pattern*> patterns;
  if (!parse_patterns(patterns) || !expect("|")) return nullptr;
  Node* body = parse_pipe();
  if (body == nullptr) return nullptr;
  Node* node = make(Op::bind, source->begin, source, body);
  node->patterns = std::move(patterns);
  return node;
}

Node* Parser::parse_defined() {
  const std::uint32_t begin = token_.begin;
  Function* function = parse_definition();
  if (function == nullptr) return nullptr;
  Node* rest = parse_pipe();
  if (rest == nullptr) return nullptr;
  Node* node = make(Op::define, begin, rest);
  node->nesting = std::max(node->nesting, function->body->nesting + 1);
  node->function = function;
  return node;
}

bool Parser::parse_parameters(Function& function) {
  if (!accept("(")) return true;
  do {
    Parameter parameter;
    parameter.is_value = accept("$");
    if (!expect_name(parameter.name)) return false;
    function.parameters.push_back(std::move(parameter));
  } while (accept(";"));
  return expect(")");
}

Function* Parser::parse_definition() {
  Function& function = code_.functions.emplace_back();
  function.begin = token_.begin;
  advance();
  if (!expect_name(function.name) || !parse_parameters(function) || !expect(":")) return nullptr;
  function.body = parse_pipe();
  if (function.body == nullptr || !expect(";")) return nullptr;
  function.end = last_end_;
  return &function;
}

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

// What modules say is libjq's to understand.
Node* Parser::parse_modules() {
  Node* node = make(Op::not_native, token_.begin);
  node->text = "'" + std::string(token_.text) + "'";
  node->end = token_.end;
  return node;
}

Node* Parser::parse_program() {
  if (token_.is("module") || token_.is("import") || token_.is("include")) return parse_modules();
  std::vector<Function*> functions;
  while (token_.is("def")) {
    Function* function = parse_definition();
    if (function == nullptr) return nullptr;
    functions.push_back(function);
  }
  if (functions.size() > kMostParsed) return refuse("too many definitions", 0, 1);
  Node* body = token_.word == Word::end ? make(Op::identity, token_.begin) : parse_pipe();
  if (body == nullptr) return nullptr;
  if (token_.word != Word::end) return refuse_token();
  for (auto function = functions.rbegin(); function != functions.rend(); ++function) {
    body = make(Op::define, (*function)->begin, body);
    body->nesting = std::max(body->nesting, (*function)->body->nesting + 1);
    body->function = *function;
  }
  return complaint_ ? nullptr : body;
}

bool Parser::parse_definitions(std::vector<Function*>& functions) {
  while (token_.is("def")) {
    Function* function = parse_definition();
    if (function == nullptr) return false;
    functions.push_back(function);
  }
  return token_.word == Word::end || refuse_token();
}

}  // namespace

std::string describe(const Complaint& complaint, std::string_view program) {
  const std::size_t at = std::min<std::size_t>(complaint.begin, program.size());
  const std::size_t newline = at == 0 ? std::string_view::npos : program.rfind('\n', at - 1);
  const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
  const std::size_t end = std::min(program.find('\n', at), program.size());
  const auto line =
      std::count(program.begin(), program.begin() + static_cast<std::ptrdiff_t>(begin), '\n') + 1;
  // A long line is shown around the place only.
  constexpr std::size_t kAround = 60;
  std::size_t from = at - begin > kAround ? at - kAround : begin;
  while (from > begin && (static_cast<unsigned char>(program[from]) & 0xC0) == 0x80)
    --from;
  std::size_t upto = std::min(end, at + kAround);
  while (upto < end && (static_cast<unsigned char>(program[upto]) & 0xC0) == 0x80)
    ++upto;
  std::string text = complaint.what + " (line " + std::to_string(line) + ", column ";
  std::size_t column = 1;
  std::string indent;
  for (std::size_t i = begin; i < at; ++i) {
    if ((static_cast<unsigned char>(program[i]) & 0xC0) == 0x80) continue;
    ++column;
    if (i >= from) indent.push_back(program[i] == '\t' ? '\t' : ' ');
  }
  text += std::to_string(column) + "):\n    ";
  text.append(program.substr(from, upto - from));
  return text + "\n    " + indent + "^";
}

std::optional<Complaint> parse_program(std::string_view text, Code& code, Node*& body) {
  Parser parser(text, code);
  body = parser.parse_program();
  return parser.complaint();
}

std::optional<Complaint> parse_definitions(std::string_view text, Code& code,
                                           std::vector<Function*>& functions) {
  Parser parser(text, code);
  parser.parse_definitions(functions);
  return parser.complaint();
}

}  // namespace weir::transform::jq
