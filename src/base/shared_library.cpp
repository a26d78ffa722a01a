#include "base/shared_library.hpp"

#include <dlfcn.h>

namespace weir::base {

SharedLibrary::SharedLibrary(const char* file, std::string_view purpose, std::string_view library,
                             std::string_view package)
    : file_(file), handle_(dlopen(file, RTLD_LAZY | RTLD_LOCAL)) {
  if (handle_) return;
  error_.append(purpose).append(" needs ").append(library).append(" (").append(file_);
  error_.append("), which is not installed. On Debian: apt-get install ").append(package);
}

void* SharedLibrary::find(const char* name) {
  void* const found = handle_ ? dlsym(handle_, name) : nullptr;
  if (!found && error_.empty())
    error_.append(file_).append(" has no ").append(name).append(": weir needs another version of it");
  return found;
}

bool SharedLibrary::has(const char* name) const noexcept {
  return handle_ && dlsym(handle_, name) != nullptr;
}

}  // namespace weir::base
