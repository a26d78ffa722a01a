// Choosing lines: what the user asked for (PatternOptions), what was decided (Plan), and the objects
// that do the work on one thread (LineMatcher, MatchFinder).
//
// The meaning is PCRE2's, applied to each line without its '\n', with PCRE2_UTF | PCRE2_UCP |
// PCRE2_MATCH_INVALID_UTF | PCRE2_NO_DOTSTAR_ANCHOR and newline = LF, as its interpreter has it. Every engine
// selects exactly the lines that PCRE2 would. Fixed strings that are no UTF-8 are compared as bytes. POSIX
// patterns are translated first; their matches are the longest of the leftmost ones.
//
// Everything here is synchronous and free of I/O. A Plan is immutable after make_plan() and may be
// shared by threads; a LineMatcher or MatchFinder belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "weir/error.hpp"

namespace weir::filter {

enum class Syntax { pcre2, posix_basic, posix_extended, fixed };  // fixed: bytes, not syntax
enum class CaseMode { sensitive, insensitive, smart };
enum class EngineChoice { automatic, literal, bitstream, vectorscan, pcre2 };  // forced ones serve tests

struct PatternOptions {
  std::vector<std::string> patterns;  // any may match; none at all matches nothing, "" matches every line
  Syntax syntax = Syntax::pcre2;
  CaseMode case_mode =
      CaseMode::sensitive;  // smart: insensitive unless a pattern holds an upper-case literal
  bool word = false;        // -w, as `grep -P -w`: (?<!\w)(?:p)(?!\w)
  bool whole_line = false;  // -x: ^(?:p)$
  EngineChoice engine = EngineChoice::automatic;
  bool crlf = false;  // a '\r' in front of a line's end belongs to that end, not to the line
  // Lines end with NUL. In the texts that a LineMatcher gets '\n' and NUL have traded places (see
  // text/null_lines.hpp); a MatchFinder gets lines as they are. As `grep -zP`: '$' is the end of the line,
  // not in front of a '\n' there, and '.' matches no '\n', but does in POSIX syntax. Comes before `crlf`.
  bool null_lines = false;

  // Conditions on the lines that `patterns` select, read the same way; a newline separates alternatives.
  // Smart case looks at each of `and_patterns` alone, and at all `not_patterns` together.
  std::vector<std::string> and_patterns = {};  // a line must match all of these
  std::vector<std::string> not_patterns = {};  // ... and none of these
};

// A line inside a chunk: [begin, end), offsets from the chunk's start, '\n' not included.
struct Line {
  std::uint32_t begin;
  std::uint32_t end;
};

// A match inside one line: [begin, end), offsets from the line's start.
struct Match {
  std::uint32_t begin;
  std::uint32_t end;
};

class LineMatcher {
 public:
  virtual ~LineMatcher() = default;

  // Appends the matching lines of `text` to `lines`, in order, until `limit` lines have been added
  // or the text ends. `text` holds whole lines (the last may lack its '\n'), starts at a line start,
  // is smaller than 4 GiB and is followed by at least 64 readable bytes. A '\n' as the last byte ends
  // the last line; it does not start an empty one. Returns the offset just behind the last line examined
  // (text.size(), or behind the '\n' of the limit-th match).
  virtual std::size_t find_lines(std::string_view text, std::size_t limit, std::vector<Line>& lines) = 0;

  // Lines so far that PCRE2 gave up on at its largest limits; they were left out. Worth an error message.
  virtual std::uint64_t undecided_lines() const noexcept { return 0; }
};

class MatchFinder {
 public:
  virtual ~MatchFinder() = default;

  // First match in `line` at or after `from` (leftmost, PCRE2's choice among alternatives, the longest for
  // POSIX syntax). An empty match is reported. False when there is none. `line` holds no '\n'; `from` <=
  // line.size(). With `from` > 0 and the place and size of the line before, it must be that line, unchanged.
  virtual bool find(std::string_view line, std::size_t from, Match& match) = 0;

  // What group `name`, a number or a name, took in the match that find() has reported last, with the same
  // `line` and `from`. Empty if it took no part, or is not in the pattern. "0" is the match.
  virtual std::string_view group(std::string_view line, std::size_t from, const std::string& name) = 0;
};

// A line, or a record, meets it when it matches; with `excludes`, when it does not.
struct Check {
  std::unique_ptr<LineMatcher> matcher;
  bool excludes = false;
};

// Tells patterns apart on lines that a plan has selected. Patterns have numbers, from 0 in the order given.
class PatternTeller {
 public:
  virtual ~PatternTeller() = default;

  // Puts the patterns that match `line` into `patterns`, in order. As ever a line on which PCRE2 gives up
  // does not match.
  virtual void which(std::string_view line, std::vector<std::uint32_t>& patterns) = 0;

  // The pattern of a match that MatchFinder::find() has found with this `line` and `from`.
  virtual std::uint32_t of_match(std::string_view line, std::size_t from, Match match) = 0;
};

class Plan {
 public:
  virtual ~Plan() = default;
  virtual std::unique_ptr<LineMatcher> make_line_matcher() const = 0;
  // What make_line_matcher() asks of a line, each apart: the patterns first, then the further conditions.
  virtual std::vector<Check> make_checks() const;
  // `with_groups`: MatchFinder::group() knows more than the match.
  virtual std::unique_ptr<MatchFinder> make_match_finder(bool with_groups = false) const = 0;

  // For `patterns`; `and_patterns` and `not_patterns` have no numbers.
  virtual std::unique_ptr<PatternTeller> make_pattern_teller() const = 0;

  // Whether find_lines() does nothing worse than to find the wrong lines when the text changes meanwhile.
  virtual bool bears_changes() const { return false; }

  // "literal", "literals", "bitstream", "vectorscan", "pcre2", "every line" or "nothing".
  virtual std::string_view engine() const = 0;

  // Lines of `--explain`, "key: value" each: pattern, engine, why, prefilter, verification.
  virtual std::vector<std::string> explain() const = 0;
};

// Where a pattern is wrong: which one, at which byte, PCRE2's words.
struct PatternError {
  std::string pattern;
  std::size_t offset = 0;
  std::string message;
};

// Error{bad_pattern} on a pattern that PCRE2 refuses; `where`, when given, gets the details for a caret.
Result<std::shared_ptr<const Plan>> make_plan(const PatternOptions& options, PatternError* where = nullptr);

}  // namespace weir::filter
