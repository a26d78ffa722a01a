// Stream: one end of a pipe or of a connected socket, asynchronously.
//
//   weir::Coro<void> echo(weir::Stream peer) {
//     weir::LineReader requests = peer.lines();
//     while (auto line = co_await requests.next()) {
//       const std::string answer = std::string(*line) + "\n";
//       co_await peer.write_all(answer);
//     }
//     co_await peer.close();
//   }
//
// Purpose: bytes in order between tasks, processes or programs; weir/pipe.hpp, weir/socket.hpp and
// weir/process.hpp make them.
// Ownership: a Stream owns its descriptor, which is closed in every child process. One task may read while
// another writes; two readers, or two writers, at once are the caller's mistake. Nobody may await on a stream
// that is closed, moved or destroyed meanwhile: cancel and join them first. What is written must stay alive
// until the write has returned.
// Threads: it belongs to the loop that made it; waiting suspends the task, never the thread.
// Cancellation: a read that is cancelled while it waits takes nothing from the stream; bytes that had already
// arrived are returned, and the cancellation is delivered at the next suspension point. A cancelled write may
// have written a part of the data, nobody knows how much.
// Errors: std::system_error, with the stream's name in the message. Writing to a peer that has gone is EPIPE;
// no SIGPIPE is raised, whatever the program does with that signal.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "weir/lines.hpp"
#include "weir/loop.hpp"

namespace weir {

class Stream {
 public:
  static constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

  Stream() noexcept = default;
  Stream(Stream&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), is_socket_(other.is_socket_), name_(std::move(other.name_)) {}
  Stream& operator=(Stream&& other) noexcept;
  ~Stream();  // closes without waiting, if close() was not awaited

  bool is_open() const noexcept { return fd_ >= 0; }
  // What it is, for messages: a socket's path, "pipe", "stdout of PROGRAM".
  const std::string& name() const noexcept { return name_; }

  // Waits for at least one byte and gives what is there, at most buffer.size(); 0 when the other side has
  // closed, and for an empty buffer.
  Coro<std::size_t> read_some(std::span<char> buffer);

  // Fills the buffer; fewer bytes only when the other side has closed before.
  Coro<std::size_t> read(std::span<char> buffer);

  // All that comes until the other side closes. std::length_error once it is more than `max_bytes`.
  Coro<std::string> read_all(std::size_t max_bytes = kUnlimited);

  // All of `data`, however slowly the other side takes it.
  Coro<void> write_all(std::string_view data);

  // Tells the other side that nothing more will come; reading goes on. A pipe is closed by it.
  Coro<void> shutdown_write();

  // Idempotent.
  Coro<void> close();

  // Reads line by line, in a buffer of its own: until the reader is dropped, read through it only. The stream
  // must outlive it.
  LineReader lines(const LineOptions& options = {});

  // Runtime only: takes a descriptor that must be non-blocking and closed in children.
  Stream(int fd, bool is_socket, std::string name) noexcept
      : fd_(fd), is_socket_(is_socket), name_(std::move(name)) {}
  int fd() const noexcept { return fd_; }

 private:
  int fd_ = -1;
  bool is_socket_ = false;
  std::string name_;
};

}  // namespace weir
