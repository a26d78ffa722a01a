#include "base/resident_memory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include "base/unique_fd.hpp"

namespace weir::base {

// The second number of /proc/self/statm, in pages.
std::size_t resident_bytes() noexcept {
  const UniqueFd file(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  char text[128];
  const ssize_t got = file ? ::read(file.get(), text, sizeof text - 1) : -1;
  if (got <= 0) return 0;
  text[got] = '\0';
  char* resident = nullptr;
  std::strtoull(text, &resident, 10);
  return static_cast<std::size_t>(std::strtoull(resident, nullptr, 10)) *
         static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace weir::base
