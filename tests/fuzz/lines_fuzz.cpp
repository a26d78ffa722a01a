// Cutting text into lines: the whole scan with tiny chunks, on files and pipes, against a plain split. Input:
// a byte for the chunk's size, one for what is asked, then the text.
#include <sys/mman.h>
#include <unistd.h>

#include <vector>

#include "fuzz_input.hpp"
#include "weir/grep.hpp"

namespace {

using weir::fuzz::Input;
using weir::fuzz::require;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) { require(fd >= 0, "no descriptor"); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(fd_); }
  int get() const { return fd_; }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

void write_all(int fd, const std::string& text) {
  require(::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()), "short write");
}

std::string read_all(int fd) {
  std::string text;
  char buffer[4096];
  ::lseek(fd, 0, SEEK_SET);
  for (ssize_t got = 0; (got = ::read(fd, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(got));
  return text;
}

// As `weir grep -nb`, with or without -v, of the lines that hold an 'a'.
std::string expected(const std::string& text, bool invert, std::uint64_t limit) {
  std::string lines;
  std::uint64_t number = 1;
  for (std::size_t begin = 0; begin < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    if ((line.find('a') == std::string::npos) == invert && limit > 0) {
      --limit;
      lines += std::to_string(number) + ":" + std::to_string(begin) + ":" + line + "\n";
    }
    begin = end + 1;
  }
  return lines;
}

std::string scan(weir::GrepOptions options, const std::string& text, bool piped) {
  const Descriptor output(::memfd_create("output", MFD_CLOEXEC));
  options.output_fd = output.get();
  if (piped) {
    int ends[2];
    require(::pipe(ends) == 0, "no pipe");
    const Descriptor from(ends[0]);
    {
      const Descriptor into(ends[1]);
      write_all(into.get(), text);
    }
    options.paths = {from.path()};
    require(static_cast<bool>(weir::grep(options)), "the scan fails");
  } else {
    const Descriptor file(::memfd_create("input", MFD_CLOEXEC));
    write_all(file.get(), text);
    options.paths = {file.path()};
    require(static_cast<bool>(weir::grep(options)), "the scan fails");
  }
  return read_all(output.get());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  weir::GrepOptions options;
  options.chunk_bytes = 1 + input.byte();
  const unsigned choice = input.byte();
  const std::string text = input.rest();
  if (text.size() > 16384) return -1;
  options.patterns = {"a"};
  options.invert = (choice & 1) != 0;
  options.jobs = static_cast<int>(1 + (choice >> 1 & 3));
  options.io = (choice & 16) != 0 ? "threads" : "sim:" + std::to_string(choice);
  if ((choice & 32) != 0) options.limit = choice >> 6;
  if ((choice & 64) != 0) options.engine = "pcre2";
  options.line_numbers = true;
  options.byte_offsets = true;
  options.decompress = false;
  options.handle_signals = false;
  const std::string found = scan(options, text, (choice & 8) != 0);
  require(found == expected(text, options.invert, options.limit), "these are other lines");
  return 0;
}
