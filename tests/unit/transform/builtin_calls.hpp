// Builtins and operators called with cases in JSON, and compared with jq.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "record/json.hpp"
#include "transform/jq/builtin.hpp"
#include "transform/jq/json_text.hpp"
#include "unit/transform/jq_oracle.hpp"

namespace weir::transform::jq {

using Call = std::function<bool(Context&, Value&, std::span<Value>)>;

// A function of weir and what it is in jq.
struct Tested {
  std::string name;
  std::string call;
  Call run;
  int arity = 0;
  // Cases that jq does not survive, or does not end with.
  bool (*skip)(const std::vector<Value>& parts) = nullptr;
};

inline Call builtin_call(std::string_view name, int arity) {
  const Builtin* builtin = find_builtin(name, arity);
  EXPECT_NE(builtin, nullptr) << name << "/" << arity;
  return builtin ? Call(builtin->run) : Call();
}

inline Tested builtin(const std::string& name, int arity, bool (*skip)(const std::vector<Value>&) = nullptr) {
  static const char* const kArguments[] = {"", "($a)", "($a; $b)", "($a; $b; $c)"};
  return {name, name + kArguments[arity], builtin_call(name, arity), arity, skip};
}

inline Value read_value(std::string_view json) {
  Value value;
  std::string error;
  EXPECT_TRUE(read_json_text(json, value, error)) << error;
  return value;
}

// The parts of a case: the input, then the arguments.
inline std::vector<Value> case_parts(const std::string& json) {
  const Value whole = read_value(json);
  return {whole.items().begin(), whole.items().end()};
}

// As the judge writes it.
inline std::string result_of(const Tested& tested, const std::string& json) {
  Context context;
  std::vector<Value> parts = case_parts(json);
  parts.resize(static_cast<std::size_t>(tested.arity) + 1);
  Value input = parts[0];
  const bool ended = tested.run(context, input, std::span(parts).subspan(1));
  Value result = Value::object();
  result.edit_object().set(Value::borrowed(ended ? "v" : "e"), ended ? input : context.error);
  return record::to_json(result);
}

// All combinations of values, as many as the function has places for.
inline std::vector<std::string> combinations(const std::vector<std::string>& inputs,
                                             const std::vector<std::string>& arguments, int arity) {
  std::vector<std::string> cases;
  for (const std::string& input : inputs)
    cases.push_back(std::string("[").append(input));
  for (int i = 0; i < arity; ++i) {
    std::vector<std::string> longer;
    for (const std::string& begun : cases) {
      for (const std::string& argument : arguments)
        longer.push_back(begun + "," + argument);
    }
    cases = std::move(longer);
  }
  for (std::string& one : cases)
    one += "]";
  return cases;
}

inline void compare_with_jq(const std::vector<Tested>& functions,
                            const std::vector<std::vector<std::string>>& cases) {
  std::vector<support::JqCalls> calls;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    calls.push_back({functions[i].call, {}});
    for (const std::string& one : cases[i]) {
      if (functions[i].skip && functions[i].skip(case_parts(one))) continue;
      calls.back().cases.push_back(one);
    }
  }
  const auto expected = support::jq_results(calls);
  std::size_t line = 0;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    int failures = 0;
    for (const std::string& one : calls[i].cases) {
      if (line == expected.size()) {
        FAIL() << "jq stopped at " << functions[i].name << " " << one;
      }
      const std::string& wanted = expected[line++];
      const std::string found = result_of(functions[i], one);
      if (found == wanted || ++failures > 5) continue;
      ADD_FAILURE() << functions[i].name << " " << one << "\n  weir: " << found << "\n  jq:   " << wanted;
    }
  }
  EXPECT_EQ(line, expected.size());
  std::printf("%zu calls\n", line);
}

inline void compare_with_jq(const std::vector<Tested>& functions, const std::vector<std::string>& inputs,
                            const std::vector<std::string>& arguments) {
  std::vector<std::vector<std::string>> cases;
  for (const Tested& tested : functions)
    cases.push_back(combinations(inputs, arguments, tested.arity));
  compare_with_jq(functions, cases);
}

}  // namespace weir::transform::jq
