// Standard error for people: messages, and a progress line that gets out of their way. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace weir::cli {

class ErrorOutput {
 public:
  // A finished line, newline included.
  void message(std::string_view line);
  // Shows `line` in place of the one before; "" clears it.
  void progress(std::string_view line);

 private:
  std::mutex mutex_;
  bool shown_ = false;
};

// Whether output to `fd` should be coloured when the user leaves it to us: a terminal that can, and no
// NO_COLOR.
bool wants_color(int fd);
bool is_terminal(int fd);
// A terminal that knows how to move the cursor.
bool can_redraw(int fd);
// `text` with all that a terminal would act on in its place.
std::string printable(std::string_view text);

}  // namespace weir::cli
