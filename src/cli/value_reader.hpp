// ValueReader: reads the values of options that are numbers, sizes and the like, and keeps the first error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include "cli/units.hpp"
#include "weir/error.hpp"

namespace weir::cli {

class ValueReader {
 public:
  // An option that was not given leaves `place` alone.
  template <typename Place>
  void count(const std::string& option, const std::optional<std::string>& text, Place& place,
             std::uint64_t most, const std::string& wanted = "a number that fits") {
    if (text) take(option, *text, parse_count(*text), place, most, wanted);
  }

  template <typename Place>
  void bytes(const std::string& option, const std::optional<std::string>& text, Place& place,
             std::uint64_t most) {
    if (text) take(option, *text, parse_bytes(*text), place, most, "a size such as 4096, 64K or 16M");
  }

  void milliseconds(const std::string& option, const std::optional<std::string>& text, std::uint64_t& place) {
    if (text)
      take(option, *text, parse_milliseconds(*text), place, kLongest, "a time such as 500ms, 2s or 1m");
  }

  void refuse(const std::string& option, const std::string& value, const std::string& wanted) {
    if (!error_) error_.emplace(ErrorCode::bad_argument, option + ": '" + value + "' is not " + wanted);
  }

  const std::optional<Error>& error() const noexcept { return error_; }

 private:
  static constexpr std::uint64_t kLongest = std::uint64_t{1} << 40;

  template <typename Place>
  void take(const std::string& option, const std::string& text, std::optional<std::uint64_t> value,
            Place& place, std::uint64_t most, const std::string& wanted) {
    if (!value || *value > most) return refuse(option, text, wanted);
    place = static_cast<std::remove_reference_t<decltype(place)>>(*value);
  }

  std::optional<Error> error_;
};

}  // namespace weir::cli
