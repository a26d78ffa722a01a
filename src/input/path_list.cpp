#include "input/path_list.hpp"

#include <utility>

namespace weir::input {

void PathList::feed(std::string_view bytes, std::vector<std::string>& paths) {
  for (std::size_t end = bytes.find(separator_); end != std::string_view::npos;
       end = bytes.find(separator_)) {
    append(bytes.substr(0, end));
    finish(paths);
    bytes.remove_prefix(end + 1);
  }
  append(bytes);
}

void PathList::finish(std::vector<std::string>& paths) {
  if (is_too_long_) {
    ++dropped_;
  } else if (!partial_.empty()) {
    paths.push_back(std::move(partial_));
  }
  partial_.clear();
  is_too_long_ = false;
}

void PathList::append(std::string_view bytes) {
  is_too_long_ = is_too_long_ || bytes.size() > kMaxPathBytes - partial_.size();
  if (is_too_long_) {
    partial_ = std::string();  // its memory goes too
  } else {
    partial_.append(bytes);
  }
}

}  // namespace weir::input
