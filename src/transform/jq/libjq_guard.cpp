#include "transform/jq/libjq_guard.hpp"

#include <pthread.h>
#include <unistd.h>

#include <csetjmp>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

namespace weir::transform::jq {

namespace {

constexpr int kCrashed = 5;  // exit status, as of a program that fails

// Where this thread goes on when libjq gives up.
thread_local sigjmp_buf* landing = nullptr;

struct sigaction previous_abort;
struct sigaction previous_fault;

// Where a handler runs when the stack of its thread is used up, and which addresses say that it is.
class SpareStack {
 public:
  SpareStack() {
    stack_t before;
    is_ours_ = sigaltstack(nullptr, &before) == 0 && (before.ss_flags & SS_DISABLE) != 0;
    if (is_ours_) {
      memory_ = std::make_unique<char[]>(kBytes);
      const stack_t ours = {.ss_sp = memory_.get(), .ss_flags = 0, .ss_size = kBytes};
      is_ours_ = sigaltstack(&ours, nullptr) == 0;
    }
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
    void* lowest = nullptr;
    std::size_t size = 0;
    if (pthread_attr_getstack(&attributes, &lowest, &size) == 0) lowest_ = static_cast<char*>(lowest);
    pthread_attr_destroy(&attributes);
  }
  ~SpareStack() {
    if (!is_ours_) return;
    stack_t none = {};
    none.ss_flags = SS_DISABLE;
    sigaltstack(&none, nullptr);
  }
  SpareStack(const SpareStack&) = delete;
  SpareStack& operator=(const SpareStack&) = delete;

  // Frames of libjq are small: they do not step over the pages in front of the stack.
  bool is_end_of_stack(const void* address) const noexcept {
    const auto* at = static_cast<const char*>(address);
    return lowest_ && at >= lowest_ - kNear && at < lowest_ + kNear;
  }

 private:
  static constexpr std::size_t kBytes = 64 * 1024;
  static constexpr std::ptrdiff_t kNear = 64 * 1024;

  bool is_ours_ = false;
  std::unique_ptr<char[]> memory_;
  const char* lowest_ = nullptr;
};

thread_local const SpareStack* spare_stack = nullptr;

void give_back(int signal, const struct sigaction& previous) {
  sigaction(signal, &previous, nullptr);
  raise(signal);
}

void on_abort(int signal) {
  if (landing) siglongjmp(*landing, static_cast<int>(LibjqFailure::assertion));
  give_back(signal, previous_abort);
}

void on_fault(int signal, siginfo_t* information, void*) {
  if (!landing) return give_back(signal, previous_fault);
  if (spare_stack && spare_stack->is_end_of_stack(information->si_addr))
    siglongjmp(*landing, static_cast<int>(LibjqFailure::stack));
  constexpr std::string_view kMessage = "weir: libjq crashed on this program: the run ends\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
  ::_exit(kCrashed);
}

void install_handlers() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action {};
    action.sa_handler = &on_abort;
    action.sa_flags = SA_NODEFER | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGABRT, &action, &previous_abort);
    action.sa_sigaction = &on_fault;
    action.sa_flags = SA_NODEFER | SA_ONSTACK | SA_SIGINFO;
    sigaction(SIGSEGV, &action, &previous_fault);
  });
  static thread_local const SpareStack spare;
  spare_stack = &spare;
}

}  // namespace

LibjqFailure guard_libjq(LibjqBody body, void* data) {
  install_handlers();
  sigjmp_buf here;
  const int failure = sigsetjmp(here, 0);
  if (failure != 0) {
    landing = nullptr;
    return static_cast<LibjqFailure>(failure);
  }
  struct Armed {
    explicit Armed(sigjmp_buf& place) noexcept { landing = &place; }
    ~Armed() { landing = nullptr; }
  };
  const Armed armed(here);
  body(data);
  return LibjqFailure::none;
}

LibjqGuardPause::LibjqGuardPause() noexcept : landing_(std::exchange(landing, nullptr)) {}

LibjqGuardPause::~LibjqGuardPause() {
  landing = static_cast<sigjmp_buf*>(landing_);
}

void on_libjq_memory_exhausted(void*) {
  if (landing) siglongjmp(*landing, static_cast<int>(LibjqFailure::memory));
}

}  // namespace weir::transform::jq
