// Kernels and engines on 256 KiB of mixed log text that stays in the second-level cache, with 0, 1 and 10
// percent of the lines made to match. WEIR_BENCH_TEXT=file takes the lines from a log instead.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "filter/filter.hpp"
#include "text/newlines.hpp"

namespace weir::filter {
namespace {

constexpr std::size_t kTextSize = 256 * 1024;
constexpr std::size_t kPadding = 64;

std::string number(std::mt19937& random, unsigned limit) {
  return std::to_string(random() % limit);
}

std::string random_line(std::mt19937& random) {
  static const char* const kPaths[] = {"/api/v1/users", "/static/app.js", "/login", "/orders/items",
                                       "/health"};
  static const char* const kLevels[] = {"INFO", "DEBUG", "WARN"};
  static const char* const kWords[] = {"request", "finished", "user",    "session", "cache",
                                       "refresh", "timeout",  "queue",   "worker",  "batch",
                                       "commit",  "node",     "replica", "stage"};
  const auto time = "2026-11-" + std::to_string(10 + random() % 20) + "T1" + number(random, 10) + ":" +
                    std::to_string(10 + random() % 50) + ":" + std::to_string(10 + random() % 50) + "." +
                    std::to_string(100 + random() % 900);
  std::string message;
  for (unsigned i = 0; i < 7; ++i)
    message += std::string(" ") + kWords[random() % std::size(kWords)];
  switch (random() % 3) {
    case 0:
      return "10." + number(random, 256) + "." + number(random, 256) + "." + number(random, 256) + " - - [" +
             time + "] \"GET " + kPaths[random() % std::size(kPaths)] + "/" + number(random, 100000) +
             " HTTP/1.1\" 200 " + number(random, 90000) + " \"-\" \"Mozilla/5.0 (X11; Linux x86_64)\"";
    case 1:
      return time + "Z " + kLevels[random() % std::size(kLevels)] + " [worker-" + number(random, 32) +
             "] com.example.service.Handler -" + message + " id=" + number(random, 1000000);
    default:
      return "{\"ts\":\"" + time + "Z\",\"level\":\"info\",\"msg\":\"" + message +
             "\",\"latency_ms\":" + number(random, 3000) + ",\"host\":\"web-" + number(random, 20) + "\"}";
  }
}

std::vector<std::string> source_lines() {
  std::vector<std::string> lines;
  std::size_t size = 0;
  if (const char* path = std::getenv("WEIR_BENCH_TEXT")) {
    std::ifstream file(path);
    for (std::string line; size < kTextSize && std::getline(file, line); size += line.size() + 1)
      lines.push_back(line);
    return lines;
  }
  std::mt19937 random(7);
  for (; size < kTextSize; size += lines.back().size() + 1)
    lines.push_back(random_line(random));
  return lines;
}

// Every `one_in`-th line gets `hit` put into its middle; 0: none.
std::string make_text(const std::string& hit, unsigned one_in) {
  std::string text;
  unsigned count = 0;
  for (std::string line : source_lines()) {
    if (one_in != 0 && ++count % one_in == 0) line.insert(line.size() / 2, hit);
    if (text.size() + line.size() + 1 > kTextSize) break;
    text += line + "\n";
  }
  return text;
}

struct Case {
  const char* name;
  std::vector<std::string> patterns;
  const char* hit;
  CaseMode case_mode = CaseMode::sensitive;
  bool fixed_strings = false;
  bool word = false;
  EngineChoice engine = EngineChoice::automatic;
};

void run(benchmark::State& state, const Case& what, unsigned one_in) {
  PatternOptions options;
  options.patterns = what.patterns;
  options.case_mode = what.case_mode;
  if (what.fixed_strings) options.syntax = filter::Syntax::fixed;
  options.word = what.word;
  options.engine = what.engine;
  const auto plan = make_plan(options);
  if (!plan) return state.SkipWithError(plan.error().what.c_str());
  std::string text = make_text(what.hit, one_in);
  const std::size_t size = text.size();
  text.append(kPadding, '\0');
  const auto matcher = plan.value()->make_line_matcher();
  std::vector<Line> lines;
  for (auto _ : state) {
    lines.clear();
    matcher->find_lines({text.data(), size}, SIZE_MAX, lines);
    benchmark::DoNotOptimize(lines.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
  state.SetLabel(std::string(plan.value()->engine()) + ", " + std::to_string(lines.size()) + " lines");
}

void plan_time(benchmark::State& state, const Case& what) {
  PatternOptions options;
  options.patterns = what.patterns;
  options.case_mode = what.case_mode;
  for (auto _ : state) {
    const auto plan = make_plan(options);
    benchmark::DoNotOptimize(plan.value()->make_line_matcher());
  }
}

template <class Kernel>
void run_kernel(benchmark::State& state, Kernel kernel) {
  const std::string text = make_text("", 0);
  for (auto _ : state)
    benchmark::DoNotOptimize(kernel(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

const Case kCases[] = {
    {"literal", {"segfault in"}, "segfault in"},
    {"literal_short", {"#"}, "#"},
    {"literal_common_bytes", {"request error"}, "request error"},
    {"literal_any_case", {"Segfault In"}, "segFAULT in", CaseMode::insensitive},
    {"literal_word", {"segfault"}, " segfault ", CaseMode::sensitive, true, true},
    {"literals_5", {"deadlock|overflow|exception|panicked|unreachable"}, "deadlock"},
    {"literals_5_any_case",
     {"deadlock|overflow|exception|panicked|unreachable"},
     "DeadLock",
     CaseMode::insensitive},
    {"literals_3_short", {"error|warn|fatal"}, "fatal"},
    {"literals_20",
     {"deadlock",     "overflow",    "exception", "panicked",      "unreachable", "segfault", "corrupt",
      "denied",       "refused",     "rejected",  "abandoned",     "exhausted",   "mismatch", "truncated",
      "unknown host", "broken pipe", "no route",  "out of memory", "stack trace", "quota"},
     "quota"},
    {"words_and_digits", {"[a-z]+_\\d{5,}\\s+\\w+"}, " job_123456 done"},
    {"dotted_ip", {"\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}"}, ""},
    {"alternation_of_patterns", {"timed? ?out after \\d+ms|fail(ed|ure) .* retry"}, "timed out after 35ms"},
    {"every_line_holds_it", {"2026-"}, ""},
    {"any_digit", {"\\d"}, ""},
    {"any_word", {"\\w+ \\w+"}, ""},
    {"three_digits_then_quote", {"\\d{3}\""}, ""},
    {"line_start", {"^ERROR"}, ""},
    {"two_parts", {"deadlock.*found"}, "deadlock was found"},
    {"look_ahead", {"deadlock(?= was)"}, "deadlock was found"},
    {"back_reference", {"(\\w+)=\\1;"}, "aa=aa;"},
    {"pcre2_forced",
     {"[a-z]+_\\d{5,}\\s+\\w+"},
     " job_123456 done",
     CaseMode::sensitive,
     false,
     false,
     EngineChoice::pcre2},
};

const int kRegistered = [] {
  for (const Case& what : kCases) {
    for (const unsigned one_in : {0U, 100U, 10U}) {
      const auto hits = one_in == 0 ? std::string("0") : std::to_string(100 / one_in);
      benchmark::RegisterBenchmark((std::string("engine/") + what.name + "/hits_percent:" + hits).c_str(),
                                   [&what, one_in](benchmark::State& state) { run(state, what, one_in); });
    }
    benchmark::RegisterBenchmark((std::string("plan/") + what.name).c_str(),
                                 [&what](benchmark::State& state) { plan_time(state, what); });
  }
  benchmark::RegisterBenchmark("kernel/count_newlines", [](benchmark::State& state) {
    run_kernel(state, [](const std::string& text) { return text::count_newlines(text); });
  });
  benchmark::RegisterBenchmark("kernel/is_ascii", [](benchmark::State& state) {
    run_kernel(state, [](const std::string& text) { return text::is_ascii(text); });
  });
  benchmark::RegisterBenchmark("kernel/line_end_of_each_line", [](benchmark::State& state) {
    run_kernel(state, [](const std::string& text) {
      std::size_t lines = 0;
      for (std::size_t at = 0; at < text.size(); ++lines)
        at = text::line_end(text, at) + 1;
      return lines;
    });
  });
  return 0;
}();

}  // namespace
}  // namespace weir::filter
