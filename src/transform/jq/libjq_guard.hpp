// Calls into libjq that may end in abort(): a failed assertion, or memory that is not to be had.
//
// libjq's frames are left by a long jump, as POSIX allows from a handler of SIGABRT; what they owned is lost,
// and the objects that they worked on must not be used again. Frames between the guard and libjq must not own
// anything. Other threads' and everybody else's aborts stay what they are.
#pragma once

namespace weir::transform::jq {

enum class LibjqFailure { none, assertion, memory };

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
