// What can go wrong, as a value.
//
//   const weir::Result<weir::GrepSummary> summary = weir::grep(options);
//   if (!summary) std::fprintf(stderr, "%s\n", summary.error().what.c_str());
//
// The scans (weir/grep.hpp, weir/jq.hpp) return Result<T> when they fail for reasons outside the program: a
// bad pattern, a missing file. In the runtime errors are exceptions: they leave the coroutine for whoever
// awaits it.
//
// Ownership: a Result owns its value or error.
// Threads: any, one at a time, like a std::string.
// Cancellation: does not concern it.
// Errors: value() of an error and error() of a value are std::bad_variant_access.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace weir {

enum class ErrorCode {
  io,            // a system call failed; sys_errno says how
  bad_pattern,   // a regular expression or glob does not parse
  bad_argument,  // a value outside what the call accepts
  unsupported,   // valid, but not available in this build or on this machine
};

struct Error {
  Error(ErrorCode code_, std::string what_, int sys_errno_ = 0)
      : code(code_), what(std::move(what_)), sys_errno(sys_errno_) {}

  ErrorCode code;
  std::string what;  // one line, no final newline; names the file or option concerned
  int sys_errno;     // positive errno, or 0
};

// A value or an Error. value() and error() may only be called on the matching alternative
// (std::bad_variant_access otherwise).
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace weir
