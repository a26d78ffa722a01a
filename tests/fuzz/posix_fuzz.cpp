// Patterns in POSIX syntax: a translation that PCRE2 takes, or a refusal; and for ASCII the same lines as
// GNU's matcher in the C library selects. Input: a byte of options, the pattern, then lines.
#include <regex.h>

#include <clocale>
#include <cstring>
#include <vector>

#include "filter/filter.hpp"
#include "filter/posix_syntax.hpp"
#include "filter/regex_set.hpp"
#include "fuzz_input.hpp"

namespace {

using namespace weir;
using fuzz::Input;
using fuzz::require;

// With the syntax bits that GNU grep uses.
class GnuPattern {
 public:
  GnuPattern(const std::string& pattern, bool extended, bool caseless) {
    std::setlocale(LC_ALL, "C.UTF-8");
    re_set_syntax((extended ? RE_SYNTAX_EGREP : RE_SYNTAX_GREP) | (caseless ? RE_ICASE : 0));
    accepted_ = re_compile_pattern(pattern.data(), pattern.size(), &buffer_) == nullptr;
  }
  GnuPattern(const GnuPattern&) = delete;
  GnuPattern& operator=(const GnuPattern&) = delete;
  ~GnuPattern() { regfree(&buffer_); }

  bool accepted() const { return accepted_; }
  // Below -1: the matcher ran out of memory.
  long find(const std::string& line) {
    const auto size = static_cast<int>(line.size());
    return re_search(&buffer_, line.data(), size, 0, size, nullptr);
  }

 private:
  re_pattern_buffer buffer_{};
  bool accepted_;
};

bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

// What the C library is asked about, for GNU grep has another matcher in front of it: ASCII, no
// back-references, no escaped letters without case (it forgets to fold them), no repeated anchors, no
// intervals but of a letter and with one digit.
bool has_reference(const std::string& pattern, bool extended, bool caseless) {
  if (!fuzz::is_plain_ascii(pattern) || pattern.size() > 40) return false;
  std::size_t braces = 0;
  std::size_t all_repeats = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    const char before = i > 0 ? pattern[i - 1] : '\0';
    const char behind = i + 1 < pattern.size() ? pattern[i + 1] : '\0';
    if (c == '-' && caseless) return false;  // a range of both cases, which it makes one of the lower case
    if (c == '\\' && (caseless || (behind >= '1' && behind <= '9'))) return false;
    const bool repeats = std::string_view("*+?{\\").find(c) != std::string_view::npos;
    if (repeats && (before == '^' || before == '$')) return false;
    const bool is_escape = i >= 2 && pattern[i - 2] == '\\';
    if (repeats && is_escape && std::string_view("bB<>`'").find(before) != std::string_view::npos)
      return false;
    if (c != '\\' && repeats && ++all_repeats > 4) return false;
    if (c != '{') continue;
    const char item = extended || i < 2 ? before : pattern[i - 2];
    const char close = i + 2 < pattern.size() ? pattern[i + 2] : '\0';
    const bool plain = is_letter(item) && behind >= '0' && behind <= '9' && close == (extended ? '}' : '\\');
    if (++braces > 1 || !plain || (!extended && before != '\\')) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  const unsigned flags = input.byte();
  const bool extended = (flags & 1) != 0;
  const bool caseless = (flags & 2) != 0;
  const std::string pattern = input.line();
  std::string translated;
  if (filter::translate_posix(pattern, extended, caseless, translated)) return 0;
  // PCRE2 refuses what is too large, or no UTF-8.
  const auto refused = filter::check_pattern(translated, caseless);
  if (refused) {
    const bool excused = refused->message.find("UTF-8") != std::string::npos ||
                         refused->message.find("large") != std::string::npos ||
                         refused->message.find("too big") != std::string::npos ||
                         refused->message.find("too many") != std::string::npos ||
                         refused->message.find("too long") != std::string::npos ||
                         refused->message.find("nested") != std::string::npos;
    require(excused, pattern + " becomes " + translated + ", which PCRE2 refuses: " + refused->message);
    return 0;
  }
  if (!has_reference(pattern, extended, caseless)) return 0;
  GnuPattern gnu(pattern, extended, caseless);
  if (!gnu.accepted()) return 0;
  filter::PatternOptions options;
  options.patterns = {pattern};
  options.syntax = extended ? filter::Syntax::posix_extended : filter::Syntax::posix_basic;
  options.case_mode = caseless ? filter::CaseMode::insensitive : filter::CaseMode::sensitive;
  options.engine = (flags & 4) != 0 ? filter::EngineChoice::pcre2 : filter::EngineChoice::automatic;
  const auto plan = filter::make_plan(options);
  if (!plan) return 0;
  const auto matcher = plan.value()->make_line_matcher();
  for (unsigned lines = 0; lines < 8 && (lines == 0 || !input.empty()); ++lines) {
    const std::string line = input.line();
    if (!fuzz::is_plain_ascii(line) || line.size() > 100) continue;
    const long found = gnu.find(line);
    if (found < -1) continue;
    const std::string text = line + "\n" + std::string(64, '\0');
    std::vector<filter::Line> selected;
    matcher->find_lines(std::string_view(text).substr(0, line.size() + 1), 9, selected);
    if (matcher->undecided_lines() > 0) continue;
    require(selected.empty() == (found < 0), "pattern <" + pattern + "> on <" + line + ">, translated <" +
                                                 translated + ">: GNU's answer is " + std::to_string(found));
  }
  return 0;
}
