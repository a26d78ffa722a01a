// How a failed operation becomes an exception.
#pragma once

#include <string>
#include <system_error>

namespace weir::io {

// `result` is the -errno of an Operation: throws std::system_error "NAME: WHAT: reason".
[[noreturn]] inline void fail(int result, const std::string& name, const char* what) {
  throw std::system_error(-result, std::generic_category(), name + ": " + what);
}

}  // namespace weir::io
