#include "async/place.hpp"

#include <algorithm>

namespace weir::detail {

namespace {

// What all paths of this library begin with, as the compiler was told.
std::string_view source_root() noexcept {
  constexpr std::string_view kThis = __FILE__;
  constexpr std::string_view kTail = "src/async/place.cpp";
  static_assert(kThis.ends_with(kTail));
  return kThis.substr(0, kThis.size() - kTail.size());
}

std::string_view file_of(const std::source_location& place) {
  std::string_view file = place.file_name();
  const std::string_view root = source_root();
  if (!root.empty() && file.starts_with(root)) file.remove_prefix(root.size());
  return file;
}

constexpr std::string_view kUnnamed[] = {"(anonymous namespace)", "{anonymous}"};

// The end of a name without its arguments: at the first '(' that is in no template's arguments.
std::size_t end_of_name(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '<') ++depth;
    if (text[i] == '>') --depth;
    if (text[i] != '(' || depth > 0) continue;
    if (!text.substr(i).starts_with(kUnnamed[0])) return i;
    i += kUnnamed[0].size() - 1;
  }
  return text.size();
}

// Behind the return type: the last blank that is in no template's arguments and no "(anonymous namespace)".
std::size_t begin_of_name(std::string_view text) {
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '<' || text[i] == '(') ++depth;
    if (text[i] == '>' || text[i] == ')') --depth;
    if (text[i] == ' ' && depth == 0) begin = i + 1;
  }
  return begin;
}

}  // namespace

std::string place_text(const std::source_location& place) {
  return std::string(file_of(place)) + ":" + std::to_string(place.line());
}

std::string function_name(std::string_view described) {
  const bool is_lambda = described.find("<lambda") != std::string_view::npos ||
                         described.find("'lambda") != std::string_view::npos ||
                         described.find("(lambda at") != std::string_view::npos;
  std::string_view name = described.substr(0, end_of_name(described));
  name.remove_prefix(begin_of_name(name));
  std::string text(name);
  for (const std::string_view unnamed : kUnnamed) {
    const std::size_t at = text.find(unnamed);
    if (at != std::string::npos) text.erase(at, std::min(text.size() - at, unnamed.size() + 2));
  }
  if (is_lambda) text += "::<lambda>";
  return text.empty() ? std::string(described) : text;
}

bool is_exact(const std::source_location& place) {
#ifdef __clang__
  (void)place;
  return true;
#else
  // g++ 12: a co_await is located in the function that it makes of the coroutine, which takes its frame.
  return std::string_view(place.function_name()).find("Frame") != std::string_view::npos;
#endif
}

std::string standing_text(const std::source_location& place) {
  std::string text = "in ";
  text.append(function_name(place.function_name()));
  if (is_exact(place)) return text.append(" after ").append(place_text(place));
  return text.append(" of ").append(file_of(place));
}

bool is_of_runtime(const std::source_location& place) {
  const std::string_view file = place.file_name();
  const std::string_view root = source_root();
  if (!file.starts_with(root)) return file.find("include/weir/") != std::string_view::npos;
  const std::string_view inner = file.substr(root.size());
  return inner.starts_with("include/weir/") || inner.starts_with("src/async/") ||
         inner.starts_with("src/io/");
}

}  // namespace weir::detail
