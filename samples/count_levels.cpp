// count_levels PATH...: how many lines of the logs have each level, in whatever notation: one scan a level.
//
// weir::grep() prints like the command; who wants only the figures lets it print into nothing.
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <string>

#include "weir/grep.hpp"

namespace {

// The options of one level's scan: a word of its own, in any case, in plain text, logfmt or JSON.
weir::GrepOptions scan_for(const std::string& level, char** begin, char** end, int nothing) {
  weir::GrepOptions options;
  options.patterns = {level};
  options.word = true;
  options.case_mode = weir::GrepCase::insensitive;
  options.paths.assign(begin, end);
  options.output = weir::GrepOutput::count;
  options.output_fd = nothing;
  options.message = [](std::string_view line) { std::cerr << line; };
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const int nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  bool failed = nothing < 0;
  for (const char* level : {"error", "warn", "info", "debug"}) {
    const auto summary = weir::grep(scan_for(level, argv + 1, argv + argc, nothing));
    if (!summary) {
      std::fprintf(stderr, "count_levels: %s\n", summary.error().what.c_str());
      return 2;
    }
    std::printf("%6llu %s\n", static_cast<unsigned long long>(summary.value().selected_lines), level);
    failed = failed || summary.value().any_error;
  }
  ::close(nothing);
  return failed ? 2 : 0;
}
