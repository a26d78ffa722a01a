// Program: a compiled program of the jq language, version 1.6.
//
// Immutable: any number of threads, each with a Machine of its own, run it at the same time. A program that
// compiles need not be one that runs natively: it may ask for what only libjq has (more input, modules, ...).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "record/field_set.hpp"
#include "transform/jq/builtin.hpp"
#include "weir/error.hpp"

namespace weir::transform::jq {

struct Code;

struct ProgramOptions {
  std::vector<std::pair<std::string, Value>> arguments;  // $name is the value
};

// Texts one of which a record must contain.
using AnyOf = std::vector<std::string>;

// A program in two: what runs natively, and what libjq does with each of its outputs. An error of the rest
// ends the record: what the native part would give after that output is not to be run.
struct Split {
  std::string native;  // "" when not even the first step of the pipe is native
  std::string rest;    // with the definitions that it needs; "" when all is native
  std::string reason;  // why the rest is not
};

class Program {
 public:
  // The error's text has several lines: what is wrong, the line of the program, and a caret below the place.
  static Result<std::shared_ptr<const Program>> compile(std::string_view text,
                                                        const ProgramOptions& options = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const std::string& text() const noexcept { return text_; }

  // Whether a Machine can run it, and if not, which construct at which place needs libjq ("" if it can).
  bool is_native() const noexcept { return reason_.empty(); }
  const std::string& why_not_native() const noexcept { return reason_; }
  Split split() const;
  // A line or two for people: what runs how.
  std::string explain() const;

  // The fields of the input that the program asks for by fixed keys; run() takes them in this order. When one
  // of them is not regular, run() needs the input, whatever the two below say.
  const record::FieldSet& fields() const noexcept;
  // Whether the program looks at the input in another way than by these fields, or than to hand it on whole.
  bool uses_root() const noexcept;
  // Whether the input as a whole may become an output.
  bool passes_root() const noexcept;

  // Texts that a record's JSON text has to contain for the program to say anything about it: one of each
  // AnyOf, or there is neither an output nor an error. Holds for records that are objects (other records make
  // an error of `.field`) and whose text has no backslash (JSON may spell any character as an escape); all
  // other records are to be run. Empty when there is nothing to look for.
  const std::vector<AnyOf>& required_bytes() const noexcept;

  const Code& code() const noexcept { return *code_; }

 private:
  Program();

  std::string text_;
  std::string reason_;
  std::vector<std::pair<std::string, Value>> names_;  // of the named arguments, for split()
  std::unique_ptr<Code> code_;
};

}  // namespace weir::transform::jq
