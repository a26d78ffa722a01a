// Regex: Oniguruma as jq 1.6 uses it, and a cache of those that a program needs.
//
// Each belongs to one Context and so to one thread. What a search found stays until the next one. A search
// that tries too much ends with an error: both for one place of the text, where the limit is the library's
// and so jq's, and altogether.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "transform/jq/builtin.hpp"

struct re_pattern_buffer;
struct re_registers;
struct OnigMatchParamStruct;

namespace weir::transform::jq {

struct RegexLibrary;

class Regex {
 public:
  enum class Found { no, yes, failed };

  // Where a group matched, in bytes; -1 when it did not.
  struct Group {
    int begin;
    int end;
    bool empty() const noexcept { return begin == end; }
  };

  // Null leaves jq's error text.
  static std::unique_ptr<Regex> compile(std::string_view pattern, std::string_view flags, std::string& error);
  ~Regex();
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  bool is_for(std::string_view pattern, std::string_view flags) const noexcept {
    return pattern_ == pattern && flags_ == flags;
  }
  // Flag g: all matches, not just the first.
  bool is_global() const noexcept { return global_; }
  // The names of the groups from the first on, null for those without one.
  const std::vector<Value>& names() const noexcept { return names_; }

  Found test(std::string_view text);
  // The first match from `start` on. Group 0 is all of it.
  Found search(std::string_view text, std::size_t start);
  Group group(std::size_t number) const noexcept;
  // Of the last search that failed.
  const std::string& error() const noexcept { return error_; }

 private:
  explicit Regex(const RegexLibrary& library) noexcept : library_(library) {}
  Found run(std::string_view text, std::size_t start, re_registers* groups);
  void name_groups();

  const RegexLibrary& library_;
  std::string pattern_;
  std::string flags_;
  std::vector<std::string> alternatives_;  // all that the pattern says, when that is plain texts
  bool global_ = false;
  re_pattern_buffer* program_ = nullptr;
  re_registers* groups_ = nullptr;
  OnigMatchParamStruct* limits_ = nullptr;
  std::vector<Value> names_;
  std::string error_;
};

class RegexCache {
 public:
  // `pattern` with `flags` (a string or null), compiled when it was not used of late. Null: the error is in
  // the context.
  Regex* find(Context& context, const Value& pattern, const Value& flags);

 private:
  static constexpr std::size_t kMost = 64;

  struct Entry {
    std::unique_ptr<Regex> regex;
    std::uint64_t used = 0;
  };
  Regex* compile(Context& context, std::string_view pattern, std::string_view flags);

  std::vector<Entry> entries_;
  std::size_t latest_ = 0;
  std::uint64_t uses_ = 0;
};

}  // namespace weir::transform::jq
