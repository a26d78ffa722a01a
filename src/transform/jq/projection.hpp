// Projection: a program that only arranges fields of the record, as {ts, level, s: .http.status}, written
// from what the reader picked up, without making its output first.
//
// Immutable; any number of threads.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/text_buffer.hpp"
#include "record/field_set.hpp"
#include "record/json.hpp"
#include "transform/jq/program.hpp"

namespace weir::transform::jq {

struct Node;

class Projection {
 public:
  // Nothing when `program` does more than that, or `style` is not plain.
  static std::optional<Projection> make(const Program& program, const record::JsonStyle& style);

  // Objects and arrays, that is; single fields are not arranged.
  record::Kind kind() const noexcept { return kind_; }

  // Appends the one output. `slots` are those of the program's fields(). False, and nothing is written, when
  // there is an error in it, perhaps, and a Machine has to say so.
  bool write(std::span<const record::FieldSlot> slots, base::TextBuffer& out) const;

 private:
  struct Part {
    std::string text;        // what is in front of the field
    std::uint32_t slot = 0;  // of the field
  };

  Projection() = default;
  bool add(const Node& node);
  bool add_array(const Node& array);
  bool add_items(const Node& node);
  bool add_object(const Node& object);

  record::Kind kind_ = record::Kind::object;
  record::JsonStyle style_;
  std::vector<Part> parts_;
  std::string text_;  // behind the last field
};

}  // namespace weir::transform::jq
