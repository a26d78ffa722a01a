#include "transform/jq/libjq_guard.hpp"

#include <csetjmp>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <utility>

namespace weir::transform::jq {

namespace {

// Where this thread goes on when libjq gives up.
thread_local sigjmp_buf* landing = nullptr;

struct sigaction previous_action;

void on_abort(int signal) {
  if (landing) siglongjmp(*landing, static_cast<int>(LibjqFailure::assertion));
  sigaction(signal, &previous_action, nullptr);
  raise(signal);
}

void install_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action {};
    action.sa_handler = &on_abort;
    action.sa_flags = SA_NODEFER | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGABRT, &action, &previous_action);
  });
}

}  // namespace

LibjqFailure guard_libjq(LibjqBody body, void* data) {
  install_handler();
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
