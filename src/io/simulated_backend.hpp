// A backend for tests: real system calls on real files, but completed in an order, at times and with faults
// that are drawn from a seed, on a virtual clock. The same seed and program give the same run.
#pragma once

#include <random>

#include "base/unique_fd.hpp"
#include "io/backend.hpp"

namespace weir::io {

struct SimulatedOptions {
  std::uint64_t seed = 1;
  Duration max_latency = std::chrono::milliseconds(5);  // each operation takes a random part of this
  // Chances in 1000, for each operation.
  unsigned short_reads = 200;
  unsigned short_writes = 200;
  unsigned retries = 50;   // EINTR or EAGAIN, retried inside as every backend does
  unsigned io_errors = 0;  // EIO from reads and opens
  // The n-th operation (from 1) fails with `fail_errno`; 0 = none.
  std::uint64_t fail_at = 0;
  int fail_errno = 5;
};

class SimulatedBackend final : public Backend {
 public:
  explicit SimulatedBackend(const SimulatedOptions& options);
  ~SimulatedBackend() override;

  void start(Operation& operation) noexcept override;
  void cancel(Operation& operation) noexcept override;
  void poll(std::optional<TimePoint> deadline) override;
  void wake() noexcept override;
  TimePoint now() const noexcept override { return now_; }
  std::size_t in_flight() const noexcept override { return pending_.size(); }
  const char* name() const noexcept override { return "simulated"; }

  // Operations started so far.
  std::uint64_t operations() const noexcept { return started_; }

 private:
  struct Pending {
    Operation* operation;
    TimePoint due;
    std::uint64_t number;
  };

  bool chance(unsigned in_1000) noexcept;
  TimePoint draw_due() noexcept;
  bool deliver_due();
  int carry_out(const Pending& pending);
  int carry_out_part(const Operation& operation);
  void advance(std::optional<TimePoint> deadline);
  // Whether there was a wake(): poll() must then return, the loop has something to take.
  bool drain_wake(bool block) noexcept;

  SimulatedOptions options_;
  std::mt19937_64 random_;
  TimePoint now_;
  std::vector<Pending> pending_;
  std::uint64_t started_ = 0;
  base::UniqueFd wake_fd_;
};

}  // namespace weir::io
