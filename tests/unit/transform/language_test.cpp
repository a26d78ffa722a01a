// The language against jq 1.6 itself: the same programs over the same records must give the same outputs and
// the same errors, byte for byte.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>

#include "language_programs.hpp"
#include "record/json.hpp"
#include "support/seeds.hpp"
#include "support/temp_dir.hpp"
#include "transform/jq/machine.hpp"

namespace weir::transform::jq {
namespace {

constexpr const char* kRecords[] = {
    "null",
    R"({"a":1,"b":[1,2,3],"c":{"d":"x","e":null},"level":"error"})",
    R"([3,1,2,[4,[5]],{"a":"b"}])",
    R"("text")",
    "42",
    "[]",
    "{}",
    R"([{"a":1,"b":2},{"a":3,"b":4},{"a":null}])",
    R"({"a":{"b":{"c":[1,{"d":2}]}},"x":false,"b":"str"})",
};

struct Outputs {
  std::string values;
  std::string errors;
  bool compiles = true;
};

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// Without the place in the input that jq names.
std::string without_places(const std::string& errors) {
  std::string text;
  for (const std::string& line : support::lines_of(errors)) {
    const std::size_t place = line.find(" (at <stdin>:");
    text +=
        place == std::string::npos ? line : line.substr(0, place) + line.substr(line.find(')', place) + 1);
    text += '\n';
  }
  return text;
}

class JqLanguage : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("jq --version 2>/dev/null | grep -q '^jq-1.6'") != 0) GTEST_SKIP() << "needs jq 1.6";
    std::ofstream records(file("records"));
    for (const char* record : kRecords)
      records << record << '\n';
  }

  std::string file(const char* name) const { return directory_ / name; }

  Outputs ask_jq(std::string_view program) const {
    std::ofstream(file("program"), std::ios::binary) << program;
    const std::string command = "jq -c -f " + file("program") + " < " + file("records") + " > " +
                                file("values") + " 2> " + file("errors");
    const int status = std::system(command.c_str());
    return {read_file(file("values")), without_places(read_file(file("errors"))), status >> 8 != 3};
  }

  static Outputs run(std::string_view program) {
    const auto compiled = Program::compile(program);
    if (!compiled) return {"", "", false};
    EXPECT_TRUE(compiled.value()->is_native()) << program << ": " << compiled.value()->why_not_native();
    if (!compiled.value()->is_native()) return {};
    Outputs outputs;
    Context context;
    Machine machine(compiled.value(), context);
    for (const char* record : kRecords) {
      Value input;
      EXPECT_TRUE(record::parse_json(record, input));
      const Outcome outcome = machine.run(std::move(input), [&](Value& value) {
        outputs.values += record::to_json(value) + "\n";
        return true;
      });
      if (outcome == Outcome::failed) outputs.errors += error_line(context.error);
      EXPECT_TRUE(outcome == Outcome::failed || outcome == Outcome::done) << program << " on " << record;
    }
    return outputs;
  }

  static std::string error_line(const Value& error) {
    if (!error.is_string()) return "jq: error (not a string): " + record::to_json(error) + "\n";
    return "jq: error: " + std::string(error.text().substr(0, error.text().find('\0'))) + "\n";
  }

  void compare(std::string_view programs) const {
    for (const std::string& program : support::lines_of(std::string(programs))) {
      const Outputs expected = ask_jq(program);
      const Outputs outputs = run(program);
      EXPECT_EQ(outputs.compiles, expected.compiles) << program;
      if (!expected.compiles || !outputs.compiles) continue;
      EXPECT_EQ(outputs.values, expected.values) << program;
      EXPECT_EQ(without_places(outputs.errors), expected.errors) << program;
    }
  }

  support::TempDir directory_;
};

TEST_F(JqLanguage, AgreesWithJqOnBasics) {
  compare(kBasics);
}

TEST_F(JqLanguage, AgreesWithJqOnMore) {
  compare(kMore);
}

TEST_F(JqLanguage, AgreesWithJqOnTheRest) {
  compare(kOthers);
}

}  // namespace
}  // namespace weir::transform::jq
