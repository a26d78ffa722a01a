// The installed jq as the judge: many calls of its builtins in one process.
#pragma once

#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/seeds.hpp"
#include "support/temp_dir.hpp"

namespace weir::support {

// Whether jq is there in the version that weir follows.
inline bool has_jq() {
  return std::system("test \"$(jq --version 2>/dev/null)\" = jq-1.6") == 0;
}

// What `program` prints for `input`, line by line. A program that fails leaves fewer lines than expected.
inline std::vector<std::string> jq_lines(const std::string& program, const std::string& input) {
  const TempDir directory;
  const std::string base = directory.path();
  std::ofstream(base + "/program") << program;
  std::ofstream(base + "/input") << input;
  const std::string command = "cd '" + base + "' && jq -c --unbuffered -f program input >output 2>errors";
  const int status = std::system(command.c_str());
  std::ifstream stream(base + "/output");
  std::string text((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
  if (status != 0) {
    std::ifstream errors(base + "/errors");
    std::printf(
        "jq ended with %d after %zu bytes\n%s\n", status, text.size(),
        std::string((std::istreambuf_iterator<char>(errors)), std::istreambuf_iterator<char>()).c_str());
  }
  return lines_of(text);
}

// One builtin with its cases: arrays of the input and the arguments, as JSON. `call` is what jq does with
// them, $i and $a, $b, $c being the values.
struct JqCalls {
  std::string call;
  std::vector<std::string> cases;
};

// A line for each case: {"v":output} or {"e":error}.
inline std::vector<std::string> jq_results(const std::vector<JqCalls>& calls) {
  std::string program;
  std::string input = "[";
  for (std::size_t i = 0; i < calls.size(); ++i) {
    program += (i > 0 ? ",\n" : "") +
               ("(.[" + std::to_string(i) + "][] | . as [$i, $a, $b, $c] | $i | try {v: (") + calls[i].call +
               ")} catch {e: .})";
    input += i > 0 ? ",\n[" : "[";
    for (std::size_t k = 0; k < calls[i].cases.size(); ++k)
      input += (k > 0 ? ",\n" : "") + calls[i].cases[k];
    input += "]";
  }
  return jq_lines(program, input + "]");
}

}  // namespace weir::support
