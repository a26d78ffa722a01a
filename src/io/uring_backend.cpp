// io_uring: one ring a loop, set up on the loop's own thread.
//
// Set-up descends a ladder of flags, each rung proved by a NOP that makes the whole round trip, because a
// filter may allow io_uring_setup and forbid io_uring_enter. Rings are single-issuer with deferred task work
// where the kernel has it (6.1): completions are only delivered when the loop asks for them.
//
// A read whose data is in the page cache is carried out inside the submitting system call; poll() looks for
// such completions before it decides to wait. Regular-file reads cannot be cancelled once issued, so a ring
// is only torn down when every completion has been seen.
//
// A kernel may lose what only one of its worker threads can carry out: 6.18 lets idle workers go when a
// thread closes its last ring, and the next ring's work can be given to one that is just leaving, while no
// other is started. Where nothing has come for a while (kPatience, by a timer on the ring: one for each wait
// would cost more) a request follows that makes the kernel look for a worker again; whoever comes finds all
// that lies there.
//
// Every opcode used here is older than IORING_FEAT_EXT_ARG (5.11), which set-up demands. Writing to a pipe is
// not left to the ring: the kernel would raise SIGPIPE, in whichever thread carries it out.
#include <fcntl.h>
#include <liburing.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>

#include "base/diagnostics.hpp"
#include "base/sanitizers.hpp"
#include "base/unique_fd.hpp"
#include "io/backend.hpp"
#include "io/system_call.hpp"

