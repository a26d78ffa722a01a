// Calls into libjq that may end in abort(): a failed assertion, or memory that is not to be had; or that run
// out of stack, because libjq goes into values by recursion.
//
// libjq's frames are left by a long jump, as POSIX allows from a handler of SIGABRT, and Linux from one of
// SIGSEGV that has a stack of its own; what they owned is lost, and the objects that they worked on must not
// be used again. Frames between the guard and libjq must not own anything. Any other fault in libjq ends the
// process with a word about it. Other threads' and everybody else's signals stay what they are.
#pragma once

namespace weir::transform::jq {

enum class LibjqFailure { none, assertion, memory, stack };

using LibjqBody = void (*)(void* data);

// Runs body(data) to its end, or to a failure in it.
LibjqFailure guard_libjq(LibjqBody body, void* data);

// For jq_set_nomem_handler().
void on_libjq_memory_exhausted(void*);

// While libjq has called back: what aborts there is not its failure.
class LibjqGuardPause {
 public:
  LibjqGuardPause() noexcept;
  ~LibjqGuardPause();
  LibjqGuardPause(const LibjqGuardPause&) = delete;
  LibjqGuardPause& operator=(const LibjqGuardPause&) = delete;

 private:
  void* landing_;
};

}  // namespace weir::transform::jq
