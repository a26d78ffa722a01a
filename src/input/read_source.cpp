#include "input/read_source.hpp"

#include <cerrno>

#include "input/archive_reader.hpp"
#include "io/operation.hpp"

namespace weir::input {

Coro<int> read_source(const Source* source, char* into, std::uint32_t length, std::uint64_t offset,
                      bool* immediate) {
  if (source->archive) co_return co_await source->archive->read(into, length);
  if (source->is_regular) {
    io::Operation read = io::Operation::read(source->fd, into, length, offset);
    const int got = co_await read;
    *immediate = read.was_immediate();
    co_return got;
  }
  for (;;) {
    io::Operation readable = io::Operation::poll_in(source->fd);
    const int polled = co_await readable;
    if (polled < 0 && polled != -EPERM) co_return polled;  // EPERM: a device that cannot be polled
    io::Operation read = io::Operation::read(source->fd, into, length, io::Operation::kStream);
    const int got = co_await read;
    if (got != -EAGAIN) co_return got;
  }
}

}  // namespace weir::input
