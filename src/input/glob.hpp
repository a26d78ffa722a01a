// Globs in .gitignore's language, as ripgrep's -g takes them, choosing files met in directories.
//
//   *  any run of characters but '/'     ?  one character but '/'      [a-z] [!x] [^x]  one of, one not of
//   {a,b}  either, nestable, may be empty     \c  the character c itself
//   **/  at the start of a component: any number of directories, none included; /** at the end: everything
//   below
//
// A pattern without '/' is matched with the base name, at any depth; one with '/' with the whole path
// below the search root (a leading '/' only says that). A trailing '/' restricts it to directories.
// A leading '!' makes it exclude. Inside braces `**` needs its '/' within the same alternative.
// Characters are UTF-8; a byte that is not valid UTF-8 counts as one character.
//
// Matching takes time linear in the text for a given pattern. Immutable after parsing, so threads may share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/error.hpp"

namespace weir::input {

struct GlobSyntax {
  bool ignore_case = false;  // as far as text::other_case() knows the letters
  bool gitignore = false;    // no braces, but [[:digit:]] and its like, of ASCII
};

class Glob {
 public:
  // Error{bad_pattern} names the pattern, the fault and its byte offset.
  static Result<Glob> parse(std::string_view pattern, GlobSyntax syntax = {});

  // `path`: relative to the search root, no leading or trailing '/', not empty.
  bool matches(std::string_view path, bool is_directory) const;

  bool is_exclude() const noexcept { return is_exclude_; }

 private:
  friend class GlobParser;

  // The pattern as a nondeterministic automaton; every step but split, jump and accept consumes one character
  // and goes on to the step behind it.
  enum class Op : std::uint8_t { character, any_in_name, any, one_of, split, jump, accept };
  struct Step {
    Op op;
    std::uint32_t x = 0;  // character, index of the class, or target
    std::uint32_t y = 0;  // second target of a split
  };
  struct CharacterClass {
    bool negated = false;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ranges;  // both ends included
  };
  class Run;

  static constexpr std::size_t kWordBits = 64;

  // What the whole pattern is; all but `general` are answered without the automaton.
  enum class Shape : std::uint8_t { general, exact, prefix, suffix };

  Glob() = default;
  void index_reach();
  bool run_word(std::string_view text) const;
  bool step_accepts(const Step& step, std::uint32_t character) const;

  std::vector<Step> program_;
  std::vector<CharacterClass> classes_;
  std::vector<std::uint64_t> reach_;  // for each step, a bit for each consuming step that it leads to without
                                      // consuming; empty when there are more than kWordBits steps
  std::string literal_;               // of the simple shapes
  Shape shape_ = Shape::general;
  bool is_exclude_ = false;
  bool directories_only_ = false;
  bool base_name_only_ = false;
  bool ignore_case_ = false;
};

// Globs in the order given; the last one that matches decides.
class GlobSet {
 public:
  // Those of `ignoring_case` come behind the others.
  static Result<GlobSet> parse(const std::vector<std::string>& patterns,
                               const std::vector<std::string>& ignoring_case = {});

  void add(Glob glob);
  bool empty() const noexcept { return globs_.empty(); }

  // Whether to scan the file, or to descend into the directory. What no glob matches is taken, except
  // files when there is an including glob. Paths as for Glob::matches.
  bool admits(std::string_view path, bool is_directory) const;

 private:
  std::vector<Glob> globs_;
  bool has_include_ = false;
};

}  // namespace weir::input
