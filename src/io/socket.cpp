#include "weir/socket.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/unique_fd.hpp"
#include "io/failure.hpp"
#include "io/operation.hpp"
#include "weir/time.hpp"

namespace weir {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{1};
constexpr milliseconds kLongestPause{50};
constexpr int kMaxTries = 50;  // about two seconds

const sockaddr* generic(const sockaddr_un& address) noexcept {
  return static_cast<const sockaddr*>(static_cast<const void*>(&address));
}

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty()) io::fail(-ENOENT, path, "socket");
  if (path.size() >= sizeof address.sun_path) io::fail(-ENAMETOOLONG, path, "socket");
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

base::UniqueFd new_socket(const std::string& path, int type = SOCK_STREAM) {
  base::UniqueFd fd(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) io::fail(-errno, path, "socket");
  return fd;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return path.substr(0, std::max<std::size_t>(1, slash));
}

// Keeps those who look for a dead program's socket at the same time apart: the second would unlink the socket
// that the first has just made. Without rights to read the directory, or when somebody else keeps it locked,
// it does without.
Coro<base::UniqueFd> lock_directory(std::string path) {
  base::UniqueFd fd(::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  milliseconds pause = kFirstPause;
  for (int tries = 0; fd && tries < kMaxTries; ++tries) {
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) break;
    co_await sleep(pause);
    pause = std::min(2 * pause, kLongestPause);
  }
  co_return fd;
}

// Whether a program holds the socket now. Asked with a datagram socket, which a stream socket refuses as
// being of the wrong type: a connection would have to be accepted by the other program.
bool is_alive(const sockaddr_un& address, const std::string& path) {
  const base::UniqueFd probe = new_socket(path, SOCK_DGRAM);
  return ::connect(probe.get(), generic(address), sizeof address) == 0 || errno != ECONNREFUSED;
}

void unlink_dead_socket(const sockaddr_un& address, const std::string& path) {
  struct ::stat found = {};
  if (::lstat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return;
    io::fail(-errno, path, "listen");
  }
  if (!S_ISSOCK(found.st_mode)) io::fail(-EEXIST, path, "listen");
  if (is_alive(address, path)) io::fail(-EADDRINUSE, path, "listen");
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) io::fail(-errno, path, "listen");
}

Stream make_stream(base::UniqueFd fd, const std::string& name) {
  return Stream(fd.release(), true, name);
}

}  // namespace

UnixListener::UnixListener(UnixListener&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      path_(std::move(other.path_)),
      device_(other.device_),
      inode_(other.inode_) {}

UnixListener& UnixListener::operator=(UnixListener&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  std::swap(device_, other.device_);
  std::swap(inode_, other.inode_);
  return *this;
}

UnixListener::~UnixListener() {
  if (fd_ < 0) return;
  unlink_own();
  ::close(fd_);
}

Coro<UnixListener> UnixListener::listen(std::string path) {
  UnixListener listener = co_await listen(std::move(path), Options());
  co_return listener;
}

Coro<UnixListener> UnixListener::listen(std::string path, Options options) {
  const sockaddr_un address = address_of(path);
  const base::UniqueFd lock = co_await lock_directory(path);
  base::UniqueFd fd = new_socket(path);
  // The path inherits the mode of the unbound socket, so that it is never open to others, not for a moment.
  if (::fchmod(fd.get(), options.mode) != 0) io::fail(-errno, path, "listen");
  unlink_dead_socket(address, path);
  if (::bind(fd.get(), generic(address), sizeof address) != 0) io::fail(-errno, path, "listen");
  UnixListener listener(fd.release(), std::move(path));
  struct ::stat made = {};
  if (::lstat(listener.path_.c_str(), &made) == 0) {
    listener.device_ = made.st_dev;
    listener.inode_ = made.st_ino;
  }
  if (::listen(listener.fd_, options.backlog) != 0) io::fail(-errno, listener.path_, "listen");
  co_return listener;
}

Coro<Stream> UnixListener::accept() {
  io::Operation accept = io::Operation::accept(fd_);
  const int fd = co_await accept;
  if (fd < 0) io::fail(fd, path_, "accept");
  co_return make_stream(base::UniqueFd(fd), path_);
}

Coro<void> UnixListener::close() {
  if (fd_ < 0) co_return;
  unlink_own();
  const int fd = std::exchange(fd_, -1);
  io::Operation close = io::Operation::close(fd);
  const int result = co_await close;
  if (result < 0) io::fail(result, path_, "close");
}

void UnixListener::unlink_own() noexcept {
  struct ::stat found = {};
  if (::lstat(path_.c_str(), &found) != 0) return;
  if (found.st_dev == device_ && found.st_ino == inode_) ::unlink(path_.c_str());
}

Coro<Stream> connect_unix(std::string path) {
  const sockaddr_un address = address_of(path);
  base::UniqueFd fd = new_socket(path);
  milliseconds pause = kFirstPause;
  for (;;) {
    io::Operation connect = io::Operation::connect(fd.get(), generic(address), sizeof address);
    const int result = co_await connect;
    if (result == 0) break;
    if (result != -EAGAIN) io::fail(result, path, "connect");
    co_await sleep(pause);  // the backlog is full, and nothing tells when it is not
    pause = std::min(2 * pause, kLongestPause);
  }
  co_return make_stream(std::move(fd), path);
}

SocketPair make_socket_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
    io::fail(-errno, "socket pair", "create");
  return SocketPair(make_stream(base::UniqueFd(ends[0]), "socket pair"),
                    make_stream(base::UniqueFd(ends[1]), "socket pair"));
}

PeerIdentity peer_of(const Stream& socket) {
  ucred found{};
  socklen_t length = sizeof found;
  if (::getsockopt(socket.fd(), SOL_SOCKET, SO_PEERCRED, &found, &length) != 0)
    io::fail(-errno, socket.name(), "peer");
  PeerIdentity peer;
  peer.pid = found.pid;
  peer.user = found.uid;
  peer.group = found.gid;
  return peer;
}

}  // namespace weir
