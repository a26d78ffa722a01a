// Structured data of RFC 5424: [id key="value" ...][id ...], or "-".
#pragma once

#include <string_view>

#include "parse/record_filler.hpp"

namespace weir::parse {

// Takes it from the start of `rest`: an object of objects, null for "-". The values of a key that comes more
// than once become an array. False when it is broken, or not set off from what follows by a blank.
bool take_syslog_data(std::string_view& rest, RecordFiller& fields, record::Value& data);

}  // namespace weir::parse
