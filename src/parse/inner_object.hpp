// JSON objects inside of other text.
#pragma once

#include <string>
#include <string_view>

#include "parse/record_filler.hpp"
#include "record/json_index.hpp"
#include "record/json_walk.hpp"

namespace weir::parse {

// Reads one object after the other; each is good until the next one, or until the reader is gone.
class ObjectReader {
 public:
  // The object that all of `utf8` is; null when it is none, or no strictly valid JSON.
  const record::Object* read(std::string_view utf8);

 private:
  static constexpr std::size_t kMostKept = std::size_t{1} << 20;

  std::string text_;  // with room for what reads ahead
  record::JsonIndex index_;
  record::JsonWalk walk_{nullptr};
  record::Value object_;
};

// Where the object that begins with the '{' at `begin` ends, behind its bracket; npos when it does not. What
// is between is not checked.
std::size_t end_of_object(std::string_view text, std::size_t begin) noexcept;

void add_members(const record::Object& object, RecordFiller& fields);

}  // namespace weir::parse
