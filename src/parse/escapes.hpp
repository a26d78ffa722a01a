// Backslash escapes in quoted texts of logs.
#pragma once

#include <string_view>

#include "parse/record_filler.hpp"

namespace weir::parse {

// Where the text that a quote before `begin` opened ends: at the first quote behind it that no backslash
// stands in front of. Null when there is none. `escapes`: whether there is a backslash on the way.
const char* closing_quote(const char* begin, const char* end, bool& escapes) noexcept;

// A quoted text as JSON escapes it; what JSON does not know stays as it is written.
record::Value unescape_json(std::string_view piece, RecordFiller& fields);

// ... as web servers escape it: \xHH bytes and the escapes of C; as it is written when that is no UTF-8.
record::Value unescape_bytes(std::string_view piece, RecordFiller& fields);

// ... as TSV does: \t, \n, \r and \\.
record::Value unescape_tabs(std::string_view piece, RecordFiller& fields);

}  // namespace weir::parse
