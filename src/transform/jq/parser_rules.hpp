// Parser: recursive descent over the tokens of a program. What stands between operators is in
// parser_terms.cpp, what stands behind `as` in parser_patterns.cpp. For these files only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "transform/jq/lexer.hpp"
#include "transform/jq/parser.hpp"
#include "transform/jq/syntax.hpp"

namespace weir::transform::jq {

struct Infix;

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
  static constexpr std::uint32_t kMostNested = 1500;  // of the tree
  static constexpr std::uint32_t kMostParsed = 500;   // of what is being parsed: takes more of the stack

  // All parse_ functions give null when the program is wrong.
  Node* parse_pipe();
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

}  // namespace weir::transform::jq
