// -U: gathers the text of a unit until it is decided which matches it holds, and hands on the lines that are.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "filter/multiline.hpp"
#include "pipeline/scan_plan.hpp"
#include "text/chunk.hpp"

namespace weir::pipeline {

// What has been read of a unit and may still be part of a match, or be looked back at.
struct MultilineText {
  std::string text;
  std::size_t decided = 0;   // bytes at its front that are
  std::uint64_t offset = 0;  // of text[0] in the source
  std::size_t wanted = 0;    // bytes behind `decided` before it is worth to look again
  bool was_cut = false;      // a match was given up for being too long
  bool cut_is_told = false;
};

// One for each shard.
class MultilineSelector {
 public:
  explicit MultilineSelector(const ScanPlan& plan);

  // The text that `chunk` adds. The lines it skips are no neighbours to any other: decide all before.
  void add(const text::Chunk& chunk, MultilineText& state) const;

  // The whole lines that are decided, all there is with `is_end`, and of them, in `selected`, those of each
  // match as one range. Good until finish(). No text when nothing is.
  text::Chunk decide(MultilineText& state, bool is_end, std::vector<filter::Line>& selected);

  // What decide() gave has been used.
  void finish(MultilineText& state) const;

  // The matches in what decide() gave.
  filter::MatchFinder& finder() noexcept { return finder_; }
  // Of them, those in one of the ranges that are not empty.
  std::uint64_t count_matches(const filter::Line& range) const;
  std::uint64_t undecided() const noexcept { return matcher_.undecided(); }

 private:
  std::size_t drop_unfinished(const MultilineText& state, std::size_t end);

  std::size_t limit_;
  filter::MultilineMatcher matcher_;
  filter::SpanFinder finder_;
  std::vector<filter::Span> spans_;
  std::size_t begin_ = 0;  // of what decide() gave, in its text
  std::size_t end_ = 0;
};

}  // namespace weir::pipeline
