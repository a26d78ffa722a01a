// Builtins: the functions of the jq language that are plain calculations on values, and what they may use of
// the run around them.
//
// The machine evaluates their arguments, once for each combination of the arguments' outputs; control
// structures (reduce, limit, path, first, ...) are the machine's own. What is easiest said in the language
// itself is in the prelude.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "record/value.hpp"

namespace weir::transform::jq {

using record::Kind;
using record::Object;
using record::Value;

class RegexCache;

// What a program sees of the run, and the place where what went wrong is left. One for each shard.
struct Context {
  Context();
  ~Context();

  // Leaves the error; the false is for the builtin to return.
  bool fail(Value value);
  bool fail(std::string_view message);

  Value error;
  std::string_view input_filename;  // "" is null
  std::uint64_t input_line_number = 0;
  const Value* environment = nullptr;  // $ENV, an object
  std::unique_ptr<RegexCache> regexes;
};

struct Builtin {
  std::string_view name;
  int arity;
  // Replaces the input by the result. False: failed, and the error is in the context. Arguments may be moved
  // from.
  bool (*run)(Context& context, Value& input, std::span<Value> arguments);
};

// Null when there is no such builtin.
const Builtin* find_builtin(std::string_view name, int arity) noexcept;

// Definitions in the language, one after the other: "def name: body; ...".
std::string_view prelude() noexcept;

// `input` in the text forms of the language: "@csv", "@json", ... As a builtin runs.
bool format_string(Context& context, std::string_view format, Value& input);

// The operators, as the language has them for all kinds. `left` becomes the result.
bool add(Context& context, Value& left, Value right);
bool subtract(Context& context, Value& left, Value right);
bool multiply(Context& context, Value& left, Value right);
bool divide(Context& context, Value& left, Value right);
bool modulo(Context& context, Value& left, Value right);

// .[key] for keys of any kind (a string, a number, a slice as {"start", "end"}, an array to look for), and
// what assignments do with it. `input` becomes the result.
bool get(Context& context, Value& input, const Value& key);
bool set(Context& context, Value& input, const Value& key, Value value);
bool get_path(Context& context, Value& input, std::span<const Value> path);
bool set_path(Context& context, Value& input, std::span<const Value> path, Value value);
bool delete_paths(Context& context, Value& input, const Value& paths);

}  // namespace weir::transform::jq
