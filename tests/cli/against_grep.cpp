// Compares `weir grep` with GNU grep 3.8 (-P, or -F): standard output and exit status, byte for byte, for
// combinations of the flags that both have, patterns of every kind, and the sample logs.
//
// A random part is run (the seed is printed; --seed repeats it), all of it if WEIR_SOAK is set. Skipped (77)
// where grep has no -P. What differs on purpose is in kDifferences below with its reason, and is not
// compared.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "process.hpp"

namespace {

namespace fs = std::filesystem;
using weir::test::Command;
using weir::test::Outcome;
using Strings = std::vector<std::string>;

constexpr int kSkipped = 77;
constexpr int kMaxReports = 10;
constexpr std::chrono::seconds kRandomTime{15};

struct Pattern {
  const char* text;
  bool is_literal = false;  // run with -F too
  bool needs_ucp = false;   // says \w or the like about text that is not ASCII
};

constexpr Pattern kPatterns[] = {
    {"request", true},
    {"ERROR", true},
    {".", true},
    {"e", true},
    {"no such text", true},
    {"", true},
    {"«Søren", true},
    {"[0-9]{3}"},
    {"[a-z]+_\\d{5,}"},
    {"\\b[A-Z]{4,5}\\b", false, true},
    {"\\d+\\.\\d+\\.\\d+\\.\\d+"},
    {"INFO|WARN|cart"},
    {"(GET|POST) /\\S+"},
    {"^\\S+ \\S+"},
    {"ms$"},
    {"^$"},
    {"^"},
    {"$"},
    {"x*"},
    {"(?:ab|)?"},
    {"ø|ü|€"},
    {"Æ\\w+", false, true},
    {"\\p{Lu}\\p{Ll}+"},
    {"(\\d)\\1\\1"},
    {"(?<=request=)\\d+"},
    {"\\w+(?= ms\\b)", false, true},
    {"(?i)error(?!s)"},
    {"a.*b.*c"},
    {"\\S+?", false, true},
};

constexpr const char* kFlags[] = {
    "-n", "-b", "-H", "-h",  "-c",  "-l",  "-L", "-o", "-v", "-w", "-x", "-i", "-m1", "-m2", "--color=always",
    "-Z", "-s", "-q", "-A1", "-B2", "-C0", "-z"};
constexpr std::size_t kFlagCount = std::size(kFlags);

const std::vector<Strings> kInputs = {
    {"app.jsonl"},
    {"java-service.log"},
    {"nginx-access.log"},
    {"syslog.log"},
    {"worker.logfmt"},
    {"utf8-names.log"},
    {"crlf.log"},
    {"damaged.log"},
    {"empty.log", "no-final-newline.log"},
    {"no-final-newline.log", "missing.log", "container.log"},
    {"nested/app-1/2026-03-01.log", "nested/app-2/2026-03-01.log", "nested/relay.log"},
};

struct Trial {
  const Pattern* pattern;
  bool fixed;
  std::vector<std::size_t> flags;  // in the order given
  const Strings* inputs;

