// The tree of a program: what the parser makes, and the resolver completes.
//
// Nodes live in the arena of their Code, and are never changed once the program is compiled. Their values are
// plain numbers or strings borrowed from the nodes' own text, which threads may copy without counting.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "record/field_set.hpp"
#include "transform/jq/builtin.hpp"

namespace weir::transform::jq {

enum class Op : std::uint8_t {
  identity,
  index,        // a[b]
  slice,        // a[b:c], where b or c may be missing
  each,         // a[]
  literal,      // value
  format,       // @text
  text,         // the texts of `list` joined; text is the format of what is embedded
  array,        // [a], [] without
  object,       // list: key, value, key, value, ...
  negate,       // -a
  pipe,         // a | b
  comma,        // a, b
  alternative,  // a // b
  assign,       // a = b
  modify,       // a |= b
  update,       // a op= b, with the operator in `oper`
  either,       // a or b
  both,         // a and b
  calculate,    // a op b
  attempt,      // try a catch b, or without b
  reduce,       // reduce a as patterns (b; c)
  foreach,      // foreach a as patterns (b; c; d), or without d
  condition,    // if a then b else c
  bind,         // a as patterns | b
  label,        // label $text | a
  break_out,    // break $text
  define,       // def function; a
  call,         // text(list), not resolved yet
  variable,     // $text
  location,     // $__loc__
  // What calls become.
  call_function,
  call_parameter,
  call_builtin,
  argument,     // a named argument of the program, by slot
  environment,  // $ENV
  empty,
  fail,      // error(a)
  select,    // if a then . else empty end
  map,       // [.[] | a]
  recurse,   // def r: ., (a | r); r
  range,     // range(a; b)
  first,     // first(a)
  limit,     // limit(a; b)
  until,     // until(a; b)
  while_do,  // while(a; b)
  repeat,    // repeat(a)
  any,       // any(a; b)
  all,       // all(a; b)
  path,      // path(a)
  not_native,
};

enum class Operator : std::uint8_t {
  none,
  add,
  subtract,
  multiply,
  divide,
  modulo,
  equal,
  unequal,
  less,
  less_equal,
  greater,
  greater_equal,
  alternative,
};

struct Node;
struct Function;

// What `as` takes apart.
struct Pattern {
  enum class Form : std::uint8_t { variable, array, object };
  struct Entry {
    Node* key = nullptr;         // of objects
    std::uint32_t position = 0;  // in arrays
    bool has_field = false;      // what it takes is a field of the input: number `field`
    std::uint32_t field = 0;
    std::string name;            // "$name:" binds as well
    std::uint32_t slot = 0;      // of that variable
    Pattern* pattern = nullptr;  // may be missing when there is a name
  };
  Form form = Form::variable;
  std::string name;
  std::uint32_t slot = 0;
  std::vector<Entry> entries;
};

struct Node {
  Op op = Op::identity;
  Operator oper = Operator::none;
  bool is_optional = false;   // index, slice, each: its own error is no output
  bool is_single = false;     // one output at most, and nothing to come back to
  bool is_root = false;       // its input is the program's
  bool has_slot = false;      // a field of the input: `slot` of the record's fields
  bool may_catch = false;     // errors of what follows may come back to it (a `try` that is not over)
  bool is_enclosed = false;   // in parentheses
  bool is_reentrant = false;  // may be evaluated while it is, in the same frame
  std::uint32_t begin = 0;    // in the text
  std::uint32_t end = 0;
  std::uint32_t nesting = 1;
  std::uint32_t bar_begin = 0;  // of the operator between a and b
  std::uint32_t bar_end = 0;
  std::uint32_t slot = 0;   // of a variable, parameter, argument, label, or field
  std::uint32_t depth = 0;  // frames to go up
  Node* a = nullptr;
  Node* b = nullptr;
  Node* c = nullptr;
  Node* d = nullptr;
  std::vector<Node*> list;
  std::vector<Pattern*> patterns;
  std::vector<std::uint32_t> slots;  // of all variables of the patterns
  Function* function = nullptr;
  const Builtin* builtin = nullptr;
  std::string text;
  Value value;
};

struct Parameter {
  std::string name;
  bool is_value = false;   // $name
  bool is_called = false;  // by name, without the $
  std::uint32_t slot = 0;  // of the variable
};

struct Function {
  std::string name;
  std::vector<Parameter> parameters;  // parameter number i is closure number i of a frame
  Node* body = nullptr;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t level = 0;  // of nesting; the program itself is 0
  std::uint32_t slots = 0;  // variables of a frame
  bool is_single = true;    // given single arguments
  bool may_catch = false;
  bool is_prelude = false;
  bool is_resolved = false;
};

// A program, and what was found out about it.
struct Code {
  std::string text;
  std::deque<Node> nodes;
  std::deque<Pattern> patterns;
  std::deque<Function> functions;
  Function main;
  std::vector<Value> arguments;  // nobody copies these: machines make their own
  record::FieldSet fields;
  bool uses_root = false;
  bool passes_root = false;
  std::vector<std::vector<std::string>> required;
};

}  // namespace weir::transform::jq
