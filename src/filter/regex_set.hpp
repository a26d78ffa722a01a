// PCRE2 as weir uses it: patterns compiled together as far as possible, matched by JIT, one line at a time.
//
// A RegexSet is immutable and shared; it compiles on first use, once. A RegexRunner belongs to one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "filter/filter.hpp"
#include "filter/syntax.hpp"

namespace weir::filter {

// What must stand around a match.
enum class Boundary { none, word, line };

struct SourcePattern {
  std::string text;         // PCRE2 syntax, accepted by check_pattern()
  bool joinable = false;    // understood by parse(): may share one compiled pattern with its neighbours
  bool bytes_only = false;  // no UTF-8: left out, an engine without PCRE2 decides it
};

// PCRE2's complaint about one pattern, as the user wrote it.
std::optional<PatternError> check_pattern(const std::string& pattern, bool caseless);

// ASCII members of `item`, which matches one character (a bracket class, \p{..}). False when PCRE2 refuses.
bool ascii_members(std::string_view item, bool caseless, AsciiSet& members);

// `text` with every byte that could be syntax escaped.
std::string escape_pattern(std::string_view text);

// True when `text`, a pattern without its escapes, holds an upper-case letter in PCRE2's tables.
bool has_upper_case(std::string_view text);

// PCRE2 code is compiled for each kind of line on its own, when the first such line comes.
enum class LineKind { ascii, utf8, bytes };
inline constexpr std::size_t kLineKinds = 3;

struct RegexModes {
  bool caseless = false;
  bool dollar_end_only = false;  // '$' does not match in front of a '\n' at the end
  bool dot_all = false;          // '.' matches '\n'
  bool multiline = false;  // matches reach over lines; '^' and '$' stand for any begin and end of a line
};

class RegexSet {
 public:
  RegexSet(std::vector<SourcePattern> patterns, Boundary boundary, RegexModes modes);
  ~RegexSet();
  RegexSet(const RegexSet&) = delete;
  RegexSet& operator=(const RegexSet&) = delete;

  // PCRE2's words when the patterns, each fine alone, cannot be compiled in their setting.
  const std::optional<PatternError>& compile() const;
  bool uses_jit() const;

 private:
  friend class RegexRunner;
  friend class MultilineMatcher;
  struct Code;
  struct Codes;

  const Codes& codes(LineKind kind) const;
  const Codes& codes_alone(LineKind kind, std::size_t pattern) const;
  std::unique_ptr<Codes> compile_all(LineKind kind) const;
  void compile_range(LineKind kind, std::size_t first, std::size_t last, Codes& codes) const;

  std::vector<SourcePattern> patterns_;
  Boundary boundary_;
  RegexModes modes_;
  mutable std::array<std::once_flag, kLineKinds> once_;
  mutable std::array<std::unique_ptr<Codes>, kLineKinds> codes_;
  mutable std::mutex alone_mutex_;
  mutable std::array<std::vector<std::unique_ptr<Codes>>, kLineKinds> alone_;
};

class RegexRunner {
 public:
  explicit RegexRunner(std::shared_ptr<const RegexSet> set);
  ~RegexRunner();
  RegexRunner(const RegexRunner&) = delete;
  RegexRunner& operator=(const RegexRunner&) = delete;

  // True when any pattern matches `line`.
  bool matches(std::string_view line);

  // The same for the patterns that were compiled together with number `pattern`.
  bool matches(std::string_view line, std::size_t pattern);

  // The same for that pattern only, compiled on its own when first asked for.
  bool matches_alone(std::string_view line, std::size_t pattern);

  // As find() or find_longest(), of that pattern only.
  bool find_alone(std::string_view line, std::size_t from, std::size_t pattern, bool longest, Match& match);

  // The same as the first, unless a pattern would need much backtracking: then nullopt.
  std::optional<bool> matches_easily(std::string_view line);

  // Leftmost match at or after `from`; among equals, the pattern given first. As MatchFinder::find().
  bool find(std::string_view line, std::size_t from, Match& match);

  // As MatchFinder::group().
  std::string_view group(std::string_view line, std::size_t from, const std::string& name);

  // As find(), but among equals the longest, as POSIX wants it; where PCRE2 cannot tell (back-references,
  // bytes that are no UTF-8) its own choice of each pattern.
  bool find_longest(std::string_view line, std::size_t from, Match& match);

  // Lines on which PCRE2 reached even the largest limits; they counted as not matching.
  std::uint64_t undecided() const noexcept { return undecided_; }

 private:
  struct Workspace;

  std::string_view own(std::string_view line);
  const RegexSet::Codes& codes_for(std::string_view line);
  const RegexSet::Codes& codes_alone(std::string_view line, std::size_t pattern);
  bool find_in(const RegexSet::Codes& codes, std::string_view line, std::size_t from, Match& match);
  bool find_longest_in(const RegexSet::Codes& codes, std::string_view line, std::size_t from, Match& match);
  int attempt(const RegexSet::Code& code, std::string_view line, std::size_t from, bool bounded);
  int run(const RegexSet::Code& code, std::string_view line, std::size_t from);
  std::uint32_t longest_end(const RegexSet::Code& code, std::string_view line, Match found);

  std::shared_ptr<const RegexSet> set_;
  std::unique_ptr<Workspace> workspace_;
  std::uint64_t undecided_ = 0;
};

}  // namespace weir::filter
