// PCRE2's objects with owners. Included by the few files that use PCRE2, and by nothing else.
#pragma once

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "filter/regex_set.hpp"

namespace weir::filter {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using CodePtr = std::unique_ptr<pcre2_code, Freer<pcre2_code_free>>;
using MatchDataPtr = std::unique_ptr<pcre2_match_data, Freer<pcre2_match_data_free>>;
using MatchContextPtr = std::unique_ptr<pcre2_match_context, Freer<pcre2_match_context_free>>;
using CompileContextPtr = std::unique_ptr<pcre2_compile_context, Freer<pcre2_compile_context_free>>;
using JitStackPtr = std::unique_ptr<pcre2_jit_stack, Freer<pcre2_jit_stack_free>>;

inline PCRE2_SPTR units(std::string_view text) {
  // PCRE2 takes no null pointer, not even for an empty text.
  return reinterpret_cast<PCRE2_SPTR>(text.data() != nullptr ? text.data() : "");
}

struct RegexSet::Code {
  CodePtr code;
  std::size_t first;  // of the patterns in it
  std::size_t last;   // one behind
  bool jit;
};

struct RegexSet::Codes {
  std::vector<Code> codes;  // in pattern order
  std::optional<PatternError> error;
};

}  // namespace weir::filter
