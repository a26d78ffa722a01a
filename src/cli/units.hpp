// Sizes, numbers and times as people write them on a command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::cli {

// Bytes from "4096", "64K", "16M", "2G" (powers of 1024; "KB", "KiB", lower case and a bare "B" too).
// Nothing for anything else, or for more than fits.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

// A whole number, all of `text`.
std::optional<std::uint64_t> parse_count(std::string_view text);

// "500ms", "2s", "1.5m", "1h"; nothing without a unit, or for more than fits. A fraction of a millisecond
// counts as one.
std::optional<std::uint64_t> parse_milliseconds(std::string_view text);

}  // namespace weir::cli
