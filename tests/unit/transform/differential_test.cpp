// Native programs against libjq: the same outputs, errors and order, for random programs on random records.
//
// WEIR_SEED repeats a seed, WEIR_SOAK=seconds goes on with new ones.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "jq_generator.hpp"
#include "jq_native.hpp"
#include "jq_outcome.hpp"
#include "support/seeds.hpp"
#include "tricky_programs.hpp"

namespace {

using namespace weir::transform::jq::random;
using weir::support::Random;

constexpr unsigned kPrograms = 16;  // a seed
constexpr unsigned kRecords = 12;

struct Counts {
  unsigned cases = 0;
  unsigned not_native = 0;  // programs
  unsigned rejected = 0;    // programs
  unsigned given_up = 0;    // cases that libjq has to do
  unsigned silent = 0;      // neither output nor error
  unsigned errors = 0;
};

// Text of numbers that were not touched is kept natively, and so shows where they become strings.
bool makes_text_of_numbers(const std::string& program, const Result& a, const Result& b) {
  if (a.error != b.error) return true;
  for (const char* word :
       {"tostring", "tojson", "@", "\\(", "join", "format", "error", "catch", "INDEX", "JOIN"}) {
    if (program.find(word) != std::string::npos) return true;
  }
  return false;
}

bool is_same(const std::string& program, Native& native, Oracle& oracle, std::size_t number,
             const std::string& record, Counts& counts) {
  const std::optional<Result> is = native.run(record);
  ++counts.cases;
  if (!is) {
    ++counts.given_up;
    return true;
  }
  const Result wanted = with_plain_numbers(oracle.run(number, record));
  const Result got = with_plain_numbers(*is);
  counts.silent += wanted.outputs.empty() && wanted.error.empty();
  counts.errors += !wanted.error.empty();
  if (got == wanted || !wanted.is_known) return true;
  const std::string plain = with_plain_numbers(record);
  if (plain == record || !makes_text_of_numbers(program, got, wanted)) return false;
  const std::optional<Result> again = native.run(plain);
  return !again || with_plain_numbers(*again) == with_plain_numbers(oracle.run(number, plain));
}

bool fails(const Program& program, const Json& record) {
  std::string error;
  const auto native = Native::compile(program.text(), error);
  if (!native || !native->is_native()) return false;
  const auto oracle = Oracle::compile({program.text()});
  Counts counts;
  return oracle && !is_same(program.text(), *native, *oracle, 0, record.text(), counts);
}

std::string quoted(const std::string& text) {
  std::string all = "'";
  for (const char byte : text) {
    if (byte == '\'') {
      all += "'\\''";
    } else {
      all += byte;
    }
  }
  return all + '\'';
}

std::string report(Program program, Json record) {
  shrink(program, record, fails);
  std::string error;
  const std::string text = program.text();
  const auto native = Native::compile(text, error)->run(record.text());
  const Result wanted = Oracle::compile({text})->run(0, record.text());
  return "printf '%s\\n' " + quoted(record.text()) +
         " | jq -c --arg arg a --argjson json '{\"a\":[1,2.5],\"b\":null}' " + quoted(text) + "\njq:\n" +
         wanted.text() + "native:\n" + (native ? native->text() : "none");
}

class Seed {
 public:
  Seed(unsigned seed, Counts& counts) : random_(seed), counts_(counts) {}

  void check() {
    for (unsigned i = 0; i < kPrograms; ++i)
      add_program();
    std::vector<std::string> texts;
    for (const Program& program : programs_)
      texts.push_back(program.text());
    if (texts.empty()) return;
    const auto oracle = Oracle::compile(texts);
    if (!oracle) return check_compiled(texts);
    for (unsigned i = 0; i < kRecords; ++i) {
      const Json record = random_record(random_);
      for (std::size_t k = 0; k < programs_.size(); ++k)
        check_case(*oracle, k, texts, record);
    }
  }

 private:
  // What does not compile natively must not compile at all.
  void add_program() {
    Program program = random_program(random_, 1 + static_cast<int>(random_.below(4)));
    // A number to jq, if a bad one.
    if (program.text().find("...") != std::string::npos) return;
    std::string error;
    auto native = Native::compile(program.text(), error);
    if (native && !native->is_native()) {
      ++counts_.not_native;
      return;
    }
    if (native) {
      programs_.push_back(std::move(program));
      natives_.push_back(std::move(native));
      return;
    }
    ++counts_.rejected;
    EXPECT_TRUE(weir::transform::jq::check(with_arguments(program.text()))) << program.text() << '\n'
                                                                            << error;
  }

  void check_compiled(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const auto error = weir::transform::jq::check(with_arguments(text));
      EXPECT_FALSE(error) << text << "\nlibjq: " << error->text();
    }
  }

  void check_case(Oracle& oracle, std::size_t k, const std::vector<std::string>& texts, const Json& record) {
    if (reported_ == k + 1) return;
    if (std::getenv("WEIR_TRACE")) std::fprintf(stderr, "%s\n%s\n", texts[k].c_str(), record.text().c_str());
    if (is_same(texts[k], *natives_[k], oracle, texts.size() == 1 ? 0 : k, record.text(), counts_)) return;
    reported_ = k + 1;
    ADD_FAILURE() << report(programs_[k], record);
  }

  Random random_;
  Counts& counts_;
  std::vector<Program> programs_;
  std::vector<std::unique_ptr<Native>> natives_;
  std::size_t reported_ = 0;
};

TEST(Differential, NativeProgramsAnswerAsLibjq) {
  setenv("WEIR_TEST", "1", 1);
  Counts counts;
  weir::support::for_seeds(250, [&](unsigned seed) {
    SCOPED_TRACE("WEIR_SEED=" + std::to_string(seed));
    Seed(seed, counts).check();
  });
  std::printf(
      "%u cases, %u of them with errors, %u without output, %u given up; %u programs that do not compile, %u "
      "not native\n",
      counts.cases, counts.errors, counts.silent, counts.given_up, counts.rejected, counts.not_native);
}

TEST(Differential, TrickyProgramsAnswerAsLibjq) {
  setenv("WEIR_TEST", "1", 1);
  unsigned native_programs = 0;
  unsigned given_up = 0;
  for (const TrickyProgram& tricky : tricky_programs()) {
    SCOPED_TRACE(std::string("jq -c ") + quoted(tricky.program) + " <<< " + quoted(tricky.record));
    std::string error;
    const auto native = Native::compile(tricky.program, error);
    const auto oracle = Oracle::compile({tricky.program});
    EXPECT_EQ(native != nullptr, oracle != nullptr) << error;
    if (!native || !oracle || !native->is_native()) continue;
    ++native_programs;
    const Result wanted = with_plain_numbers(oracle->run(0, tricky.record));
    const std::optional<Result> got = native->run(tricky.record);
    given_up += !got;
    if (got) {
      EXPECT_EQ(with_plain_numbers(*got).text(), wanted.text());
    }
  }
  EXPECT_GT(native_programs, 250U);
  EXPECT_LT(given_up, 10U);
}

}  // namespace

#if WEIR_ASAN
// Some of libjq's own builtins lose memory where they fail; libjq_test watches what weir does with it.
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libjq.so";
}
#endif
