// Runs the readable cases of tests/cli: each a folder TOPIC/NAME with
//
//   cmd        a shell line; `weir` is the program under test, $SAMPLES the folder samples/logs
//   stdout, stderr, status   what must come out; missing means empty, empty and 0
//   stdin      what is given on standard input; missing means /dev/null
//   input/     copied into the scratch directory in which cmd runs
//   variants   names of the variants that apply, one a line; missing means all
//
// A variant is a way of running every `weir grep` and `weir jq` of the case; the same bytes must come out of
// each.
// --bless writes what came out as the expectation: read the difference in git before believing it.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "process.hpp"

namespace {

namespace fs = std::filesystem;
using weir::test::Command;
using weir::test::Outcome;

constexpr int kSkipped = 77;
constexpr int kProcesses = 2;

struct Variant {
  const char* name;
  const char* io;         // WEIR_IO
  const char* arguments;  // put behind the command
};

constexpr Variant kVariants[] = {
    {"uring", "uring", ""},
    {"threads", "threads", ""},
    {"simulated", "sim:20260301", ""},
    {"one-shard", "", "--jobs=1"},
    {"tiny-chunks", "", "--chunk-size 7"},
    {"mapped", "", "--mmap --chunk-size 100"},
};

struct Settings {
  std::string weir;
  fs::path cases;
  fs::path samples;
  const Variant* variant = nullptr;
  bool bless = false;
  std::vector<std::string> only;  // parts of names
  fs::path work;
};

// What the worker processes share.
struct Tally {
  std::atomic<std::size_t> next{0};
  std::atomic<int> failed{0};
  std::atomic<int> run{0};
};

const Variant* find_variant(std::string_view name) {
  for (const Variant& variant : kVariants) {
    if (name == variant.name) return &variant;
  }
  return nullptr;
}

// The name of the command stays first; what the variant adds comes before all else, so that a case's own
// flags win.
void write_wrapper(const Settings& settings) {
  const fs::path folder = settings.work / "bin";
  fs::create_directories(folder);
  weir::test::write_text(folder / "weir", "#!/bin/sh\ncase $1 in\n  grep | jq) command=$1; shift; exec '" +
                                              settings.weir + "' \"$command\" " +
                                              settings.variant->arguments + " \"$@\";;\nesac\nexec '" +
                                              settings.weir + "' \"$@\"\n");
  fs::permissions(folder / "weir", fs::perms::owner_all);
}

std::vector<std::string> environment(const Settings& settings) {
  const char* path = std::getenv("PATH");
  std::vector<std::string> result = {
      "PATH=" + (settings.work / "bin").string() + ":" + (path ? path : "/usr/bin:/bin"), "LC_ALL=C.UTF-8",
      "HOME=/nonexistent", "TERM=dumb", "SAMPLES=" + settings.samples.string()};
  if (*settings.variant->io) result.push_back(std::string("WEIR_IO=") + settings.variant->io);
  for (const char* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
    const char* value = std::getenv(name);
    if (value) result.push_back(std::string(name) + "=" + value);
  }
  return result;
}

bool applies(const Settings& settings, const fs::path& folder) {
  const std::string name = fs::relative(folder, settings.cases).string();
  const auto is_part = [&name](const std::string& part) { return name.find(part) != std::string::npos; };
  if (!settings.only.empty() && std::none_of(settings.only.begin(), settings.only.end(), is_part))
    return false;
  if (!fs::exists(folder / "variants")) return true;
  std::istringstream names(weir::test::read_text(folder / "variants"));
  bool found = false;
  for (std::string variant; names >> variant;) {
    if (!find_variant(variant)) throw std::runtime_error(name + ": unknown variant " + variant);
    found = found || variant == settings.variant->name;
  }
  return found;
}

std::vector<fs::path> find_cases(const Settings& settings) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(settings.cases)) {
    if (entry.path().filename() != "cmd") continue;
    if (applies(settings, entry.path().parent_path())) found.push_back(entry.path().parent_path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

Outcome run_case(const Settings& settings, const fs::path& folder, const fs::path& work) {
  fs::remove_all(work);
  fs::create_directories(work / "scratch");
  if (fs::exists(folder / "input")) {
    fs::copy(folder / "input", work / "scratch",
             fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  }
  Command command;
  command.arguments = {"sh", "-c", weir::test::read_text(folder / "cmd")};
  command.environment = environment(settings);
  command.directory = work / "scratch";
  command.output_prefix = work / "std";
  if (fs::exists(folder / "stdin")) command.stdin_path = folder / "stdin";
  return weir::test::run(command);
}

int expected_status(const fs::path& folder) {
  const std::string text = weir::test::read_text(folder / "status");
  return text.empty() ? 0 : std::stoi(text);
}

std::string complaints(const fs::path& folder, const Outcome& outcome) {
  std::string text;
  if (outcome.status == weir::test::kTimedOut) {
    text += "  did not end in time\n";
  } else if (outcome.status != expected_status(folder)) {
    text += "  status: " + std::to_string(outcome.status) + ", not " +
            std::to_string(expected_status(folder)) + "\n";
  }
  const std::string out = weir::test::read_text(folder / "stdout");
  const std::string err = weir::test::read_text(folder / "stderr");
  if (outcome.out != out)
    text += "  stdout (- expected, + got):\n" + weir::test::difference(out, outcome.out);
  if (outcome.err != err)
    text += "  stderr (- expected, + got):\n" + weir::test::difference(err, outcome.err);
  return text;
}

// Files that say nothing are not kept.
void bless(const fs::path& folder, const Outcome& outcome) {
  const auto keep = [&folder](const char* name, const std::string& text) {
    fs::remove(folder / name);
    if (!text.empty()) weir::test::write_text(folder / name, text);
  };
  keep("stdout", outcome.out);
  keep("stderr", outcome.err);
  keep("status", outcome.status == 0 ? "" : std::to_string(outcome.status) + "\n");
}

void check(const Settings& settings, const fs::path& folder, const fs::path& work, Tally& tally) {
  const Outcome outcome = run_case(settings, folder, work);
  ++tally.run;
  const std::string complaint = complaints(folder, outcome);
  if (complaint.empty()) return;
  const std::string name = fs::relative(folder, settings.cases).string();
  if (settings.bless && outcome.status != weir::test::kTimedOut) {
    bless(folder, outcome);
    std::fprintf(stderr, "blessed %s\n", name.c_str());
    return;
  }
  ++tally.failed;
  const std::string report = "FAILED " + name + " (variant " + settings.variant->name + ")\n" + complaint +
                             "  cmd: " + weir::test::read_text(folder / "cmd") + "\n";
  std::fwrite(report.data(), 1, report.size(), stderr);
}

int worker(const Settings& settings, const std::vector<fs::path>& cases, const fs::path& work, Tally& tally) {
  try {
    for (std::size_t i = tally.next++; i < cases.size(); i = tally.next++)
      check(settings, cases[i], work, tally);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "run_cases: %s\n", error.what());
    return 1;
  }
  return 0;
}

// False if a worker failed in a way that it could not count.
bool run_all(const Settings& settings, const std::vector<fs::path>& cases, Tally& tally) {
  std::vector<pid_t> workers;
  for (int i = 0; i < kProcesses; ++i) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(worker(settings, cases, settings.work / std::to_string(i), tally));
    workers.push_back(child);
  }
  bool good = true;
  for (const pid_t child : workers) {
    int status = 1;
    good = child > 0 && ::waitpid(child, &status, 0) == child && status == 0 && good;
  }
  return good;
}

bool has_uring(const Settings& settings) {
  Command command;
  command.arguments = {settings.weir, "grep", "--io=uring", "--explain", "x"};
  command.environment = environment(settings);
  command.directory = settings.work;
  command.output_prefix = settings.work / "probe";
  return weir::test::run(command).status == 0;
}

bool parse(int argc, char** argv, Settings& settings) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--bless") {
      settings.bless = true;
    } else if (option.substr(0, 2) != "--") {
      settings.only.emplace_back(option);
    } else if (i + 1 == argc) {
      return false;
    } else if (option == "--weir") {
      settings.weir = fs::absolute(argv[++i]).string();
    } else if (option == "--cases") {
      settings.cases = fs::absolute(argv[++i]);
    } else if (option == "--samples") {
      settings.samples = fs::absolute(argv[++i]);
    } else if (option == "--variant") {
      settings.variant = find_variant(argv[++i]);
    } else {
      return false;
    }
  }
  return !settings.weir.empty() && settings.variant && fs::is_directory(settings.cases) &&
         fs::is_directory(settings.samples);
}

