// RegexLibrary: the functions of Oniguruma (libonig.so.5), which is loaded when the first regular expression
// needs it. Linked, it would also come before the C library with functions of the same names.
//
// Loaded once a process and never unloaded; any thread may ask. Only regex*.cpp may include this.
#pragma once

#include <oniguruma.h>

#include <string>

namespace weir::transform::jq {

struct RegexLibrary {
  // Null when it cannot be had; `error` then says why, and which package brings it.
  static const RegexLibrary* load(std::string& error);

#define WEIR_REGEX_NAMES(row)                                                                             \
  row(OnigEncodingUTF8) row(OnigSyntaxPerl_NG) row(onig_initialize) row(onig_new) row(onig_free)          \
      row(onig_error_code_to_str) row(onig_region_new) row(onig_region_free) row(onig_number_of_captures) \
          row(onig_foreach_name) row(onig_search_with_param) row(onig_new_match_param)                    \
              row(onig_initialize_match_param) row(onig_free_match_param)                                 \
                  row(onig_set_retry_limit_in_search_of_match_param)
#define WEIR_REGEX_DECLARE(name) decltype(&::name) name = nullptr;
  WEIR_REGEX_NAMES(WEIR_REGEX_DECLARE)
#undef WEIR_REGEX_DECLARE
};

}  // namespace weir::transform::jq
