// Runs weir::jq() with its output and messages caught.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <mutex>
#include <stdexcept>
#include <string>

#include "weir/jq.hpp"

namespace weir::support {

struct JqRun {
  std::string output;
  std::string messages;
  JqSummary summary;
  std::string error;  // of the call itself
};

// `scratch` is a file to keep the output in.
inline JqRun run_jq(JqOptions options, const std::string& scratch) {
  JqRun run;
  std::mutex mutex;
  const int fd = ::open(scratch.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) throw std::runtime_error("cannot open " + scratch);
  options.output_fd = fd;
  options.handle_signals = false;
  options.message = [&run, &mutex](std::string_view line) {
    const std::lock_guard lock(mutex);
    run.messages += line;
  };
  auto result = jq(options);
  if (result) {
    run.summary = std::move(result).value();
  } else {
    run.error = result.error().what;
  }
  char buffer[65536];
  ::lseek(fd, 0, SEEK_SET);
  for (ssize_t got = 0; (got = ::read(fd, buffer, sizeof buffer)) > 0;)
    run.output.append(buffer, static_cast<std::size_t>(got));
  ::close(fd);
  return run;
}

}  // namespace weir::support
