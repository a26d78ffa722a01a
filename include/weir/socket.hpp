// Stream sockets of the AF_UNIX family: connections between programs of one machine.
//
//   weir::Coro<void> serve(weir::TaskGroup& group) {
//     weir::UnixListener listener = co_await weir::UnixListener::listen("/run/user/1000/app.sock");
//     for (;;) {
//       weir::Stream peer = co_await listener.accept();
//       group.spawn(echo(std::move(peer)));
//     }
//   }
//   weir::Stream server = co_await weir::connect_unix("/run/user/1000/app.sock");
//
// Purpose: a way into a running program that file permissions guard: the socket's mode is 0600 from its first
// moment on.
// Ownership: a listener owns its descriptor and its path, which close() and the destructor unlink while it is
// still the listener's own. Streams are as in weir/stream.hpp.
// Threads: each object belongs to the loop that made it.
// Cancellation: a cancelled accept() loses no connection: one that was taken already is returned, and the
// cancellation delivered at the next suspension point; otherwise it stays for the next accept().
// Errors: std::system_error with the path in the message.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "weir/stream.hpp"

namespace weir {

class UnixListener {
 public:
  struct Options {
    unsigned mode = 0600;  // of the socket, less the process's umask
    int backlog = 16;      // connections that wait to be accepted
  };

  // A socket that a dead program has left at `path` is replaced, whoever tries it at the same time; a living
  // one is EADDRINUSE, anything that is not a socket EEXIST, a path beyond 107 bytes ENAMETOOLONG.
  static Coro<UnixListener> listen(std::string path);
  static Coro<UnixListener> listen(std::string path, Options options);

  UnixListener() noexcept = default;
  UnixListener(UnixListener&& other) noexcept;
  UnixListener& operator=(UnixListener&& other) noexcept;
  ~UnixListener();

  bool is_open() const noexcept { return fd_ >= 0; }
  const std::string& path() const noexcept { return path_; }

  // The next connection. Several tasks may wait at once.
  Coro<Stream> accept();

  // Idempotent. Nobody may be waiting in accept().
  Coro<void> close();

 private:
  UnixListener(int fd, std::string path) noexcept : fd_(fd), path_(std::move(path)) {}
  void unlink_own() noexcept;

  int fd_ = -1;
  std::string path_;
  std::uint64_t device_ = 0;  // of the path, to know it again
  std::uint64_t inode_ = 0;
};

// Waits while the listener's backlog is full. ECONNREFUSED when nobody listens, ENOENT without a socket.
Coro<Stream> connect_unix(std::string path);

// Two connected ends.
struct SocketPair {
  SocketPair(Stream first_, Stream second_) noexcept : first(std::move(first_)), second(std::move(second_)) {}
  Stream first;
  Stream second;
};
SocketPair make_socket_pair();

// Who was at the other end of a socket when it connected.
struct PeerIdentity {
  std::int32_t pid = 0;
  std::uint32_t user = 0;
  std::uint32_t group = 0;
};
PeerIdentity peer_of(const Stream& socket);

}  // namespace weir
