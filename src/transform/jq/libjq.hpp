// Programs run by libjq: whatever the native machine leaves to it. jq 1.6's own answers, at jq's own speed.
//
// A LibjqState belongs to one thread and takes about 15 ms to make: make one a thread, when it is first
// needed. LibjqProgram and check() are for all threads. Text that is handed in need not end in a NUL.
//
// An assertion that fails inside libjq, or memory that it does not get, ends the run of that one value as an
// error; the state is then made anew.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "record/json.hpp"
#include "record/value.hpp"

namespace weir::transform::jq {

struct LibjqProgram {
  struct Variable {
    std::string name;
    std::string json;  // its value, one JSON text
  };

  std::string text = {};
  std::vector<Variable> named = {};             // $name and $ARGS.named
  std::vector<std::string> positional = {};     // JSON texts: $ARGS.positional
  std::vector<std::string> library_paths = {};  // where modules are; none: as jq looks for them
  std::string origin = ".";                     // folder of the program's file, for import by relative path
};

// Why a program does not compile.
struct LibjqProgramError {
  std::string message;
  std::size_t line = 0;    // from 1; 0: not known
  std::size_t column = 0;  // in bytes, from 1; 0: not known
  std::string line_text;   // that line of the program

  // All of it in lines without a newline at the end: the message, the line of the program, a caret below it.
  std::string text() const;
};

// Compiles once. Also says so when there is no libjq.
std::optional<LibjqProgramError> check(const LibjqProgram& program);

// How outputs are written.
struct LibjqStyle {
  record::JsonStyle json = {};
  bool raw_strings = false;  // strings without quotes; with json.ascii they keep them, as in jq
};

// Where what comes out of a program goes, in its order. Called on the thread that runs it.
class LibjqSink {
 public:
  virtual ~LibjqSink() = default;
  // One output, without a newline. False: no more of them, of this value or any.
  virtual bool output(std::string_view text, record::Kind kind) = 0;
  // What an input's run ended in: as jq prints it behind "jq: error (at FILE:LINE)", so with ": " or
  // " (not a string): " in front.
  virtual void error(std::string_view text) = 0;
  // What `debug` and `stderr` write, newlines and all.
  virtual void message(std::string_view text) = 0;
  // `halt` or `halt_error`, with what the latter prints. True: go on with the next value, as jq 1.6 does.
  virtual bool halted(int status, std::string_view text) = 0;
};

// What input_filename and input_line_number answer.
struct LibjqPlace {
  std::string_view filename;  // "" is null
  std::uint64_t line = 0;
};

// The text of a whole run, in pieces that are cut anywhere.
class LibjqSource {
 public:
  struct Piece {
    std::string_view text;      // stays until the next call
    std::string_view filename;  // as long
    bool begins_file = false;   // lines are counted from here
  };
  virtual ~LibjqSource() = default;
  // False: there is no more.
  virtual bool next(Piece& piece) = 0;
};

struct LibjqStreamOptions {
  bool null_input = false;     // -n: once, on null; input and inputs read
  bool slurp = false;          // -s
  bool raw = false;            // -R
  bool stream = false;         // --stream
  bool stream_errors = false;  // --stream-errors
  bool seq = false;            // --seq
  // What a single value may take, of memory as estimated; with `slurp` all of them together.
  std::size_t most_bytes = std::size_t{1} << 30;
};

enum class LibjqEnd {
  done,
  malformed,  // problem() says what is wrong with the text; outputs of values in front of it were made
  stopped,    // by the sink
  too_large,  // problem() says so
  broken,     // libjq failed too often, or cannot be used: problem()
};

class LibjqState {
 public:
  // Null, with the reason in `error`, when the program does not compile or there is no libjq.
  static std::unique_ptr<LibjqState> make(const LibjqProgram& program, const LibjqStyle& style,
                                          std::string& error);
  ~LibjqState();
  LibjqState(const LibjqState&) = delete;
  LibjqState& operator=(const LibjqState&) = delete;

  // Runs the program on each of the values in the text of a record; `input` gives the next of them.
  LibjqEnd run(std::string_view text, const LibjqPlace& place, LibjqSink& sink);
  // Runs it on one value; numbers are what a double holds of them.
  LibjqEnd run(const record::Value& value, const LibjqPlace& place, LibjqSink& sink);
  // Runs it on all there is, as `jq` does.
  LibjqEnd run_all(LibjqSource& source, const LibjqStreamOptions& options, LibjqSink& sink);

  const std::string& problem() const noexcept;
  // Of the input that was read last.
  LibjqPlace place() const noexcept;

 private:
  struct Implementation;
  explicit LibjqState(std::unique_ptr<Implementation> implementation);

  std::unique_ptr<Implementation> implementation_;
};

}  // namespace weir::transform::jq
