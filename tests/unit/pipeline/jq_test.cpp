// weir::jq() cut in every way, by any number of shards, against one shard that reads all in one piece; and,
// where the text is clean JSON, against the jq command. WEIR_SOAK=seconds runs longer; WEIR_SEED repeats a
// case.
#include <gtest/gtest.h>

#include <cstdio>

#include "record/json.hpp"
#include "run_jq.hpp"
#include "support/seeds.hpp"
#include "support/temp_dir.hpp"

namespace weir {
namespace {

using support::JqRun;
using support::Random;
using support::run_jq;

enum class Shape { lines, dirty_lines, pretty, concatenated, array, logfmt, csv };

struct Case {
  Shape shape = Shape::lines;
  std::string content;
  JqOptions options;
};

std::string level(Random& random) {
  static const char* const kLevels[] = {"info", "warn", "error", "err\\u006fr", "debug", "info", "info"};
  return kLevels[random.below(7)];
}

// With a newline and spaces in `gap`, which stands wherever JSON allows it.
std::string object(Random& random, unsigned i, const std::string& gap) {
  std::string text = "{" + gap + "\"n\":" + std::to_string(i) + "," + gap + "\"level\":\"" + level(random) +
                     "\"," + gap + "\"ms\":" + std::to_string(random.below(1000)) + gap;
  if (random.chance(20)) text += ",\"list\":[1,[2," + gap + "{\"x\":null}],\"a]}\\\"b\"]";
  if (random.chance(10)) text += ",\"msg\":\"" + std::string(random.below(300), 'm') + "\"";
  return text + "}";
}

std::string bad_line(Random& random, unsigned i) {
  static const char* const kBad[] = {
      "{\"level\":\"error\",", "plain text error", "{\"n\":1,}", "]", "{\"level\" \"error\"}", "\"open"};
  return std::string(kBad[random.below(6)]) + " #" + std::to_string(i);
}

std::string line(Random& random, Shape shape, unsigned i) {
  if (shape == Shape::logfmt) return "n=" + std::to_string(i) + " level=" + level(random) + " ms=5";
  if (shape == Shape::csv) return std::to_string(i) + "," + level(random) + ",\"a b\"";
  const bool is_dirty = shape == Shape::dirty_lines;
  if (is_dirty && random.chance(8)) return bad_line(random, i);
  if (is_dirty && random.chance(3)) return "";
  std::string text = object(random, i, "");
  if (is_dirty && random.chance(5)) text += " " + object(random, i, "");
  if (is_dirty && random.chance(5)) text = std::to_string(i);
  return text;
}

std::string random_lines(Random& random, Shape shape, unsigned count) {
  std::string text = shape == Shape::csv ? "n,level,note\n" : "";
  const bool returns = shape != Shape::lines && random.chance(25);
  for (unsigned i = 0; i < count; ++i)
    text += line(random, shape, i) + (returns ? "\r\n" : "\n");
  if (!text.empty() && random.chance(30)) text.pop_back();
  return text;
}

std::string random_values(Random& random, Shape shape, unsigned count) {
  std::string text = shape == Shape::array ? "[" : "";
  const bool is_flat = shape == Shape::concatenated;
  for (unsigned i = 0; i < count; ++i) {
    if (i > 0) text += shape == Shape::array ? ",\n" : is_flat ? "" : "\n";
    text += object(random, i, is_flat ? "" : "\n  ");
  }
  return text + (shape == Shape::array ? "]\n" : "\n");
}

const char* random_program(Random& random) {
  static const char* const kPrograms[] = {
      ".",
      "select(.level==\"error\")",
      "select(.level==\"error\" and .ms>500) | {n, ms}",
      ".n?",
      ".n",
      "select(.level==\"error\") | .n",
      "if .ms > 900 then error(\"slow\") else .n end",
      "[.level, (.list | length)]",
      "select(.level==\"warn\") | ltrimstr(\"x\") | getpath([\"n\"]) | tojson",
      "select(.ms>100) | {n} | input_filename as $f | .n",
      "[.n, input_line_number]",
      "select(.level==\"error\") | [.n, input_line_number]",
      "range(3) as $i | .ms + $i",
      "select(.level | test(\"^err\")) | .n",
      ".. | numbers",
      "[limit(2; .list[]?)]",
      "to_entries | map(.key) | @csv",
      ". as {n: $n} | $n, ($n | $__loc__.line)",
  };
  return kPrograms[random.below(sizeof kPrograms / sizeof *kPrograms)];
}

Case random_case(unsigned seed) {
  Random random(seed);
  Case c;
  c.shape = static_cast<Shape>(random.below(7));
  const unsigned count = random.chance(15) ? 1500 : random.chance(10) ? 0 : 1 + random.below(150);
  const bool is_of_lines =
      c.shape != Shape::pretty && c.shape != Shape::concatenated && c.shape != Shape::array;
  c.content = is_of_lines ? random_lines(random, c.shape, count) : random_values(random, c.shape, count);
  c.options.program = random_program(random);
  c.options.indent = random.chance(70) ? 0 : 2;
  c.options.array = c.shape == Shape::array;
  if (c.shape == Shape::logfmt) c.options.from = "logfmt";
  if (c.shape == Shape::csv) c.options.from = "csv";
  if (c.shape == Shape::dirty_lines) c.options.from = random.chance(50) ? "json" : "auto";
  c.options.raw_output = random.chance(20);
  c.options.jobs = 1;
  return c;
}

std::string describe(unsigned seed, const Case& c, const JqOptions& options) {
  return "WEIR_SEED=" + std::to_string(seed) + " shape " + std::to_string(static_cast<int>(c.shape)) + ", " +
         std::to_string(options.jobs) + " jobs, chunks of " + std::to_string(options.chunk_bytes) + ", " +
         options.io + (options.raw_filter ? "" : ", no raw filter") + ": " + options.program;
}

std::string shell_output(const std::string& command) {
  std::string text;
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (!pipe) return text;
  char buffer[65536];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    text.append(buffer, got);
  ::pclose(pipe);
  return text;
}

std::string jq_output(const Case& c, const std::string& file, const support::TempDir& dir) {
  const std::string program = dir.write("program.jq", (c.options.array ? ".[] | " : "") + c.options.program);
  const std::string flags =
      std::string(c.options.indent == 0 ? "-c " : "") + (c.options.raw_output ? "-r " : "");
  return shell_output("jq " + flags + "-f " + program + " " + file + " 2>/dev/null");
}

bool is_for_jq(const Case& c) {
  const bool is_clean = c.shape != Shape::dirty_lines && c.shape != Shape::logfmt && c.shape != Shape::csv;
  // The last line without a newline has another number in jq, as have the items of an array.
  const bool is_numbered = c.options.program.find("input_line_number") != std::string::npos;
  // An error ends the program for all items of an array there, and for one here.
  const bool may_fail = c.options.array && c.options.program.find("error(") != std::string::npos;
  return is_clean && !is_numbered && !may_fail;
}

JqOptions varied(const JqOptions& options, Random& random) {
  static constexpr std::uint32_t kChunks[] = {64, 64, 4096, 262144};
  static const char* const kBackends[] = {"auto", "threads", "uring", "uring"};
  JqOptions other = options;
  static constexpr int kJobs[] = {1, 2, 4};
  other.jobs = kJobs[random.below(3)];
  other.chunk_bytes = kChunks[random.below(4)];
  other.io = kBackends[random.below(4)];
  other.raw_filter = random.chance(60);
  return other;
}

// What the raw filter leaves out is not known to be malformed, and no program fails on it.
void expect_same(const JqRun& run, const JqRun& wanted, bool raw_filter) {
  ASSERT_EQ(run.error, "");
  EXPECT_EQ(run.output, wanted.output);
  if (raw_filter) return;
  EXPECT_EQ(run.messages, wanted.messages);
  EXPECT_EQ(run.summary.records, wanted.summary.records);
  EXPECT_EQ(run.summary.outputs, wanted.summary.outputs);
  EXPECT_EQ(run.summary.malformed, wanted.summary.malformed);
  EXPECT_EQ(run.summary.any_program_error, wanted.summary.any_program_error);
}

void check_cuts(unsigned seed, const support::TempDir& dir) {
  Case c = random_case(seed);
  const std::string file = dir.write("in.log", c.content);
  c.options.paths = {file};
  JqOptions plain = c.options;
  plain.raw_filter = false;
  const JqRun wanted = run_jq(plain, dir / "out");
  ASSERT_EQ(wanted.error, "") << describe(seed, c, plain);
  if (is_for_jq(c)) {
    EXPECT_EQ(wanted.output, jq_output(c, file, dir)) << describe(seed, c, plain);
  }
  Random random(seed + 1);
  for (int i = 0; i < 4; ++i) {
    const JqOptions options = varied(c.options, random);
    SCOPED_TRACE(describe(seed, c, options));
    const JqRun run = run_jq(options, dir / "out");
    if (run.error.find("io") != std::string::npos) continue;  // no such backend here
    expect_same(run, wanted, options.raw_filter);
  }
}

TEST(Jq, CutsChangeNothing) {
  const support::TempDir dir;
  support::for_seeds(150, [&](unsigned seed) { check_cuts(seed, dir); });
}

struct Rejected {
  std::size_t line;
  std::size_t offset;
  std::string text;
};

std::vector<Rejected> read_rejected(const std::string& text, const std::string& file) {
  std::vector<Rejected> all;
  for (const std::string& one : support::lines_of(text)) {
    record::Value value;
    EXPECT_TRUE(record::parse_json(one, value)) << one;
    const record::Object& fields = value.edit_object();
    EXPECT_EQ(fields.find("file")->text(), file);
    EXPECT_FALSE(fields.find("reason")->text().empty());
    all.push_back({static_cast<std::size_t>(fields.find("line")->number()),
                   static_cast<std::size_t>(fields.find("offset")->number()),
                   std::string(fields.find("text")->text())});
  }
  return all;
}

// One value or one bad line on each line: the outputs and the rejected lines together are all lines.
void check_rejects(unsigned seed, const support::TempDir& dir) {
  Random random(seed);
  std::string content;
  std::vector<Rejected> bad;
  std::string good;
  const unsigned count = 100 + random.below(400);  // enough good ones to be seen to keep to lines
  for (unsigned i = 0; i < count; ++i) {
    const bool is_bad = random.chance(10);
    const std::string text = is_bad ? bad_line(random, i) : "{\"n\":" + std::to_string(i) + "}";
    if (is_bad) bad.push_back({i + 1, content.size(), text});
    if (!is_bad) good += text + "\n";
    content += text + "\n";
  }
  JqOptions options;
  const std::string file = dir.write("in.log", content);
  options.paths = {file};
  options.from = "json";
  options.indent = 0;
  options.reject_file = dir / "rejected";
  options = varied(options, random);
  SCOPED_TRACE("WEIR_SEED=" + std::to_string(seed) + " jobs " + std::to_string(options.jobs) + " chunk " +
               std::to_string(options.chunk_bytes));
  const JqRun run = run_jq(options, dir / "out");
  if (run.error.find("io") != std::string::npos) return;
  EXPECT_EQ(run.output, good);
  EXPECT_EQ(run.summary.malformed, bad.size());
  const std::vector<Rejected> rejected = read_rejected(dir.read("rejected"), file);
  ASSERT_EQ(rejected.size(), bad.size());
  for (std::size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(rejected[i].line, bad[i].line);
    EXPECT_EQ(rejected[i].offset, bad[i].offset);
    EXPECT_EQ(rejected[i].text, bad[i].text);
  }
}

TEST(Jq, NothingIsLostOrInvented) {
  const support::TempDir dir;
  support::for_seeds(60, [&](unsigned seed) { check_rejects(seed, dir); });
}

std::string numbered_lines(unsigned count) {
  std::string text;
  for (unsigned i = 0; i < count; ++i)
    text += "{\"n\":" + std::to_string(i) + "}\n";
  return text;
}

// Whatever ends the run ends it at the same record, and all in front of it comes out.
TEST(Jq, EndsAtTheSameRecord) {
  const support::TempDir dir;
  const std::string front = numbered_lines(700);
  const std::string halts = dir.write("halts", front + "{\"n\":-1}\n" + numbered_lines(900));
  const std::string fails = dir.write("fails", front + "{bad\n" + numbered_lines(900));
  for (const std::uint32_t chunk : {64U, 200U, 4096U, 262144U}) {
    for (const int jobs : {1, 2, 4}) {
      JqOptions options;
      options.indent = 0;
      options.chunk_bytes = chunk;
      options.jobs = jobs;
      options.paths = {halts};
      options.program = "if .n < 0 then halt else . end";
      EXPECT_EQ(run_jq(options, dir / "out").output, front) << chunk << " " << jobs;
      options.program = ".";
      options.paths = {fails};
      options.malformed = JqMalformed::fail;
      const JqRun run = run_jq(options, dir / "out");
      EXPECT_EQ(run.output, front) << chunk << " " << jobs;
      EXPECT_TRUE(run.summary.ended_by_malformed);
      EXPECT_NE(run.messages.find(fails + ":701: "), std::string::npos) << run.messages;
    }
  }
}

TEST(Jq, ValuesOverLinesKeepToTheWindow) {
  const support::TempDir dir;
  std::string text;
  for (int i = 10; i < 60; ++i)
    text += "{\n \"n\":" + std::to_string(i) + ",\n \"time\":\"2024-01-01T00:" + std::to_string(i) +
            ":00Z\"\n}\n";
  JqOptions options;
  options.paths = {dir.write("in", text)};
  options.program = ".n";
  options.since = "2024-01-01T00:20:00Z";
  options.until = "2024-01-01T00:23:00Z";
  for (const std::uint32_t chunk : {64U, 4096U}) {
    for (const std::uint64_t search : {std::uint64_t{1}, std::uint64_t{1} << 30}) {
      options.chunk_bytes = chunk;
      options.time_search_bytes = search;
      EXPECT_EQ(run_jq(options, dir / "out").output, "20\n21\n22\n") << chunk;
    }
  }
}

// Where the window of time begins inside of a file, no record is taken for the header.
TEST(Jq, TheHeaderIsWhereTheFileBegins) {
  const support::TempDir dir;
  std::string text = "time,n\n";
  for (int i = 10; i < 60; ++i)
    text += "2024-01-01T00:" + std::to_string(i) + ":00Z," + std::to_string(i) + "\n";
  JqOptions options;
  options.paths = {dir.write("in.csv", text)};
  options.from = "csv";
  options.program = ".n | tonumber";
  options.since = "2024-01-01T00:40:00Z";
  options.until = "2024-01-01T00:43:00Z";
  for (const std::uint64_t search : {std::uint64_t{1}, std::uint64_t{1} << 30}) {
    options.chunk_bytes = 64;
    options.time_search_bytes = search;
    EXPECT_EQ(run_jq(options, dir / "out").output, "40\n41\n42\n") << search;
  }
}

TEST(Jq, AValueThatIsTooLongIsOneMalformedRecord) {
  const support::TempDir dir;
  std::string text = "{\n\"n\":1}\n{\"long\":[\n";
  for (int i = 0; i < 20000; ++i)
    text += "{\"x\":1},\n";
  text += "0]}\n{\"n\":\n2}\n";
  JqOptions options;
  options.paths = {dir.write("in", text + std::string(5000, '\n') + "{\"n\":3\n}\n")};
  options.program = ".n";
  options.max_line_bytes = 1000;
  options.chunk_bytes = 256;
  const JqRun run = run_jq(options, dir / "out");
  EXPECT_EQ(run.summary.malformed, 1U);
  EXPECT_NE(run.output.find("1\n"), std::string::npos);
  EXPECT_EQ(run.output.find("x"), std::string::npos);
  EXPECT_EQ(run.output.substr(run.output.size() - 2), "3\n");
}

TEST(Jq, OutputsOfOneRecordAreBounded) {
  const support::TempDir dir;
  JqOptions options;
  options.paths = {dir.write("in", "1\n2\n")};
  options.program = "if . == 1 then repeat(.) else . end";
  options.memory_bytes = std::uint64_t{8} << 20;
  const JqRun run = run_jq(options, dir / "out");
  EXPECT_TRUE(run.summary.any_program_error);
  EXPECT_NE(run.messages.find("--memory"), std::string::npos);
  EXPECT_EQ(run.output.substr(run.output.size() - 2), "2\n");
}

TEST(Jq, TimeoutEndsOneRecord) {
  const support::TempDir dir;
  JqOptions options;
  options.paths = {dir.write("in", "1\n2\n3\n")};
  options.program = "if . == 2 then (repeat(.) | empty) else . end";
  options.timeout_ms = 200;
  const JqRun run = run_jq(options, dir / "out");
  EXPECT_EQ(run.output, "1\n3\n");
  EXPECT_NE(run.messages.find(":2: "), std::string::npos) << run.messages;
}

TEST(Jq, LinesAreCountedToTheEndOfAValue) {
  const support::TempDir dir;
  JqOptions options;
  options.program = "input_line_number";
  options.paths = {dir.write("in", "{\n\"a\":1\n}\n{\n\"a\":2}\n{\"a\":3} {\"a\":4}\n")};
  EXPECT_EQ(run_jq(options, dir / "out").output, "3\n5\n6\n6\n");
}

TEST(Jq, MalformedTextIsPassedOnAmidOtherFormats) {
  const support::TempDir dir;
  JqOptions options;
  options.from = "json";
  options.to = "csv";
  options.malformed = JqMalformed::pass;
  options.paths = {dir.write("in", "{\"a\":12345678901234567890}\n{bad\n{\"a\":2}\n")};
  EXPECT_EQ(run_jq(options, dir / "out").output, "a\n12345678901234567890\n{bad\n2\n");
}

TEST(Jq, RawTextIsTakenAsItIs) {
  const support::TempDir dir;
  JqOptions options;
  options.program = "length";
  options.slurp = options.raw_input = true;
  options.paths = {dir.write("in", "abc")};
  EXPECT_EQ(run_jq(options, dir / "out").output, "3\n");
  options.paths = {dir.write("in", std::string("a\0\r\nbc\n", 7))};
  EXPECT_EQ(run_jq(options, dir / "out").output, "7\n");
}

}  // namespace
}  // namespace weir
