// LibjqInput: the values that a program runs on, read by libjq's parser from a record or from a whole run, or
// made of a record that was read.
//
// One thread. next() may run under a guard: its frames own nothing while libjq is in them; after a failure in
// it abandon() is the only call that is allowed. Only libjq*.cpp may include this.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "transform/jq/libjq.hpp"
#include "transform/jq/libjq_library.hpp"
#include "transform/jq/libjq_value.hpp"

namespace weir::transform::jq {

class LibjqInput {
 public:
  explicit LibjqInput(const LibjqLibrary& library) : library_(library), values_(library) {}
  ~LibjqInput() { end(); }
  LibjqInput(const LibjqInput&) = delete;
  LibjqInput& operator=(const LibjqInput&) = delete;

  void begin(std::string_view record, const LibjqPlace& place);
  // The value stays until it was asked for.
  void begin(const record::Value& value, const LibjqPlace& place);
  void begin(LibjqSource& source, const LibjqStreamOptions& options);
  void end();
  // After a failure inside next(): lets go of the parser and all else without touching it.
  void abandon() noexcept {
    parser_ = nullptr;
    values_.abandon();
  }

  // The next value; invalid without a message at the end; invalid with one where the text is malformed. The
  // caller owns it. Nothing comes after the budget is used up: see is_too_large().
  jv next();

  bool is_too_large() const noexcept { return is_too_large_; }
  LibjqPlace place() const noexcept { return {filename_, line_}; }

 private:
  jv next_value();
  jv given_value();
  jv next_raw();
  jv slurped();
  jv slurped_text();
  // Gives the parser more text, up to the end of a line. False: the budget is used up.
  bool feed();
  bool take_line(std::string_view& line);
  bool next_piece();
  void account(std::string_view text) noexcept;
  bool has_grown_too_large(std::size_t fed_bytes) noexcept;

  const LibjqLibrary& library_;
  LibjqValues values_;
  const record::Value* value_ = nullptr;  // in place of text
  jv_parser* parser_ = nullptr;
  LibjqSource* source_ = nullptr;
  LibjqStreamOptions options_;
  std::string filename_;
  std::string carry_;      // of a line that is read raw; or of a value
  std::string_view rest_;  // of the text, not yet given to the parser
  std::uint64_t line_ = 0;
  std::size_t used_bytes_ = 0;        // memory that values being held take, as estimated
  std::size_t resident_before_ = 0;   // of the process, when the run began
  std::size_t unmeasured_bytes_ = 0;  // fed since memory was measured
  bool is_in_string_ = false;         // at the end of what was accounted for
  bool is_escaped_ = false;
  bool is_fed_all_ = false;
  bool is_slurped_ = false;
  bool is_too_large_ = false;
};

}  // namespace weir::transform::jq
