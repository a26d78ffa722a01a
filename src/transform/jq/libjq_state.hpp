// What is behind a LibjqState: a compiled program, and its conversation with libjq.
//
// One thread. Only libjq*.cpp may include this.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "transform/jq/libjq.hpp"
#include "transform/jq/libjq_guard.hpp"
#include "transform/jq/libjq_input.hpp"
#include "transform/jq/libjq_library.hpp"

namespace weir::transform::jq {

// A compiled program. Null, with what libjq reported in `messages`, when it does not compile.
jq_state* compile_for_libjq(const LibjqLibrary& library, const LibjqProgram& program,
                            std::vector<std::string>& messages);

// What the messages of libjq's compiler say, as weir does.
LibjqProgramError read_libjq_messages(const std::vector<std::string>& messages, const LibjqProgram& program);

struct LibjqState::Implementation {
  Implementation(const LibjqLibrary& jq, const LibjqProgram& what, const LibjqStyle& how);
  ~Implementation();

  // Makes the state, once more after a failure. False: problem says why.
  bool compile();
  // Goes through the input to its end.
  LibjqEnd run_values(LibjqSink& to);
  // Runs the program on one value, which it owns. False: the sink has enough, or libjq is broken.
  bool run_value(jv value, LibjqSink& to);
  bool finish_value(jv result, LibjqSink& to);
  bool finish_halted(LibjqSink& to);
  bool write(jv result, LibjqSink& to);
  // A call into libjq; after a failure in it everything of it is let go of.
  template <typename Body>
  bool guarded(Body body);
  bool recover(LibjqFailure failure);
  LibjqEnd end_of_input(jv last);
  LibjqEnd end_of_run();

  static jv on_input(jq_state* state, void* data);
  static void on_debug(void* data, jv value);

  const LibjqLibrary& library;
  LibjqProgram program;
  bool raw_strings;
  int dump_flags;
  jq_state* state = nullptr;
  LibjqInput input;
  LibjqSink* sink = nullptr;
  bool is_continuing = true;  // after errors in the text, as with --seq
  char asked = 0;             // what the program's own `input` is to give: see libjq_prelude.hpp
  int failures = 0;
  bool is_left = false;  // before the end of its outputs
  bool is_broken = false;
  std::string failure;
  std::string problem;
};

}  // namespace weir::transform::jq
