// Gauge: a figure with a name that the monitor shows: how full a queue is, how many reads are in flight.
//
//   weir::Queue<Job> jobs(100);
//   const weir::Gauge depth("jobs", [&jobs] { return jobs.size(); }, 100);
//
// It costs nothing until somebody looks.
//
// Ownership: belongs to the loop on whose thread it is made, which must outlive it; made where no loop runs, or
// one that is not observed (neither debug mode nor a monitor was on as it was made), it does nothing.
// Threads: that of the loop, on which the function is called too, between two steps.
// Cancellation: not concerned.
// Errors: none of its own; the function must not throw.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "weir/loop.hpp"

namespace weir {

class Gauge {
 public:
  // `limit`: how large the figure can get; 0: no limit that would be worth showing.
  Gauge(std::string name, std::function<std::uint64_t()> read, std::uint64_t limit = 0);
  Gauge(const Gauge&) = delete;
  Gauge& operator=(const Gauge&) = delete;
  ~Gauge();

  const std::string& name() const noexcept { return name_; }
  std::uint64_t value() const { return read_(); }
  std::uint64_t limit() const noexcept { return limit_; }

 private:
  std::string name_;
  std::function<std::uint64_t()> read_;
  std::uint64_t limit_;
  detail::LoopObserver* observer_;
};

}  // namespace weir
