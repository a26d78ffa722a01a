// Shell completions, made from the options themselves.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace weir::cli {

// For "complete-bash", "complete-zsh" or "complete-fish"; empty for anything else.
std::string generate(const CLI::App& app, const std::string& what);

}  // namespace weir::cli
