// Programs run natively, on records that are read as weir reads them.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "jq_outcome.hpp"
#include "transform/jq/machine.hpp"
#include "transform/jq/program.hpp"

namespace weir::transform::jq::random {

class Native {
 public:
  // Null, with the reason, when the program does not compile.
  static std::unique_ptr<Native> compile(const std::string& program, std::string& error);
  bool is_native() const noexcept { return program_->is_native(); }
  // Nothing when libjq would have to be asked. One value in one line.
  std::optional<Result> run(const std::string& record);

 private:
  std::shared_ptr<const jq::Program> program_;
};

}  // namespace weir::transform::jq::random
