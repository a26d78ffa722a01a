#include "transform/jq/projection.hpp"

#include <algorithm>
#include <utility>

#include "transform/jq/syntax.hpp"

namespace weir::transform::jq {

namespace {

bool is_text(const Node& node) noexcept {
  return node.op == Op::literal && node.value.is_string();
}

// Of two equal keys the last one counts, in the place of the first.
bool has_fixed_distinct_keys(const Node& object) {
  std::vector<std::string_view> keys;
  for (std::size_t i = 0; i < object.list.size(); i += 2) {
    if (!is_text(*object.list[i])) return false;
    keys.push_back(object.list[i]->value.text());
  }
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) == keys.end();
}

}  // namespace

std::optional<Projection> Projection::make(const Program& program, const record::JsonStyle& style) {
  const Node& body = *program.code().main.body;
  const bool is_arranged = body.op == Op::object || body.op == Op::array;
  if (!program.is_native() || !is_arranged || !style.is_plain()) return std::nullopt;
  Projection made;
  made.kind_ = body.op == Op::object ? record::Kind::object : record::Kind::array;
  made.style_ = style;
  if (!made.add(body) || made.parts_.empty()) return std::nullopt;
  return made;
}

bool Projection::add(const Node& node) {
  if (node.op == Op::object) return add_object(node);
  if (node.op == Op::array) return add_array(node);
  if (node.op == Op::literal) {
    text_ += record::to_json(node.value, style_);
    return true;
  }
  if (!node.has_slot) return false;
  parts_.push_back({std::exchange(text_, {}), node.slot});
  return true;
}

bool Projection::add_array(const Node& array) {
  text_ += '[';
  if (array.a != nullptr && !add_items(*array.a)) return false;
  text_ += ']';
  return true;
}

bool Projection::add_items(const Node& node) {
  if (node.op != Op::comma) return add(node);
  if (!add_items(*node.a)) return false;
  text_ += ',';
  return add_items(*node.b);
}

bool Projection::add_object(const Node& object) {
  if (!has_fixed_distinct_keys(object)) return false;
  text_ += '{';
  for (std::size_t i = 0; i < object.list.size(); i += 2) {
    if (i > 0) text_ += ',';
    text_ += record::to_json(object.list[i]->value, style_) + ':';
    if (!add(*object.list[i + 1])) return false;
  }
  text_ += '}';
  return true;
}

bool Projection::write(std::span<const record::FieldSlot> slots, base::TextBuffer& out) const {
  if (slots.empty()) return false;
  for (const Part& part : parts_) {
    if (!slots[part.slot].is_regular) return false;
  }
  for (const Part& part : parts_) {
    out.append(part.text);
    record::write_json(slots[part.slot].value, style_, out);
  }
  out.append(text_);
  return true;
}

}  // namespace weir::transform::jq
