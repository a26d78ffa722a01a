// POSIX basic and extended regular expressions, as GNU grep 3.8 reads them in a UTF-8 locale, put into
// PCRE2's syntax. The GNU additions are understood: \| \+ \? in basic ones, \w \W \s \S \b \B \< \> \` \',
// {,n}.
//
// The translation selects the same lines. Where it matches may differ: POSIX wants the longest of the
// leftmost matches, which the caller has to look for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "filter/filter.hpp"

namespace weir::filter {

// What is wrong with `pattern`, in GNU's words; otherwise `translated` holds its translation. Bytes that are
// no UTF-8 are copied: PCRE2 complains about them.
// With `caseless`, [:upper:] and [:lower:] are letters of either case.
std::optional<PatternError> translate_posix(std::string_view pattern, bool extended, bool caseless,
                                            std::string& translated);

}  // namespace weir::filter
