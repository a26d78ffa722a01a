#include "monitor/socket.hpp"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/diagnostics.hpp"

namespace weir::monitor {

namespace {

Error failed(const std::string& path, int number) {
  return Error(ErrorCode::io, path + ": " + base::errno_text(number), number);
}

// False when the path does not fit.
bool fill(sockaddr_un& address, const std::string& path) noexcept {
  address = {};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.data(), path.size());
  return true;
}

int bind_to(int fd, const sockaddr_un& address) noexcept {
  const auto* const any = reinterpret_cast<const sockaddr*>(&address);
  return ::bind(fd, any, sizeof address) == 0 ? 0 : errno;
}

bool is_left_over(const sockaddr_un& address) noexcept {
  const base::UniqueFd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto* const any = reinterpret_cast<const sockaddr*>(&address);
  return probe && ::connect(probe.get(), any, sizeof address) != 0 && errno == ECONNREFUSED;
}

}  // namespace

std::vector<std::string> socket_folders() {
  std::vector<std::string> folders;
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  struct ::stat info = {};
  if (runtime && *runtime == '/' && ::stat(runtime, &info) == 0 && S_ISDIR(info.st_mode))
    folders.emplace_back(runtime);
  if (folders.empty() || folders.front() != "/tmp") folders.emplace_back("/tmp");
  return folders;
}

std::string socket_name(std::uint64_t pid) {
  return "weir-" + std::to_string(pid) + ".sock";
}

Result<base::UniqueFd> listen_at(const std::string& path) {
  sockaddr_un address;
  if (!fill(address, path)) return failed(path, ENAMETOOLONG);
  base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // The file that bind() makes takes the mode of the socket (unix(7) has it from the umask only).
  if (!fd || ::fchmod(fd.get(), S_IRUSR | S_IWUSR) != 0) return failed(path, errno);
  int bound = bind_to(fd.get(), address);
  if (bound == EADDRINUSE && is_left_over(address) && ::unlink(path.c_str()) == 0)
    bound = bind_to(fd.get(), address);
  if (bound != 0) return failed(path, bound);
  struct ::stat info = {};
  constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
  const bool is_ours = ::lstat(path.c_str(), &info) == 0 && (info.st_mode & kOthers) == 0;
  if (!is_ours || ::listen(fd.get(), 16) != 0) {
    const int number = is_ours ? errno : EACCES;
    ::unlink(path.c_str());
    return failed(path, number);
  }
  return fd;
}

void remove_left_over(const std::string& path) noexcept {
  constexpr time_t kSeconds = 10;  // from bind() to listen(), by far
  sockaddr_un address;
  struct ::stat info = {};
  const bool is_old = ::lstat(path.c_str(), &info) == 0 && ::time(nullptr) - info.st_mtime > kSeconds;
  if (is_old && fill(address, path) && is_left_over(address)) ::unlink(path.c_str());
}

long peer_user(int fd) noexcept {
  ucred peer{};
  socklen_t size = sizeof peer;
  const int got = ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
  return got == 0 ? static_cast<long>(peer.uid) : -1;
}

void limit_waits(int fd, int seconds) noexcept {
  const timeval limit{seconds, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

Result<base::UniqueFd> connect_to(const std::string& path, int seconds) {
  sockaddr_un address;
  if (!fill(address, path)) return failed(path, ENAMETOOLONG);
  base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return failed(path, errno);
  limit_waits(fd.get(), seconds);
  const auto* const any = reinterpret_cast<const sockaddr*>(&address);
  if (::connect(fd.get(), any, sizeof address) != 0) return failed(path, errno);
  const long user = peer_user(fd.get());
  if (user != static_cast<long>(::geteuid()) && user != 0 && ::geteuid() != 0) return failed(path, EACCES);
  return fd;
}

bool send_all(int fd, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace weir::monitor