  bool has(std::string_view flag) const {
    return std::any_of(flags.begin(), flags.end(), [flag](std::size_t i) { return kFlags[i] == flag; });
  }
};

struct Difference {
  const char* reason;
  bool (*applies)(const Trial&);
};

bool reads(const Trial& trial, std::string_view name) {
  return std::find(trial.inputs->begin(), trial.inputs->end(), name) != trial.inputs->end();
}

bool lists_without(const Trial& trial) {
  const auto is_listing = [](std::size_t i) {
    return std::string_view(kFlags[i]) == "-l" || std::string_view(kFlags[i]) == "-L";
  };
  const auto last = std::find_if(trial.flags.rbegin(), trial.flags.rend(), is_listing);
  return last != trial.flags.rend() && std::string_view(kFlags[*last]) == "-L" && !trial.has("-q");
}

// With -o, nothing to print in a selected line: no match, or only empty ones.
bool prints_nothing_of_lines(const Trial& trial) {
  constexpr std::string_view kEmpty[] = {"", "^$", "^", "$", "x*", "(?:ab|)?"};
  return trial.has("-v") ||
         std::find(std::begin(kEmpty), std::end(kEmpty), trial.pattern->text) != std::end(kEmpty);
}

constexpr Difference kDifferences[] = {
    {"grep 3.8 -P has no (*UCP) with -w: its word boundaries are ASCII, weir's are Unicode",
     [](const Trial& t) { return !t.fixed && t.has("-w") && reads(t, "utf8-names.log"); }},
    {"-v with an empty pattern selects nothing: grep ends before it opens a file (no -c lines, no errors)",
     [](const Trial& t) {
       return !*t.pattern->text && t.has("-v") && !t.has("-w") && !t.has("-x") && !lists_without(t);
     }},
    {"-o with context and nothing to print: grep still separates the files by --",
     [](const Trial& t) {
       const bool context = t.has("-A1") || t.has("-B2") || t.has("-C0");
       return t.has("-o") && context && t.inputs->size() > 1 && prints_nothing_of_lines(t);
     }},
};

struct Settings {
  std::string weir;
  fs::path samples;
  std::uint64_t seed = 0;
  fs::path work;
};

bool is_known(const Trial& trial) {
  return std::any_of(std::begin(kDifferences), std::end(kDifferences),
                     [&trial](const Difference& difference) { return difference.applies(trial); });
}

Command base_command(const Settings& settings, const char* name) {
  Command command;
  command.environment = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TERM=dumb", "WEIR_CONFIG="};
  for (const char* variable : {"WEIR_IO", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    const char* value = std::getenv(variable);
    if (value) command.environment.push_back(std::string(variable) + "=" + value);
  }
  command.directory = settings.samples;
  command.output_prefix = settings.work / name;
  return command;
}

void add_inputs(const Trial& trial, Strings& arguments) {
  arguments.emplace_back("--");
  arguments.insert(arguments.end(), trial.inputs->begin(), trial.inputs->end());
}

Command weir_command(const Settings& settings, const Trial& trial) {
  Command command = base_command(settings, "weir");
  command.arguments = {settings.weir, "grep"};
  if (trial.fixed) command.arguments.emplace_back("-F");
  for (const std::size_t flag : trial.flags) {
    const std::string_view text = kFlags[flag];
    command.arguments.emplace_back(text == "-L" ? "--files-without-match" : text);
  }
  command.arguments.insert(command.arguments.end(), {"-e", trial.pattern->text});
  add_inputs(trial, command.arguments);
  return command;
}

// What weir does without being told: -a, and \w in Unicode's sense.
Command grep_command(const Settings& settings, const Trial& trial) {
  Command command = base_command(settings, "grep");
  command.arguments = {"grep", "-a", trial.fixed ? "-F" : "-P"};
  for (const std::size_t flag : trial.flags)
    command.arguments.emplace_back(kFlags[flag]);
  const bool ucp = !trial.fixed && trial.pattern->needs_ucp && !trial.has("-w");
  command.arguments.insert(command.arguments.end(),
                           {"-e", (ucp ? "(*UCP)" : "") + std::string(trial.pattern->text)});
  add_inputs(trial, command.arguments);
  return command;
}

std::string shown(const Command& command) {
  std::string text;
  for (const std::string& argument : command.arguments)
    text += (text.empty() ? "'" : " '") + argument + "'";
  return text;
}

// grep -L (since 3.5) says whether a line was selected; weir, as ripgrep, whether a file was listed.
int expected_status(const Trial& trial, const Outcome& grep) {
  if (grep.status > 1 || !lists_without(trial)) return grep.status;
  return grep.out.empty() ? 1 : 0;
}

bool agrees(const Settings& settings, const Trial& trial) {
  const Command grep = grep_command(settings, trial);
  const Command weir = weir_command(settings, trial);
  const Outcome expected = weir::test::run(grep);
  const Outcome got = weir::test::run(weir);
  if (expected.out == got.out && expected_status(trial, expected) == got.status) return true;
  const std::string report = "DIFFERS\n  " + shown(grep) + "\n  " + shown(weir) + "\n  status " +
                             std::to_string(expected_status(trial, expected)) + " and " +
                             std::to_string(got.status) + "\n" +
                             weir::test::difference(expected.out, got.out) + "  " + got.err + "\n";
  std::fputs(report.c_str(), stderr);
  return false;
}

// Every set of up to three flags, in the table's order.
std::vector<std::vector<std::size_t>> flag_sets() {
  std::vector<std::vector<std::size_t>> sets = {{}};
  for (std::size_t a = 0; a < kFlagCount; ++a) {
    sets.push_back({a});
    for (std::size_t b = a + 1; b < kFlagCount; ++b) {
      sets.push_back({a, b});
      for (std::size_t c = b + 1; c < kFlagCount; ++c)
        sets.push_back({a, b, c});
    }
  }
  return sets;
}

class Comparison {
 public:
  explicit Comparison(const Settings& settings)
      : settings_(settings), random_(settings.seed), sets_(flag_sets()) {}

  void run_random() {
    const auto until = std::chrono::steady_clock::now() + kRandomTime;
    while (std::chrono::steady_clock::now() < until && failed_ < kMaxReports) {
      const Pattern& pattern = kPatterns[below(std::size(kPatterns))];
      const bool fixed = pattern.is_literal && below(2) == 0;
      check({&pattern, fixed, sets_[below(sets_.size())], &kInputs[below(kInputs.size())]});
    }
  }

  // All flags and patterns; the inputs take turns.
  void run_all() {
    std::size_t turn = 0;
    for (const Pattern& pattern : kPatterns) {
      for (const auto& set : sets_) {
        for (const bool fixed : {false, true}) {
          if (fixed && !pattern.is_literal) continue;
          if (failed_ >= kMaxReports) return;
          check({&pattern, fixed, set, &kInputs[turn++ % kInputs.size()]});
        }
      }
    }
  }

  int result() const {
    std::fprintf(stderr, "seed %llu: %zu compared, %zu known differences left out, %d differ\n",
                 static_cast<unsigned long long>(settings_.seed), compared_, left_out_, failed_);
    for (const Difference& difference : kDifferences)
      std::fprintf(stderr, "known difference: %s\n", difference.reason);
    return failed_ == 0 && compared_ > 0 ? 0 : 1;
  }

 private:
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

  // The order of the flags matters where the last one wins.
  void check(Trial trial) {
    std::shuffle(trial.flags.begin(), trial.flags.end(), random_);
    if (is_known(trial)) {
      ++left_out_;
      return;
    }
    ++compared_;
    if (!agrees(settings_, trial)) ++failed_;
  }

  const Settings& settings_;
  std::mt19937_64 random_;
  std::vector<std::vector<std::size_t>> sets_;
  std::size_t compared_ = 0;
  std::size_t left_out_ = 0;
  int failed_ = 0;
};

bool has_reference(const Settings& settings) {
  Command command = base_command(settings, "probe");
  command.arguments = {"grep", "-qP", "^(.)\\1", "no-final-newline.log"};
  const bool has_perl = weir::test::run(command).status <= 1;
  command.arguments = {"grep", "--version"};
  return has_perl && weir::test::run(command).out.find("GNU grep) 3.8") != std::string::npos;
}

bool parse(int argc, char** argv, Settings& settings) {
  settings.seed = std::random_device{}();
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view option = argv[i];
    if (option == "--weir") {
      settings.weir = fs::absolute(argv[i + 1]).string();
    } else if (option == "--samples") {
      settings.samples = fs::absolute(argv[i + 1]);
    } else if (option == "--seed") {
      settings.seed = std::stoull(argv[i + 1]);
    } else {
      return false;
    }
  }
  return argc % 2 == 1 && !settings.weir.empty() && fs::is_directory(settings.samples);
}

int compare(const Settings& settings) {
  if (!has_reference(settings)) {
    std::fprintf(stderr, "skipped: no GNU grep 3.8 with -P here\n");
    return kSkipped;
  }
  Comparison comparison(settings);
  const char* soak = std::getenv("WEIR_SOAK");
  if (soak && *soak) {
    comparison.run_all();
  } else {
    comparison.run_random();
  }
  return comparison.result();
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  if (!parse(argc, argv, settings)) {
    std::fprintf(stderr, "usage: against_grep --weir FILE --samples DIR [--seed NUMBER]\n");
    return 2;
  }
  try {
    std::string work = (fs::temp_directory_path() / "weir-grep-XXXXXX").string();
    if (!::mkdtemp(work.data())) throw std::runtime_error("mkdtemp failed");
    settings.work = work;
    const int status = compare(settings);
    fs::remove_all(settings.work);
    return status;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "against_grep: %s\n", error.what());
    return 1;
  }
}
