// --where against jq(): the lines that grep() selects are those of which `select(EXPR)` gives a record.
// Random records, expressions, formats, chunk sizes and shards. WEIR_SEED repeats a case.
#include <gtest/gtest.h>

#include "run_grep.hpp"
#include "support/seeds.hpp"
#include "support/temp_dir.hpp"
#include "weir/jq.hpp"

namespace weir {
namespace {

using support::Random;

struct Case {
  std::string format;
  std::string header;  // with its newline, or nothing
  std::string text;
  std::string where;
};

template <std::size_t Count>
std::string one_of(Random& random, const char* const (&texts)[Count]) {
  return texts[random.below(static_cast<unsigned>(Count))];
}

std::string json_value(Random& random) {
  static constexpr const char* kValues[] = {
      "1",     "2",    "-0.5",   "1000",       "\"x\"",         "\"error\"", "\"err\\u006fr\"",
      "false", "null", "[1, 2]", "{\"b\": 1}", "{\"b\":false}", "\"\"",      "\"a b\""};
  return one_of(random, kValues);
}

std::string json_line(Random& random, unsigned number) {
  static constexpr const char* kOthers[] = {
      "",   "  ",         "{\"a\":", "plain text", "[{\"a\":1}]", "null",
      "{}", "{\"a\":1}}", "\"a\"",   "{\"a\" 1}",  "17",          "{\"a\":\"\xff\"}"};
  if (random.chance(15)) return one_of(random, kOthers);
  std::string line = R"({"id":)" + std::to_string(number);
  for (const char* key : {"a", "b", "c"})
    if (random.chance(70)) line += std::string(",\"") + key + "\":" + json_value(random);
  return line + (random.chance(5) ? " }\r" : "}");
}

std::string line_of(Random& random, const std::string& format, unsigned number) {
  static constexpr const char* kWords[] = {"1", "2", "x", "error", "\"a b\"", "\"\"", "false"};
  if (format == "json") return json_line(random, number);
  if (random.chance(5)) return random.chance(50) ? "\"never closed" : "";
  std::string line =
      (format == "logfmt" ? "id=" : "") + std::to_string(number) + (format == "csv" ? "," : " ");
  for (const char* key : {"a", "b", "c"}) {
    if (format == "logfmt") line += std::string(key) + "=";
    line += one_of(random, kWords) + (*key == 'c' ? "" : format == "csv" ? "," : " ");
  }
  return line;
}

Case random_case(Random& random) {
  static constexpr const char* kFormats[] = {"json", "json", "csv", "logfmt"};
  static constexpr const char* kExpressions[] = {".a",
                                                 ".a == 1",
                                                 ".a == \"error\"",
                                                 ".a == \"error\" and .b != null",
                                                 ".a.b",
                                                 ".a.b?",
                                                 ".a > .b",
                                                 ".a, .b",
                                                 ".a.b, true",
                                                 "true, .a.b",
                                                 "empty",
                                                 ".[\"b\"] == (1, \"x\")",
                                                 ".a | test(\"r+\")",
                                                 ".c | not",
                                                 "type == \"array\" # or not",
                                                 "def f(x): x | . == 2; f(.a, .b)",
                                                 ".a as $v | .b == $v",
                                                 "[.[]?] | any(. == 2)",
                                                 "..|select(. == \"x\")?",
                                                 "error",
                                                 "input_filename | endswith(\"f\")",
                                                 "if .a == 2 then .b else .c end",
                                                 "$ENV.PATH and .a"};
  Case c;
  c.format = one_of(random, kFormats);
  c.where = one_of(random, kExpressions);
  if (c.format == "csv") c.header = "id,a,b,c\n";
  const unsigned lines = random.below(random.chance(10) ? 3000 : 40);
  for (unsigned i = 0; i < lines; ++i)
    c.text += line_of(random, c.format, i) + (i + 1 < lines || random.chance(70) ? "\n" : "");
  return c;
}

// The records that it gives, neighbours that are the same taken for one.
std::string run_jq(const std::string& program, const Case& c, const std::string& path,
                   const support::TempDir& directory) {
  const std::string out = directory / "jq-output";
  const int fd = ::open(out.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  JqOptions options;
  options.program = program;
  options.from = c.format;
  options.indent = 0;
  options.paths = {path};
  options.output_fd = fd;
  options.handle_signals = false;
  const auto summary = jq(options);
  EXPECT_TRUE(summary.ok()) << program;
  ::close(fd);
  std::vector<std::string> records = support::lines_of(directory.read("jq-output"));
  records.erase(std::unique(records.begin(), records.end()), records.end());
  std::string text;
  for (const std::string& record : records)
    text += record + "\n";
  return text;
}

GrepOptions random_options(Random& random, const Case& c) {
  static constexpr std::uint32_t kChunks[] = {7, 64, 1000, 262144};
  GrepOptions options;
  options.patterns = {""};
  options.where = c.where;
  options.from = c.format;
  options.chunk_bytes = kChunks[random.below(4)];
  options.jobs = static_cast<int>(1 + random.below(4));
  return options;
}

void check_seed(unsigned seed, const support::TempDir& directory) {
  Random random(seed);
  const Case c = random_case(random);
  GrepOptions options = random_options(random, c);
  options.paths = {directory.write("f", c.header + c.text)};
  const support::GrepRun all = support::run_grep(options, directory / "output");
  ASSERT_EQ(all.error, "") << "seed " << seed;

  // jq's records, once each, are those of the lines selected, in the same order.
  const std::string expected = run_jq("select(" + c.where + "\n)", c, options.paths.front(), directory);
  const std::string selected = directory.write("selected", c.header + all.output);
  ASSERT_EQ(run_jq(".", c, selected, directory), expected) << "seed " << seed << ": " << c.where << "\n"
                                                           << c.text;

  // A pattern and a limit only take lines away.
  options.patterns = {"1"};
  options.invert = random.chance(50);
  options.max_count = random.below(4);
  std::string kept;
  std::uint64_t count = 0;
  for (const std::string& line : support::lines_of(all.output)) {
    if ((line.find('1') != std::string::npos) == options.invert || count == options.max_count) continue;
    kept += line + "\n";
    ++count;
  }
  EXPECT_EQ(support::run_grep(options, directory / "output").output, kept)
      << "seed " << seed << ": " << c.where;
}

TEST(Where, SelectsTheLinesOfWhichSelectGivesARecord) {
  const support::TempDir directory;
  support::for_seeds(400, [&](unsigned seed) { check_seed(seed, directory); });
}

TEST(Where, AProgramForAnotherEngineIsRefused) {
  GrepOptions options;
  options.patterns = {""};
  options.where = ".a == input";
  const support::TempDir directory;
  options.paths = {directory.write("f", "{}\n")};
  const auto refused = grep(options);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::bad_argument);
  options.where = ".a ==";
  EXPECT_EQ(grep(options).error().code, ErrorCode::bad_pattern);
}

}  // namespace
}  // namespace weir
