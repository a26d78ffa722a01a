// Vectorscan (or Hyperscan, which has the same interface): databases of patterns, and scans that turn its
// hits into lines. The only file that knows the library is vectorscan_database.cpp.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "filter/database_pattern.hpp"
#include "filter/engine.hpp"
#include "filter/filter.hpp"
#include "filter/regex_set.hpp"

namespace weir::filter {

// Why the library cannot be used on this machine at all; "" when it can.
std::string vectorscan_refusal();

// PCRE2 for the candidates that need it; compiled when the first one comes.
struct LazyRunner {
  std::shared_ptr<const RegexSet> regexes;
  std::unique_ptr<RegexRunner> made = nullptr;

  RegexRunner& get() {
    if (!made) made = std::make_unique<RegexRunner>(regexes);
    return *made;
  }
};

// Immutable, shared by threads.
class VectorscanDatabase {
 public:
  // All patterns must have a tree.
  VectorscanDatabase(const Query& query, Alphabet alphabet);
  ~VectorscanDatabase();
  VectorscanDatabase(const VectorscanDatabase&) = delete;
  VectorscanDatabase& operator=(const VectorscanDatabase&) = delete;

  // Vectorscan's words when it does not take the patterns; then the database must not be scanned with.
  const std::string& refusal() const { return refusal_; }

  std::size_t patterns() const { return patterns_; }
  bool is_exact(std::size_t pattern) const { return exact_[pattern]; }

 private:
  friend class VectorscanScanner;
  struct Handle;

  std::unique_ptr<Handle> handle_;  // null: no line matches
  std::size_t patterns_;
  std::vector<bool> exact_;                // by pattern: on ASCII lines a hit is a match
  std::vector<std::uint32_t> word_width_;  // by pattern, as DatabasePattern has it
  std::string refusal_;
};

// The lines of a text that hold bytes beyond ASCII.
enum class OddLines {
  none,      // there are none
  checked,   // a hit in one is decided by PCRE2
  left_out,  // the caller decides them; hits in them mean nothing
};

// Belongs to one thread.
class VectorscanScanner {
 public:
  explicit VectorscanScanner(std::shared_ptr<const RegexSet> regexes);
  ~VectorscanScanner();
  VectorscanScanner(const VectorscanScanner&) = delete;
  VectorscanScanner& operator=(const VectorscanScanner&) = delete;

  // Appends the selected lines of `text`, their offsets raised by `base`, in order. False, with nothing
  // appended, when Vectorscan fails.
  bool scan(const VectorscanDatabase& database, std::string_view text, std::size_t base, OddLines odd,
            std::vector<Line>& lines);

  // Puts the patterns that hit `line`, one without '\n' and not empty, into `hits`, in any order; patterns()
  // among them: any pattern may match. False when Vectorscan fails.
  bool scan_line(const VectorscanDatabase& database, std::string_view line, std::vector<std::uint32_t>& hits);

  // By PCRE2.
  bool matches(std::string_view line) { return runner_.get().matches(line); }

  std::uint64_t undecided() const noexcept { return runner_.made ? runner_.made->undecided() : 0; }

 private:
  struct Scratch;

  LazyRunner runner_;
  std::unique_ptr<Scratch> scratch_;
  std::vector<bool> seen_;  // by scan_line(), all false between calls
};

}  // namespace weir::filter
