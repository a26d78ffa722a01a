// What the words of a command line are as JSON text: the values that a jq program is given.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::pipeline {

// A JSON string; what is not UTF-8 becomes U+FFFD, as jq does it.
std::string json_string(std::string_view bytes);

// Why `text` is not one JSON text, as jq reads them; nothing when it is one.
std::optional<std::string> json_fault(std::string_view text);

// Joins JSON texts that follow each other to an array. False leaves what is wrong with them in `fault`.
bool json_array(std::string_view texts, std::string& array, std::string& fault);

}  // namespace weir::pipeline