int run_variant(const Settings& settings) {
  write_wrapper(settings);
  if (std::string_view(settings.variant->name) == "uring" && !has_uring(settings)) {
    std::fprintf(stderr, "skipped: no io_uring here\n");
    return kSkipped;
  }
  const std::vector<fs::path> cases = find_cases(settings);
  if (cases.empty()) {
    std::fprintf(stderr, "no case found\n");
    return 1;
  }
  void* shared = ::mmap(nullptr, sizeof(Tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  Tally& tally = *new (shared) Tally;
  const bool good = run_all(settings, cases, tally);
  std::fprintf(stderr, "%s: %d cases, %d failed\n", settings.variant->name, tally.run.load(),
               tally.failed.load());
  return good && tally.failed == 0 && tally.run == static_cast<int>(cases.size()) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  if (!parse(argc, argv, settings)) {
    std::fprintf(
        stderr,
        "usage: run_cases --weir FILE --cases DIR --samples DIR --variant NAME [--bless] [PART...]\n");
    return 2;
  }
  try {
    std::string work = (fs::temp_directory_path() / "weir-cli-XXXXXX").string();
    if (!::mkdtemp(work.data())) throw std::runtime_error("mkdtemp failed");
    settings.work = work;
    const int status = run_variant(settings);
    fs::remove_all(settings.work);
    return status;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "run_cases: %s\n", error.what());
    return 1;
  }
}
