// Forbids system calls to the calling process, for good: what containers do to io_uring.
//
// Only for a forked child. Works without privileges.
#pragma once

namespace weir::support {

// From now on system call `number` fails with `error`. False, with the reason in errno, when the kernel
// refuses the filter.
bool forbid_system_call(int number, int error) noexcept;

}  // namespace weir::support
