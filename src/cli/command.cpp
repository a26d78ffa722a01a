#include "cli/command.hpp"

#include <algorithm>

namespace weir::cli {

OptionWords::OptionWords(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word.size() < 2 || word[0] != '-') continue;
    if (word[1] == '-') {
      long_names_.push_back(word.substr(0, word.find('=')));
    } else {
      for (const char letter : word)
        letters_.set(static_cast<unsigned char>(letter));
    }
  }
}

bool OptionWords::may_hold(std::string_view names) const {
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(','), names.size());
    if (may_hold_name(names.substr(0, end))) return true;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return false;
}

bool OptionWords::may_hold_name(std::string_view name) const {
  if (name.size() == 2) return letters_.test(static_cast<unsigned char>(name[1]));
  return std::find(long_names_.begin(), long_names_.end(), name) != long_names_.end();
}

}  // namespace weir::cli
