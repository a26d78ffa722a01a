// Finding literals in a chunk at vector speed.
//
// A Scan is shared by threads, and what it finds depends on nothing but the text. It reads up to 64 bytes
// behind the text, never before it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "filter/literals.hpp"
#include "filter/regex_set.hpp"

namespace weir::filter {

struct Occurrence {
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  std::size_t at = kNone;  // where a literal begins; kNone: there is no further one
  bool certain = true;     // false: whether the boundary holds depends on a character beyond ASCII
};

class Scan {
 public:
  virtual ~Scan() = default;

  // First occurrence that begins at or after `from` and stands within its boundary.
  virtual Occurrence next(std::string_view text, std::size_t from) const = 0;
};

// What surrounds text[at, at + length): whether the boundary holds, does not, or cannot be told here.
enum class Fit { no, yes, unknown };
Fit fits(Boundary boundary, std::string_view text, std::size_t at, std::size_t length);

// True when `literal` is at `at`, which has room for it.
bool stands_at(const Literal& literal, const char* at);

// One literal, by its two rarest bytes.
std::unique_ptr<Scan> make_literal_scan(Literal literal, Boundary boundary);

// Several, by a fingerprint of up to three bytes each; null when their fingerprints would be too common.
std::unique_ptr<Scan> make_literal_set_scan(std::vector<Literal> literals, Boundary boundary);

// Any number of non-empty literals, one after the other: slow, for what no other engine can do.
std::unique_ptr<Scan> make_each_literal_scan(const std::vector<Literal>& literals, Boundary boundary);

// Whichever of the first two is right; null when neither is.
std::unique_ptr<Scan> make_scan(std::vector<Literal> literals, Boundary boundary);

}  // namespace weir::filter
