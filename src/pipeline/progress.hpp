// Progress: one line for a terminal, from the end of the first second on. Runs on the main loop.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/shard.hpp"
#include "weir/time.hpp"

namespace weir::pipeline {

class Progress {
 public:
  Progress(std::function<void(std::string_view)> show, const Counters& counters)
      : show_(std::move(show)), counters_(counters), begin_(Clock::now()) {}

  Coro<void> run();
  void clear();
  void set_total_files(std::uint64_t files) noexcept { total_files_ = files; }

 private:
  std::string line() const;

  std::function<void(std::string_view)> show_;
  const Counters& counters_;
  TimePoint begin_;
  std::optional<std::uint64_t> total_files_;  // once all are found
  bool shown_ = false;
};

}  // namespace weir::pipeline
