#include "cli/text_file.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <vector>

namespace weir::cli {

int read_text_file(const std::string& path, std::string& text, std::size_t most) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"), &std::fclose);
  if (!file) return errno;
  std::vector<char> buffer(65536);
  while (text.size() <= most) {
    const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get());
    text.append(buffer.data(), got);
    if (got < buffer.size()) return std::ferror(file.get()) ? errno : 0;
  }
  return EFBIG;
}

}  // namespace weir::cli
