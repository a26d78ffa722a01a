// Runs one command and collects what it wrote: for the tests of the command line.
//
// The command gets its own process group, which is killed when the command has ended or its time is up, so
// that no background process of a case stays behind. Output goes to files, not pipes: a case must not depend
// on how fast the test reads. Blocking; one call at a time per process, because SIGCHLD is used to wait.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace weir::test {

struct Command {
  std::vector<std::string> arguments;    // the first is looked up in PATH of this process
  std::vector<std::string> environment;  // "NAME=value"; all there is
  std::string directory;                 // the working directory
  std::string stdin_path = "/dev/null";
  std::string output_prefix;  // the files PREFIX.out and PREFIX.err are written
  std::chrono::seconds limit{60};
};

struct Outcome {
  int status = 0;  // exit status, 128 + signal, or kTimedOut
  std::string out;
  std::string err;
};

inline constexpr int kTimedOut = -1;

Outcome run(const Command& command);

std::string read_text(const std::string& path);  // empty if there is no such file
void write_text(const std::string& path, const std::string& text);

// Control and non-ASCII bytes as \xNN, but for the newline: what a person can compare.
std::string visible(const std::string& text);

// The first lines that differ, expected with '-', actual with '+'.
std::string difference(const std::string& expected, const std::string& actual);

}  // namespace weir::test
