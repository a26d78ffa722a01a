// The seam to the kernel. A Backend carries out Operations for one loop; all of it runs on that loop's
// thread, wake() excepted. EINTR is retried here and nowhere else, and so is EAGAIN for regular files.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "io/operation.hpp"
#include "weir/error.hpp"
#include "weir/loop.hpp"

namespace weir::io {

class Backend : public detail::Driver {
 public:
  // Begins the operation; complete() follows from a later poll(). May carry it out at once.
  virtual void start(Operation& operation) noexcept = 0;

  // Tries to end it early. complete() follows all the same, with -ECANCELED or the real result.
  virtual void cancel(Operation& operation) noexcept = 0;
};

// Every loop made by this layer is driven by a Backend.
inline Backend& backend_of(Loop& loop) noexcept {
  return static_cast<Backend&>(loop.driver());
}

enum class BackendKind { automatic, uring, threads, simulated };

// "auto", "uring", "threads", "sim", "sim:SEED" or "sim:SEED:N" (the N-th operation fails); bad_argument
// otherwise.
struct BackendChoice {
  BackendKind kind = BackendKind::automatic;
  std::uint64_t seed = 1;     // simulated only
  std::uint64_t fail_at = 0;  // simulated only: this operation fails, from 1; 0 = none
  int share = 1;              // how many loops of this kind the process runs: worker limits are divided by it
};
Result<BackendChoice> parse_backend_choice(std::string_view text);

// The chosen backend, for the calling thread. Automatic tries io_uring, then threads; a forced io_uring that
// the machine does not allow is an Error (unsupported) with the reason. `tried`, when given, receives one
// line for every rung that failed.
Result<std::unique_ptr<Backend>> make_backend(const BackendChoice& choice,
                                              std::vector<std::string>* tried = nullptr);

// One factory a backend.
Result<std::unique_ptr<Backend>> make_uring_backend(int share, std::vector<std::string>* tried);
std::unique_ptr<Backend> make_threads_backend(int share);

}  // namespace weir::io