namespace weir::io {

namespace {

constexpr unsigned kEntries = 256;
constexpr std::size_t kMaxInFlight =
    2 * kEntries;                     // the completion ring's size; the kernel keeps what cancels add
constexpr unsigned kMaxWorkers = 64;  // kernel threads for what cannot be done without blocking
constexpr std::chrono::milliseconds kPatience{100};

struct Rung {
  unsigned flags;
  const char* name;
};
constexpr Rung kLadder[] = {
    {IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL, "deferred task work"},
    {IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SUBMIT_ALL, "cooperative task work"},
    {0, "no flags"},
};

__kernel_timespec to_timespec(Duration duration) noexcept {
  const auto ns =
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count());
  return {ns / 1'000'000'000, ns % 1'000'000'000};
}

void prepare_stream(const Operation& operation, io_uring_sqe* sqe) noexcept {
  const int fd = operation.fd();
  switch (operation.code()) {
    case Operation::Code::poll_in:
      io_uring_prep_poll_add(sqe, fd, POLLIN);
      break;
    case Operation::Code::receive:
      io_uring_prep_read(sqe, fd, operation.buffer(), operation.length(), Operation::kStream);
      break;
    case Operation::Code::send:
      io_uring_prep_send(sqe, fd, operation.buffer(), operation.length(), MSG_NOSIGNAL);
      break;
    case Operation::Code::accept:
      io_uring_prep_accept(sqe, fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      break;
    case Operation::Code::connect:
      io_uring_prep_connect(sqe, fd, operation.address(), operation.length());
      break;
    case Operation::Code::shutdown:
      io_uring_prep_shutdown(sqe, fd, operation.flags());
      break;
    default:
      io_uring_prep_nop(sqe);  // write_pipe: never given to the ring
  }
}

void prepare(const Operation& operation, io_uring_sqe* sqe) noexcept {
  switch (operation.code()) {
    case Operation::Code::open:
      io_uring_prep_openat(sqe, AT_FDCWD, operation.path(), operation.flags() | O_CLOEXEC, operation.mode());
      break;
    case Operation::Code::read:
      io_uring_prep_read(sqe, operation.fd(), operation.buffer(), operation.length(), operation.offset());
      break;
    case Operation::Code::write:
      io_uring_prep_write(sqe, operation.fd(), operation.buffer(), operation.length(), operation.offset());
      break;
    case Operation::Code::close:
      // The thread sanitizer follows descriptors, and does not see the ring close one.
      if (WEIR_TSAN) {
        ::close(operation.fd());
        io_uring_prep_nop(sqe);
      } else {
        io_uring_prep_close(sqe, operation.fd());
      }
      break;
    case Operation::Code::stat:
      io_uring_prep_statx(sqe, operation.fd(), "", AT_EMPTY_PATH, STATX_BASIC_STATS,
                          operation.statx_buffer());
      break;
    case Operation::Code::sync:
      io_uring_prep_fsync(sqe, operation.fd(), operation.flags() != 0 ? IORING_FSYNC_DATASYNC : 0);
      break;
    case Operation::Code::rename:
      io_uring_prep_renameat(sqe, AT_FDCWD, operation.path(), AT_FDCWD, operation.target(), 0);
      break;
    case Operation::Code::unlink:
      io_uring_prep_unlinkat(sqe, AT_FDCWD, operation.path(), 0);
      break;
    default:
      prepare_stream(operation, sqe);
  }
}

class UringBackend final : public Backend {
 public:
  UringBackend() = default;
  UringBackend(const UringBackend&) = delete;
  UringBackend& operator=(const UringBackend&) = delete;
  ~UringBackend() override;

  // 0 or -errno.
  int open(unsigned flags, unsigned workers);

  void start(Operation& operation) noexcept override;
  void cancel(Operation& operation) noexcept override;
  void poll(std::optional<TimePoint> deadline) override;
  void wake() noexcept override;
  std::size_t in_flight() const noexcept override { return in_flight_ + waiting_.size(); }
  const char* name() const noexcept override { return "uring"; }

 private:
  static constexpr std::uint64_t kWakeTag = 1;
  static constexpr std::uint64_t kIgnoreTag = 2;
  static constexpr std::uint64_t kTimerTag = 3;

  int round_trip();
  io_uring_sqe* next_sqe() noexcept;
  void begin(Operation& operation) noexcept;
  void submit(Operation& operation) noexcept;
  void arm_wake() noexcept;
  std::size_t reap(bool immediate) noexcept;
  void finish(Operation& operation, int result, bool immediate) noexcept;
  void wait(std::optional<TimePoint> deadline) noexcept;
  void arm_timer() noexcept;
  void on_timer() noexcept;
  void start_waiting() noexcept;

  io_uring ring_{};
  bool is_open_ = false;
  base::UniqueFd wake_fd_;
  std::uint64_t wake_count_ = 0;
  bool wake_armed_ = false;
  std::size_t in_flight_ = 0;
  std::size_t at_workers_ = 0;  // of these, those that a worker may have to carry out
  bool any_finished_ = false;   // of those, since the timer was armed
  bool timer_armed_ = false;
  __kernel_timespec patience_ = to_timespec(kPatience);
  std::uint64_t round_ = 0;         // counts submissions; an operation's mark tells which one carried it
  std::deque<Operation*> waiting_;  // beyond kMaxInFlight
};

// The thread sanitizer does not see the library of the ring map and unmap memory: a ring where another
// thread's has been would be a race. Called with the mapping made and before it goes, this puts the two in
// order.
void order_mappings() noexcept {
  static std::atomic<int> order{0};
  if (WEIR_TSAN) order.fetch_add(1, std::memory_order_acq_rel);
}

int UringBackend::open(unsigned flags, unsigned workers) {
  const int made = io_uring_queue_init(kEntries, &ring_, flags);
  if (made < 0) return made;
  order_mappings();
  is_open_ = true;
  if ((ring_.features & IORING_FEAT_NODROP) == 0 || (ring_.features & IORING_FEAT_EXT_ARG) == 0)
    return -ENOSYS;
  const int tripped = round_trip();
  if (tripped < 0) return tripped;
  unsigned limits[2] = {workers, workers};
  io_uring_register_iowq_max_workers(&ring_, limits);  // may be forbidden; the kernel's own limit holds then
  wake_fd_.reset(eventfd(0, EFD_CLOEXEC));
  return wake_fd_ ? 0 : -errno;
}

int UringBackend::round_trip() {
  io_uring_sqe* sqe = io_uring_get_sqe(&ring_);
  io_uring_prep_nop(sqe);
  io_uring_sqe_set_data64(sqe, kIgnoreTag);
  int submitted = io_uring_submit_and_wait(&ring_, 1);
  while (submitted == -EINTR)
    submitted = io_uring_submit_and_wait(&ring_, 1);
  if (submitted < 0) return submitted;
  io_uring_cqe* cqe = nullptr;
  const int seen = io_uring_peek_cqe(&ring_, &cqe);
  if (seen < 0) return seen;
  const int result = cqe->res;
  io_uring_cqe_seen(&ring_, cqe);
  return result;
}

UringBackend::~UringBackend() {
  if (!is_open_) return;
  if (wake_armed_) {
    wake();
    while (wake_armed_) {
      const int result = io_uring_submit_and_wait(&ring_, 1);
      if (result < 0 && result != -EINTR && result != -EAGAIN && result != -EBUSY) break;
      reap(false);
    }
  }
  order_mappings();
  io_uring_queue_exit(&ring_);
}

io_uring_sqe* UringBackend::next_sqe() noexcept {
  io_uring_sqe* sqe = io_uring_get_sqe(&ring_);
  while (!sqe) {  // the submission ring is full
    io_uring_submit(&ring_);
    ++round_;
    sqe = io_uring_get_sqe(&ring_);
  }
  return sqe;
}

void UringBackend::start(Operation& operation) noexcept {
  if (operation.code() == Operation::Code::write_pipe) {
    const int result = perform(operation);
    if (result != -EAGAIN) {
      operation.complete(result, true);
      return;
    }
    operation.is_polling = true;
  }
  if (in_flight_ >= kMaxInFlight - 8) {
    waiting_.push_back(&operation);
    return;
  }
  begin(operation);
}

void UringBackend::begin(Operation& operation) noexcept {
  ++in_flight_;
  if (!operation.waits_for_others()) ++at_workers_;
  submit(operation);
}

void UringBackend::submit(Operation& operation) noexcept {
  io_uring_sqe* sqe = next_sqe();
  if (operation.is_polling) {
    io_uring_prep_poll_add(sqe, operation.fd(), static_cast<unsigned>(operation.awaited_events()));
  } else {
    prepare(operation, sqe);
  }
  io_uring_sqe_set_data(sqe, &operation);
  operation.mark = round_;
}

void UringBackend::cancel(Operation& operation) noexcept {
  const auto queued = std::find(waiting_.begin(), waiting_.end(), &operation);
  if (queued != waiting_.end()) {
    waiting_.erase(queued);
    operation.complete(-ECANCELED, false);
    return;
  }
  io_uring_sqe* sqe = next_sqe();
  io_uring_prep_cancel(sqe, &operation, 0);
  io_uring_sqe_set_data64(sqe, kIgnoreTag);
}

void UringBackend::arm_wake() noexcept {
  if (wake_armed_) return;
  io_uring_sqe* sqe = next_sqe();
  io_uring_prep_read(sqe, wake_fd_.get(), &wake_count_, sizeof wake_count_, Operation::kStream);
  io_uring_sqe_set_data64(sqe, kWakeTag);
  wake_armed_ = true;
}

void UringBackend::wake() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(wake_fd_.get(), &one, sizeof one);
}

void UringBackend::poll(std::optional<TimePoint> deadline) {
  arm_wake();
  if (io_uring_sq_ready(&ring_) > 0) {
    io_uring_submit_and_get_events(&ring_);
    const bool found = reap(true) > 0;
    ++round_;
    if (found) return;
  }
  if (at_workers_ > 0) arm_timer();
  if (deadline && *deadline <= Clock::now()) {
    // Nothing may block: take what is there, but spare the system call when nothing is under way.
    if (in_flight_ > 0) io_uring_get_events(&ring_);
    reap(false);
    return;
  }
  wait(deadline);
  reap(false);
}

void UringBackend::wait(std::optional<TimePoint> deadline) noexcept {
  if (!deadline) {
    io_uring_submit_and_wait(&ring_, 1);
    return;
  }
  __kernel_timespec limit = to_timespec(*deadline - Clock::now());
  io_uring_cqe* cqe = nullptr;
  io_uring_submit_and_wait_timeout(&ring_, &cqe, 1, &limit, nullptr);
}

void UringBackend::arm_timer() noexcept {
  if (std::exchange(timer_armed_, true)) return;
  any_finished_ = false;
  io_uring_sqe* sqe = next_sqe();
  io_uring_prep_timeout(sqe, &patience_, 0, 0);
  io_uring_sqe_set_data64(sqe, kTimerTag);
}

// Asks for nothing that has to be done, but not without a worker.
void UringBackend::on_timer() noexcept {
  timer_armed_ = false;
  if (at_workers_ == 0 || any_finished_) return;
  io_uring_sqe* sqe = next_sqe();
  io_uring_prep_nop(sqe);
  io_uring_sqe_set_flags(sqe, IOSQE_ASYNC);
  io_uring_sqe_set_data64(sqe, kIgnoreTag);
}

std::size_t UringBackend::reap(bool immediate) noexcept {
  std::size_t total = 0;
  io_uring_cqe* batch[64];
  for (;;) {
    const unsigned got = io_uring_peek_batch_cqe(&ring_, batch, 64);
    if (got == 0) break;
    for (unsigned i = 0; i < got; ++i) {
      const std::uint64_t tag = io_uring_cqe_get_data64(batch[i]);
      const int result = batch[i]->res;
      if (tag == kWakeTag) wake_armed_ = false;
      if (tag == kTimerTag) on_timer();
      if (tag <= kTimerTag) continue;
      auto& operation = *static_cast<Operation*>(io_uring_cqe_get_data(batch[i]));
      finish(operation, result, immediate && operation.mark == round_);
    }
    io_uring_cq_advance(&ring_, got);
    total += got;
  }
  start_waiting();
  return total;
}

void UringBackend::finish(Operation& operation, int result, bool immediate) noexcept {
  const bool is_ready = std::exchange(operation.is_polling, false) && result >= 0;
  if (is_ready) result = operation.code() == Operation::Code::write_pipe ? perform(operation) : -EINTR;
  operation.is_polling = result == -EAGAIN && operation.is_non_blocking();
  const bool again =
      result == -EINTR || operation.is_polling || (result == -EAGAIN && !operation.is_stream());
  if (again && !operation.is_cancel_wanted()) {
    submit(operation);
    return;
  }
  --in_flight_;
  if (!operation.waits_for_others()) {
    --at_workers_;
    any_finished_ = true;
  }
  operation.complete(again ? -ECANCELED : result, immediate);
}

void UringBackend::start_waiting() noexcept {
  while (!waiting_.empty() && in_flight_ < kMaxInFlight - 8) {
    Operation& operation = *waiting_.front();
    waiting_.pop_front();
    begin(operation);
  }
}

}  // namespace

Result<std::unique_ptr<Backend>> make_uring_backend(int share, std::vector<std::string>* tried) {
  const unsigned workers = std::max(4U, kMaxWorkers / static_cast<unsigned>(std::max(1, share)));
  int last = -ENOSYS;
  for (const Rung& rung : kLadder) {
    auto backend = std::make_unique<UringBackend>();
    last = backend->open(rung.flags, workers);
    if (last == 0) return std::unique_ptr<Backend>(std::move(backend));
    if (tried) tried->push_back(std::string("io_uring with ") + rung.name + ": " + base::errno_text(-last));
  }
  return Error(ErrorCode::unsupported, "io_uring is not available: " + base::errno_text(-last), -last);
}

}  // namespace weir::io
