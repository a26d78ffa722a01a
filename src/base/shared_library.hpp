// SharedLibrary: a library that is loaded when it is first needed, so that starting weir does without it.
//
// Never unloaded. Nothing else that is loaded sees its names. Whoever looks names up does so before other
// threads use what was found; after that any thread may.
#pragma once

#include <string>
#include <string_view>

namespace weir::base {

class SharedLibrary {
 public:
  // Loads `file`, a name as the linker looks for it. `purpose` is what needs `library`, and `package` brings
  // it on Debian: all for the error.
  SharedLibrary(const char* file, std::string_view purpose, std::string_view library,
                std::string_view package);

  // Null, and an error, when there is no such name.
  void* find(const char* name);
  // The same into a pointer to a function, or to data.
  template <typename Pointer>
  void find(const char* name, Pointer& found) {
    found = reinterpret_cast<Pointer>(find(name));
  }
  // The same for a name that other versions lack.
  bool has(const char* name) const noexcept;

  // Why it cannot be used; empty: it can.
  const std::string& error() const noexcept { return error_; }
  // As of dlopen(); null when it is not there.
  void* handle() const noexcept { return handle_; }

 private:
  std::string file_;
  void* handle_;
  std::string error_;
};

}  // namespace weir::base
