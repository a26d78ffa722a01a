// The Vectorscan databases of one set of patterns: one for lines of ASCII, or for all lines where bytes alone
// decide, and one that finds candidates in any line.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>

#include "filter/database_pattern.hpp"
#include "filter/engine.hpp"
#include "filter/vectorscan_database.hpp"

namespace weir::filter {

// Made when first needed, shared by threads. Of `query` every pattern must have a tree.
class Databases {
 public:
  explicit Databases(const Query& query)
      : query_(query),
        byte_exact_(std::all_of(query.patterns.begin(), query.patterns.end(),
                                [&](const PatternQuery& pattern) {
                                  return pattern.tree && is_byte_exact(*pattern.tree, query.boundary);
                                })),
        due_(query.forced) {}

  const Query& query() const { return query_; }
  bool byte_exact() const { return byte_exact_; }

  // Whether `size` more bytes make a database worth its while, once and for all threads.
  bool due(std::size_t size) const {
    constexpr std::size_t kBytesBeforeCompiling = 128 * 1024;
    if (due_.load(std::memory_order_relaxed)) return true;
    if (bytes_.fetch_add(size, std::memory_order_relaxed) + size < kBytesBeforeCompiling) return false;
    set_due();
    return true;
  }
  void set_due() const { due_.store(true, std::memory_order_relaxed); }

  const VectorscanDatabase& first() const {
    return made(first_once_, first_, byte_exact_ ? Alphabet::bytes : Alphabet::ascii);
  }
  const VectorscanDatabase& for_any_line() const { return made(any_line_once_, any_line_, Alphabet::bytes); }

 private:
  using Slot = std::unique_ptr<const VectorscanDatabase>;

  const VectorscanDatabase& made(std::once_flag& once, Slot& slot, Alphabet alphabet) const {
    std::call_once(once, [&] { slot = std::make_unique<const VectorscanDatabase>(query_, alphabet); });
    return *slot;
  }

  Query query_;
  bool byte_exact_;
  mutable std::atomic<bool> due_;
  mutable std::atomic<std::size_t> bytes_{0};
  mutable std::once_flag first_once_;
  mutable Slot first_;
  mutable std::once_flag any_line_once_;
  mutable Slot any_line_;
};

}  // namespace weir::filter
