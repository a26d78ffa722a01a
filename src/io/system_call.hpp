// An Operation carried out by blocking system calls: what the backends without a ring share.
#pragma once

#include "io/operation.hpp"

namespace weir::io {

// Performs it and returns the result or -errno. EINTR is retried. poll_in is not for this.
int perform(const Operation& operation) noexcept;

// The same without ever waiting for a disk: -EAGAIN when that would be necessary or cannot be known.
int perform_if_cached(const Operation& operation) noexcept;

// Whether `fd` is ready for `events` now.
bool is_ready_now(int fd, short events) noexcept;

}  // namespace weir::io
