// What libjq's own builtins cannot do in weir, or do badly, said in the language in front of the program.
//
// input_filename and input_line_number work in jq's own main program only, and `stderr` writes by itself:
// their definitions here call `debug` with an array that begins with kLibjqCall, which the callbacks know.
#pragma once

#include <string>
#include <string_view>

namespace weir::transform::jq {

inline constexpr std::string_view kLibjqCall = "\x01weir";  // the second item is one of these, as a string
inline constexpr char kLibjqFilename = 'f';                 // the next `input` gives the name
inline constexpr char kLibjqLine = 'l';                     // the next `input` gives the line number
inline constexpr char kLibjqStderr = 'e';                   // the third item is to be written

// The program with the definitions that it needs, if any: in the same line as its first word behind module,
// import and include, so that lines keep their numbers. `offset` and `length` say what was put in.
struct LibjqPreparedProgram {
  std::string text;
  std::size_t offset = 0;
  std::size_t length = 0;
};
LibjqPreparedProgram prepare_for_libjq(std::string_view program);

}  // namespace weir::transform::jq
