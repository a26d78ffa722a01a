// Programs of the jq language: whatever the text, it compiles or is refused with a place in it; what is
// native runs to an end over a small record, and so do both parts of what is native in front only.
#include <atomic>
#include <string>

#include "fuzz_input.hpp"
#include "record/json.hpp"
#include "transform/jq/machine.hpp"

namespace {

using namespace weir;
using namespace weir::transform::jq;
using fuzz::require;

constexpr std::size_t kMostOutputs = 100;

// An end after some thousand steps: the flag is up from the beginning.
void run(const std::shared_ptr<const Program>& program, const char* json) {
  const std::atomic<bool> interrupt = true;
  Context context;
  Machine machine(program, context, &interrupt);
  record::Value input;
  require(record::parse_json(json, input), "the record");
  std::size_t outputs = 0;
  machine.run(std::move(input), [&](record::Value& value) {
    record::to_json(value);
    return ++outputs < kMostOutputs;
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto program = Program::compile(text);
  if (!program) {
    require(program.error().what.find("\n    ") != std::string::npos, "no place: " + program.error().what);
    return 0;
  }
  const Split split = program.value()->split();
  if (!program.value()->is_native()) {
    require(!split.rest.empty() || text.empty(), "nothing is left of " + text);
    if (!split.native.empty()) require(Program::compile(split.rest).ok(), "the rest: " + split.rest);
    return 0;
  }
  run(program.value(), "null");
  run(program.value(), R"({"a":1,"b":[1,"x",{"c":null}],"level":"error"})");
  return 0;
}
