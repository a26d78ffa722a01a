// What the installed jq says about a text. One process a question: ask about many records at once.
#pragma once

#include <array>
#include <cstdio>
#include <string>

#include "support/temp_dir.hpp"

namespace weir::record {

// `arguments` are for the shell. Errors of jq are not looked at.
inline std::string ask_jq(const std::string& arguments, const std::string& input) {
  const support::TempDir dir;
  dir.write("input", input);
  std::string command = "<'";
  command.append(dir / "input").append("' jq ").append(arguments).append(" 2>/dev/null");
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::string output;
  std::array<char, 65536> block;
  while (const std::size_t got = std::fread(block.data(), 1, block.size(), pipe))
    output.append(block.data(), got);
  ::pclose(pipe);
  return output;
}

}  // namespace weir::record
