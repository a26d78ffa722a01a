// What a program makes of a record: by libjq, and natively; and what may differ between the two.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "transform/jq/libjq.hpp"

namespace weir::transform::jq::random {

struct Result {
  std::vector<std::string> outputs = {};  // compact JSON; not more than kMostOutputs
  std::string error = {};                 // as jq prints it behind "jq: error"; "" is none
  bool is_read = true;                    // whether the record was
  bool is_known = true;                   // libjq survived

  bool operator==(const Result&) const = default;
  std::string text() const;
};

inline constexpr std::size_t kMostOutputs = 200;

// What programs of these tests may use: $arg and $json.
LibjqProgram with_arguments(std::string text);

// Programs that were compiled together, which takes little longer than one of them.
class Oracle {
 public:
  // Null when one of them does not compile.
  static std::unique_ptr<Oracle> compile(const std::vector<std::string>& programs);
  // `record` is valid JSON when there are several programs.
  Result run(std::size_t program, const std::string& record);

 private:
  std::unique_ptr<LibjqState> state_;
  bool is_alone_ = false;
};

// All numbers outside of strings as jq 1.6 prints them: natively they keep their spelling.
std::string with_plain_numbers(std::string_view json);
Result with_plain_numbers(Result result);

}  // namespace weir::transform::jq::random
