// Pipes between tasks of one program, or with a child process.
//
//   weir::Pipe pipe = weir::make_pipe();
//   co_await pipe.writer.write_all("42\n");
//   co_await pipe.writer.close();
//   const std::string text = co_await pipe.reader.read_all();   // "42\n"
//
// Ownership: both ends are streams and owned by their Pipe, or by whom they are moved to.
// Threads: as streams.
// Cancellation: as streams, weir/stream.hpp.
// Errors: std::system_error when there are too many open files; else those of streams.
#pragma once

#include <utility>

#include "weir/stream.hpp"

namespace weir {

struct Pipe {
  Pipe(Stream reader_, Stream writer_) noexcept : reader(std::move(reader_)), writer(std::move(writer_)) {}
  Stream reader;
  Stream writer;
};

// Does not wait. std::system_error when the process has no descriptor left.
Pipe make_pipe();

}  // namespace weir
