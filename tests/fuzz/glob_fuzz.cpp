// Globs against a plain backtracking matcher, as far as that goes (ASCII, no classes, no braces), and ignore
// files against their lines one by one. Input: a byte of options, a path, then patterns, one a line.
#include <algorithm>
#include <optional>
#include <vector>

#include "fuzz_input.hpp"
#include "input/glob.hpp"
#include "input/ignore_rules.hpp"

namespace {

using namespace weir;
using fuzz::Input;
using fuzz::require;

// `pattern` at the start of a component or not; matches all of `text`.
bool matches_here(std::string_view pattern, std::string_view text, bool at_start) {
  if (at_start && pattern.starts_with("**/")) {
    std::string_view behind = pattern.substr(3);
    while (behind.starts_with("**/"))
      behind.remove_prefix(3);
    for (std::string_view rest = text;;) {
      if (matches_here(behind, rest, true)) return true;
      const std::size_t slash = rest.find('/');
      if (slash == std::string_view::npos) return false;
      rest.remove_prefix(slash + 1);
    }
  }
  if (at_start && pattern == "**") return !text.empty();
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    while (pattern.starts_with('*'))
      pattern.remove_prefix(1);
    for (std::size_t taken = 0;; ++taken) {
      if (matches_here(pattern, text.substr(taken), false)) return true;
      if (taken == text.size() || text[taken] == '/') return false;
    }
  }
  if (text.empty()) return false;
  char wanted = pattern.front();
  pattern.remove_prefix(1);
  if (wanted == '?') {
    if (text.front() == '/') return false;
  } else {
    if (wanted == '\\') {
      wanted = pattern.front();
      pattern.remove_prefix(1);
    }
    if (text.front() != wanted) return false;
  }
  return matches_here(pattern, text.substr(1), wanted == '/');
}

// nullopt: beyond this matcher.
std::optional<bool> reference(std::string pattern, bool gitignore, std::string_view path, bool is_directory) {
  if (!fuzz::is_plain_ascii(pattern) || !fuzz::is_plain_ascii(path)) return std::nullopt;
  if (pattern.find_first_of("[]{}") != std::string::npos || pattern.size() > 24) return std::nullopt;
  if (pattern.find("\\/") != std::string::npos || pattern.find("//") != std::string::npos)
    return std::nullopt;
  if (!pattern.empty() && pattern.front() == '!') pattern.erase(0, 1);
  // Three stars or more say what one says, but to git what two say.
  for (std::size_t stars; (stars = pattern.find("***")) != std::string::npos;) {
    const std::size_t end = std::min(pattern.find_first_not_of('*', stars), pattern.size());
    pattern.erase(stars, end - stars - (gitignore ? 2 : 1));
  }
  std::size_t backslashes = 0;
  while (backslashes < pattern.size() && pattern[pattern.size() - 1 - backslashes] == '\\')
    ++backslashes;
  if (backslashes % 2 == 1) return std::nullopt;
  if (!pattern.empty() && pattern.back() == '/') {
    if (!is_directory) return false;
    pattern.pop_back();
  }
  if (pattern.find('/') == std::string::npos) {
    const std::size_t slash = path.rfind('/');
    return matches_here(pattern, slash == std::string_view::npos ? path : path.substr(slash + 1), true);
  }
  if (pattern.front() == '/') pattern.erase(0, 1);
  return matches_here(pattern, path, true);
}

bool is_path(const std::string& path) {
  return !path.empty() && path.front() != '/' && path.back() != '/' && path.find("//") == std::string::npos;
}

// Each line alone says what it says among the others.
void check_ignore_file(const std::vector<std::string>& lines, const std::string& path, bool is_directory) {
  using input::IgnoreFile;
  std::string text;
  auto expected = IgnoreFile::Verdict::none;
  for (const std::string& line : lines) {
    text += line + "\n";
    const auto alone = IgnoreFile::parse(line + "\n").verdict(path, is_directory);
    if (alone != IgnoreFile::Verdict::none) expected = alone;
  }
  require(IgnoreFile::parse(text).verdict(path, is_directory) == expected, "ignore rules depend on others");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const unsigned flags = input.byte();
  const bool is_directory = (flags & 1) != 0;
  const input::GlobSyntax syntax{(flags & 2) != 0, (flags & 4) != 0};
  const std::string path = input.line();
  if (!is_path(path) || path.size() > 60) return 0;
  std::vector<std::string> lines;
  while (!input.empty() && lines.size() < 8)
    lines.push_back(input.line());
  for (const std::string& pattern : lines) {
    const auto glob = input::Glob::parse(pattern, syntax);
    if (!glob) continue;
    const bool found = glob.value().matches(path, is_directory);
    if (syntax.ignore_case) continue;
    const auto expected = reference(pattern, syntax.gitignore, path, is_directory);
    require(!expected || *expected == found,
            "glob <" + pattern + "> on <" + path + ">: " + (found ? "matches" : "does not match"));
  }
  // Such a mark counts in front of the file only.
  bool any_mark = false;
  for (const std::string& line : lines)
    any_mark = any_mark || line.starts_with("\xef\xbb\xbf");
  if (!any_mark) check_ignore_file(lines, path, is_directory);
  return 0;
}
