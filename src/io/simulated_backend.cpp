#include "io/simulated_backend.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>

#include "io/system_call.hpp"

namespace weir::io {

SimulatedBackend::SimulatedBackend(const SimulatedOptions& options)
    : options_(options),
      random_(options.seed),
      now_(TimePoint() + std::chrono::hours(1)),
      wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

SimulatedBackend::~SimulatedBackend() = default;

bool SimulatedBackend::chance(unsigned in_1000) noexcept {
  return random_() % 1000 < in_1000;
}

TimePoint SimulatedBackend::draw_due() noexcept {
  const auto range = static_cast<std::uint64_t>(std::max<Duration::rep>(1, options_.max_latency.count()));
  return now_ + Duration(static_cast<Duration::rep>(random_() % range));
}

void SimulatedBackend::start(Operation& operation) noexcept {
  pending_.push_back({&operation, draw_due(), ++started_});
}

void SimulatedBackend::cancel(Operation& operation) noexcept {
  const auto is_it = [&operation](const Pending& pending) { return pending.operation == &operation; };
  const auto found = std::find_if(pending_.begin(), pending_.end(), is_it);
  const bool too_late = !operation.waits_for_others() && chance(500);
  if (found == pending_.end() || too_late) return;
  pending_.erase(found);
  operation.complete(-ECANCELED, false);
}

int SimulatedBackend::carry_out(const Pending& pending) {
  const Operation& operation = *pending.operation;
  const Operation::Code code = operation.code();
  if (pending.number == options_.fail_at) {
    if (code == Operation::Code::close) perform(operation);  // a failed close frees it too
    return -options_.fail_errno;
  }
  const bool is_read = code == Operation::Code::read || code == Operation::Code::receive;
  if ((is_read || code == Operation::Code::open) && chance(options_.io_errors)) return -EIO;
  const bool is_write =
      code == Operation::Code::write || code == Operation::Code::send || code == Operation::Code::write_pipe;
  const unsigned part = is_read ? options_.short_reads : is_write ? options_.short_writes : 0;
  const bool is_short = operation.length() > 1 && part != 0 && chance(part);
  return is_short ? carry_out_part(operation) : perform(operation);
}

int SimulatedBackend::carry_out_part(const Operation& operation) {
  const auto part = static_cast<std::uint32_t>(1 + random_() % operation.length());
  switch (operation.code()) {
    case Operation::Code::read:
      return perform(Operation::read(operation.fd(), operation.buffer(), part, operation.offset()));
    case Operation::Code::receive:
      return perform(Operation::receive(operation.fd(), operation.buffer(), part));
    case Operation::Code::write:
      return perform(Operation::write(operation.fd(), operation.buffer(), part, operation.offset()));
    default:
      return perform(Operation::send(operation.fd(), operation.buffer(), part,
                                     operation.code() == Operation::Code::send));
  }
}

bool SimulatedBackend::deliver_due() {
  std::vector<Pending> due;
  const auto is_due = [this](const Pending& pending) {
    if (pending.due > now_) return false;
    const short events = pending.operation->awaited_events();
    return events == 0 || is_ready_now(pending.operation->fd(), events);
  };
  // Asked once for each: a stream can become readable between two looks.
  const auto first_due = std::stable_partition(pending_.begin(), pending_.end(), std::not_fn(is_due));
  due.assign(first_due, pending_.end());
  pending_.erase(first_due, pending_.end());
  std::shuffle(due.begin(), due.end(), random_);
  bool delivered = false;
  for (Pending& pending : due) {
    if (chance(options_.retries)) {  // EINTR, EAGAIN: the kernel wants to be asked again
      pending.due = draw_due();
      pending_.push_back(pending);
      continue;
    }
    const bool is_asked_only =
        pending.operation->code() == Operation::Code::poll_in && pending.number != options_.fail_at;
    const int result = is_asked_only ? 1 : carry_out(pending);
    if (result == -EAGAIN && pending.operation->is_non_blocking() && pending.number != options_.fail_at) {
      pending_.push_back(pending);  // somebody else was faster
      continue;
    }
    pending.operation->complete(result, chance(100));
    delivered = true;
  }
  return delivered;
}

void SimulatedBackend::poll(std::optional<TimePoint> deadline) {
  const bool woken = drain_wake(false);
  if (deliver_due() || woken) return;
  if (deadline && *deadline <= now_) return;
  advance(deadline);
  deliver_due();
}

// Moves the clock to the next thing that can happen. With nothing to wait for but other threads, or only
// streams that are not readable yet, really waits.
void SimulatedBackend::advance(std::optional<TimePoint> deadline) {
  std::optional<TimePoint> next = deadline;
  bool only_streams = true;
  for (const Pending& pending : pending_) {
    if (pending.operation->waits_for_others() && pending.due <= now_) continue;
    only_streams = false;
    next = next ? std::min(*next, pending.due) : pending.due;
  }
  if (next) now_ = std::max(now_, *next);
  if (!next && only_streams) drain_wake(true);
}

bool SimulatedBackend::drain_wake(bool block) noexcept {
  std::vector<pollfd> entries{{wake_fd_.get(), POLLIN, 0}};
  for (const Pending& pending : pending_) {
    const short events = pending.operation->awaited_events();
    if (events != 0) entries.push_back({pending.operation->fd(), events, 0});
  }
  if (::poll(entries.data(), entries.size(), block ? -1 : 0) <= 0 || entries[0].revents == 0) return false;
  std::uint64_t count = 0;
  return read(wake_fd_.get(), &count, sizeof count) > 0;
}

void SimulatedBackend::wake() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(wake_fd_.get(), &one, sizeof one);
}

}  // namespace weir::io
