#include "input/map_guard.hpp"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>

namespace weir::input {

// `end` is 0 as long as the rest of it means nothing.
struct WatchedRange {
  std::atomic<bool> is_taken{false};
  std::atomic<bool> is_damaged{false};
  std::atomic<std::uintptr_t> begin{0};
  std::atomic<std::uintptr_t> end{0};
};

namespace {

constinit std::array<WatchedRange, 512> ranges{};
constinit std::atomic<bool> is_installed{false};
constinit std::uintptr_t page_bytes = 4096;
constinit struct ::sigaction previous = {};

WatchedRange* claim(std::uintptr_t begin, std::uintptr_t end) noexcept {
  for (WatchedRange& range : ranges) {
    if (range.is_taken.load(std::memory_order_relaxed) || range.is_taken.exchange(true)) continue;
    range.begin = begin;
    range.is_damaged = false;
    range.end = end;
    return &range;
  }
  return nullptr;
}

// Whether the address lies in a watched range, which now can be read from there on.
bool mend(std::uintptr_t address) noexcept {
  for (WatchedRange& range : ranges) {
    const std::uintptr_t end = range.end;
    if (address >= end || address < range.begin) continue;
    const std::uintptr_t begin = address / page_bytes * page_bytes;
    range.is_damaged = true;
    void* const zeros = ::mmap(reinterpret_cast<void*>(begin), end - begin, PROT_READ,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
    return zeros != MAP_FAILED;
  }
  return false;
}

// As if there were no handler of ours.
void hand_on(int number, ::siginfo_t* info, void* context) noexcept {
  if ((previous.sa_flags & SA_SIGINFO) != 0) return previous.sa_sigaction(number, info, context);
  const bool was_sent = info->si_code <= 0;
  if (previous.sa_handler == SIG_IGN && was_sent) return;
  if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) return previous.sa_handler(number);
  // What faulted is tried again, and ends the process.
  struct ::sigaction standard = {};
  standard.sa_handler = SIG_DFL;
  ::sigaction(number, &standard, nullptr);
  if (was_sent) ::raise(number);
}

void on_fault(int number, ::siginfo_t* info, void* context) noexcept {
  const int error = errno;
  const bool is_fault = info->si_code > 0;
  if (!is_fault || !mend(reinterpret_cast<std::uintptr_t>(info->si_addr))) hand_on(number, info, context);
  errno = error;
}

bool install_handler() noexcept {
  page_bytes = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  struct ::sigaction action = {};
  action.sa_sigaction = &on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  ::sigemptyset(&action.sa_mask);
  if (::sigaction(SIGBUS, nullptr, &previous) != 0) return false;
  return ::sigaction(SIGBUS, &action, nullptr) == 0;
}

}  // namespace

MapGuard::MapGuard(const char* begin, const char* end) noexcept
    : range_(is_installed
                 ? claim(reinterpret_cast<std::uintptr_t>(begin), reinterpret_cast<std::uintptr_t>(end))
                 : nullptr) {}

MapGuard::~MapGuard() {
  if (!range_) return;
  range_->end = 0;
  range_->is_taken = false;
}

bool MapGuard::is_damaged() const noexcept {
  return range_->is_damaged;
}

bool MapGuard::install() noexcept {
  static const bool done = install_handler();
  is_installed = done;
  return done;
}

}  // namespace weir::input
