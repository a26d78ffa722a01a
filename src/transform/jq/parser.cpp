#include "transform/jq/parser.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "transform/jq/parser_rules.hpp"

namespace weir::transform::jq {

namespace {

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

}  // namespace

struct Infix {
  std::string_view symbol;
  Level level;
  Side side;
  Op op;
  Operator oper;
};

namespace {

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

}  // namespace

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

Node* Parser::parse_pipe() {
  return parse(kPipe);
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

// What modules say is libjq's to understand.
Node* Parser::parse_modules() {
  Node* node = make(Op::not_native, token_.begin);
  node->text.append(1, '\'').append(token_.text).append(1, '\'');
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
