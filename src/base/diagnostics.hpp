// Messages for the person who runs the program: one line each on stderr, `weir: ` in front.
//
// Thread-safe. One object a run; it also remembers whether anything went wrong, for the exit status.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace weir::base {

class Diagnostics {
 public:
  using Writer = std::function<void(std::string_view line)>;

  // `writer` gets each finished line with its newline, one call at a time.
  explicit Diagnostics(Writer writer);

  // A failure: the run goes on, the exit status becomes 2. `text` names file and reason.
  void error(std::string_view text);

  // The same for a file that could not be opened or read: counted, but silent under -s.
  void file_error(std::string_view text);

  // Worth saying, no failure.
  void note(std::string_view text);

  // What a program of the user's writes to stderr.
  void as_it_is(std::string_view text);

  void set_file_errors_silent(bool silent) noexcept { silent_ = silent; }
  bool any_error() const noexcept { return errors_.load(std::memory_order_relaxed) > 0; }

 private:
  void write(std::string_view text);

  std::mutex mutex_;
  Writer writer_;
  std::atomic<long> errors_{0};
  bool silent_ = false;
};

// `text` with control bytes (all below 0x20 but tab, 0x7f, and C1 controls in UTF-8) written as \xHH,
// so that nothing a log or a file name contains can act on a terminal. Appends to `out`.
void append_escaped(std::string& out, std::string_view text);
std::string escaped(std::string_view text);

// "No such file or directory" for an errno value; thread-safe.
std::string errno_text(int sys_errno);

}  // namespace weir::base
