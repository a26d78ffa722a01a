// The sockets of the monitor: where they are, and how to get at one.
#pragma once

#include <string>
#include <vector>

#include "base/unique_fd.hpp"
#include "weir/error.hpp"

namespace weir::monitor {

// Where sockets may be: the first is where new ones go.
std::vector<std::string> socket_folders();
std::string socket_name(std::uint64_t pid);

// Listens at `path`, with mode 0600 from the start. What a dead process left there is replaced.
Result<base::UniqueFd> listen_at(const std::string& path);

// Removes the socket at `path` if nobody listens there, and nobody is about to: it has been there a while.
void remove_left_over(const std::string& path) noexcept;

// Connects, gives up on anything that takes longer than `seconds`, and makes sure that this user or root is
// at the other end.
Result<base::UniqueFd> connect_to(const std::string& path, int seconds);

// Of whom the other end is, or -1.
long peer_user(int fd) noexcept;
void limit_waits(int fd, int seconds) noexcept;

// All of `text`; false on any failure.
bool send_all(int fd, std::string_view text) noexcept;

}  // namespace weir::monitor
