// Operation: one request to the kernel, awaited where it is made.
//
//   io::Operation read = io::Operation::read(fd, buffer, length, offset);
//   const int got = co_await read;            // bytes, or -errno
//
// Lives in the awaiting frame until its completion; fd, path and buffer must too. A cancelled task waits for
// the completion all the same: the kernel may be writing into the buffer. If the operation still succeeded,
// its result is returned; if it ended because of the cancellation, Cancelled is thrown. A close is never cut
// short, or its descriptor would be lost: the cancellation waits for the next suspension point.
#pragma once

#include <cstdint>

#include "weir/loop.hpp"

struct sockaddr;
struct statx;

namespace weir::io {

class Operation final : public detail::Leaf<Operation> {
 public:
  enum class Code {
    open,
    read,
    write,
    close,
    stat,
    poll_in,
    receive,
    send,
    write_pipe,
    accept,
    connect,
    shutdown,
    sync,
    rename,
    unlink
  };
  static constexpr std::uint64_t kStream = ~std::uint64_t{0};  // "at the file's own position"

  static Operation open(const char* path, int flags, unsigned mode = 0) noexcept;
  // At most `length` bytes, fewer at the end of the file or when the kernel likes; 0 at the end.
  static Operation read(int fd, char* buffer, std::uint32_t length, std::uint64_t offset) noexcept;
  static Operation write(int fd, const char* buffer, std::uint32_t length, std::uint64_t offset) noexcept;
  static Operation close(int fd) noexcept;
  // STATX_BASIC_STATS of an open file.
  static Operation stat(int fd, struct ::statx* into) noexcept;
  // Until a read would not block (or the other end has hung up).
  static Operation poll_in(int fd) noexcept;

  // Of a pipe or connected socket whose descriptor is non-blocking: at least a byte, 0 when the other side
  // has closed.
  static Operation receive(int fd, char* buffer, std::uint32_t length) noexcept;
  // To one: at least a byte. -EPIPE when the other side has closed, without a signal.
  static Operation send(int fd, const char* buffer, std::uint32_t length, bool is_socket) noexcept;
  // A connection's descriptor, non-blocking and closed in children. So must `fd` be.
  static Operation accept(int fd) noexcept;
  // -EAGAIN while the listener's backlog is full.
  static Operation connect(int fd, const struct ::sockaddr* address, std::uint32_t length) noexcept;
  static Operation shutdown(int fd, int how) noexcept;

  // Until the file's content is on the device; with `data_only` without times and the like.
  static Operation sync(int fd, bool data_only) noexcept;
  static Operation rename(const char* from, const char* to) noexcept;
  static Operation unlink(const char* path) noexcept;

  Code code() const noexcept { return code_; }
  int fd() const noexcept { return fd_; }
  const char* path() const noexcept { return static_cast<const char*>(pointer_); }
  int flags() const noexcept { return flags_; }
  unsigned mode() const noexcept { return length_; }
  char* buffer() const noexcept { return static_cast<char*>(pointer_); }
  struct ::statx* statx_buffer() const noexcept {
    return static_cast<struct ::statx*>(pointer_);
  }
  std::uint32_t length() const noexcept { return length_; }
  std::uint64_t offset() const noexcept { return offset_; }
  bool is_stream() const noexcept { return offset_ == kStream; }
  const struct ::sockaddr* address() const noexcept {
    return static_cast<const struct ::sockaddr*>(pointer_);
  }
  const char* target() const noexcept { return target_; }

  // What its descriptor must be ready for (POLLIN, POLLOUT) before it can end; 0 when it ends by itself. Such
  // an operation waits for somebody else and may be abandoned at any time.
  short awaited_events() const noexcept;
  bool waits_for_others() const noexcept { return awaited_events() != 0; }
  // -EAGAIN means that the descriptor is not ready, and the backend waits until it is.
  bool is_non_blocking() const noexcept { return code_ >= Code::receive && code_ <= Code::accept; }

  // True when the data was at hand: the operation completed while it was being submitted.
  bool was_immediate() const noexcept { return immediate_; }
  bool is_cancel_wanted() const noexcept { return cancel_wanted_; }

  // Backend only: delivers the result. `result` is what the system call would return, or -errno.
  void complete(int result, bool immediate) noexcept;

  // Backend only: for its book-keeping.
  std::uint64_t mark = 0;
  bool is_polling = false;  // the backend asks for readiness first

  bool await_ready() { return code_ != Code::close && Leaf::await_ready(); }
  bool ready() const noexcept { return false; }
  void suspend() noexcept;
  int result();
  bool abandon() noexcept override;

 private:
  Operation(Code code, const char* what, int fd, void* pointer, std::uint32_t length, std::uint64_t offset,
            int flags, const char* target = nullptr) noexcept
      : Leaf(what),
        code_(code),
        fd_(fd),
        pointer_(pointer),
        length_(length),
        offset_(offset),
        flags_(flags),
        target_(target) {}

  Code code_;
  int fd_;
  void* pointer_;
  std::uint32_t length_;
  std::uint64_t offset_;
  int flags_;
  const char* target_;  // of a rename
  int result_ = 0;
  bool immediate_ = false;
  bool cancel_wanted_ = false;
};

}  // namespace weir::io
