#include "record/json_walk.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "record/json_scalar.hpp"

namespace weir::record {

JsonWalk::JsonWalk(const FieldSet* fields) {
  if (fields && fields->size() > 0) plan(*fields);
}

// In the order of their paths each step is directly behind those that lead to it.
void JsonWalk::plan(const FieldSet& fields) {
  slots_.resize(fields.size());
  places_.resize(fields.size());
  std::vector<std::uint32_t> order(fields.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return fields.path(a) < fields.path(b); });
  steps_.emplace_back();
  std::vector<std::uint32_t> way = {0};  // the steps to the last path
  const std::vector<std::string>* last = nullptr;
  for (const std::uint32_t slot : order) {
    const std::vector<std::string>& path = fields.path(slot);
    std::size_t common = 0;
    while (last && common < std::min(last->size(), path.size()) && (*last)[common] == path[common])
      ++common;
    for (; way.size() > common + 1; way.pop_back())
      steps_[way.back()].end = static_cast<std::uint32_t>(steps_.size());
    for (; way.size() <= path.size();) {
      const std::string_view key = path[way.size() - 1];
      Step step;
      step.key = key;
      std::memcpy(&step.prefix, key.data(), std::min<std::size_t>(8, key.size()));
      std::memset(&step.mask, 0xff, std::min<std::size_t>(8, key.size()));
      way.push_back(static_cast<std::uint32_t>(steps_.size()));
      steps_.push_back(step);
    }
    steps_[way.back()].slot = slot;
    last = &path;
  }
  for (const std::uint32_t step : way)
    steps_[step].end = static_cast<std::uint32_t>(steps_.size());
}

void JsonWalk::forget_below(std::uint32_t step) {
  for (std::uint32_t below = step; below < steps_[step].end; ++below) {
    steps_[below].seen = 0;
    if (steps_[below].slot == kNone) continue;
    places_[steps_[below].slot] = kNone;
    slots_[steps_[below].slot].is_regular = true;
  }
}

void JsonWalk::spoil_below(std::uint32_t step) {
  for (std::uint32_t below = step + 1; below < steps_[step].end; ++below) {
    if (steps_[below].slot != kNone) slots_[steps_[below].slot].is_regular = false;
  }
}

// One walk, with what it looks at all the time in variables of its own.
struct JsonWalk::Run {
  JsonWalk& walk;
  const JsonIndex& index;
  const char* text;
  const std::uint32_t* offsets;
  std::uint32_t size;
  std::uint32_t at;  // position
  std::uint32_t depth = 0;
  std::uint32_t entries = 0;  // of those that jq has kMostNested
  std::uint32_t inside = kNone;
  Outcome failure = Outcome::invalid;

  char byte(std::uint32_t position) const { return text[offsets[position]]; }

  std::string_view token(std::uint32_t position) const {
    const std::size_t end = token_end({text, offsets[position + 1]}, offsets[position + 1]);
    return {text + offsets[position], end - offsets[position]};
  }

  bool unfinished() {
    failure = Outcome::unfinished;
    return false;
  }

  bool is_escaped(std::uint32_t position) const {
    return index.next_escape(offsets[position]) < offsets[position + 1];
  }

  bool scalar(char first) {
    if (first == '"') return !is_escaped(at) || has_valid_escapes(token(at));
    if (static_cast<unsigned char>(first - '0') < 10 || first == '-') return is_number_token(token(at));
    return is_json_word(token(at));
  }

  void keep(std::uint32_t step, char first) {
    if (step == kNone) return;
    const Step& wanted = walk.steps_[step];
    if (wanted.slot != kNone) walk.places_[wanted.slot] = at;
    if (first == '{' || wanted.end == step + 1) return;
    walk.is_plain_ &= first == '[';
    if (first != 'n') walk.spoil_below(step);
  }

  bool matches(const Step& step, std::string_view key) const {
    std::uint64_t prefix;
    std::memcpy(&prefix, key.data(), sizeof prefix);
    return key.size() == step.key.size() && ((prefix ^ step.prefix) & step.mask) == 0 &&
           (key.size() <= 8 || key == step.key);
  }

  std::uint32_t find_child(std::string_view key) const {
    const std::uint32_t end = walk.steps_[inside].end;
    for (std::uint32_t child = inside + 1; child < end; child = walk.steps_[child].end) {
      if (matches(walk.steps_[child], key)) return child;
    }
    return kNone;
  }

  std::uint32_t find_escaped_child(std::string_view key) const {
    std::string plain = unescape(key);
    const std::size_t length = plain.size();
    plain.resize(length + 8);
    return find_child({plain.data(), length});
  }

  // The step that the key at `at` leads to.
  std::uint32_t step_of_key() {
    const std::string_view quoted = token(at);
    const std::string_view key = quoted.substr(1, quoted.size() - 2);
    const std::uint32_t child = is_escaped(at) ? find_escaped_child(key) : find_child(key);
    if (child == kNone) return kNone;
    if (walk.steps_[child].seen == walk.walks_) walk.forget_below(child);
    walk.steps_[child].seen = walk.walks_;
    return child;
  }

  // From a key to its value.
  bool key(std::uint32_t& step) {
    if (size - at < 3) return unfinished();
    if (byte(at) != '"' || byte(at + 1) != ':') return false;
    if (is_escaped(at) && !has_valid_escapes(token(at))) return false;
    step = inside == kNone ? kNone : step_of_key();
    at += 2;
    return true;
  }

  bool open(std::uint32_t step, bool is_object) {
    entries += is_object ? 2 : 1;
    if (entries > kMostNested) return false;
    walk.outer_[depth++] = inside;
    inside = is_object ? step : kArray;
    ++at;
    return true;
  }

  // Opened arrays are told from objects by `inside`, but objects that nobody asks about share kNone.
  void close(bool is_object) {
    entries -= is_object ? 2 : 1;
    inside = walk.outer_[--depth];
    ++at;
  }

  // Goes on behind a value, to the next one. False: there is none, or an error.
  bool go_on(std::uint32_t& step, bool& is_done) {
    for (;;) {
      if (depth == 0) {
        is_done = true;
        return false;
      }
      if (at >= size) return unfinished();
      const char next = byte(at);
      const bool is_object = inside != kArray;
      if (next == ',') {
        ++at;
        step = kNone;
        if (is_object) return key(step);
        return at < size || unfinished();
      }
      if (next != (is_object ? '}' : ']')) return false;
      close(is_object);
    }
  }

  Outcome run() {
    std::uint32_t step = walk.steps_.empty() ? kNone : 0;
    bool is_done = false;
    for (;;) {
      const char first = byte(at);
      keep(step, first);
      if (first == '{' || first == '[') {
        const bool is_object = first == '{';
        if (!open(step, is_object)) return Outcome::invalid;
        if (at >= size) return Outcome::unfinished;
        if (byte(at) != (is_object ? '}' : ']')) {
          step = kNone;
          if (is_object && !key(step)) return failure;
          continue;
        }
        close(is_object);
      } else {
        if (!scalar(first)) return Outcome::invalid;
        ++at;
      }
      if (!go_on(step, is_done)) return is_done ? Outcome::valid : failure;
    }
  }
};

// Moves the shape to the front.
bool JsonWalk::find_known(const JsonIndex& index, std::uint32_t position) {
  for (auto& known : shapes_) {
    if (!known || !known->shape.matches(index, position)) continue;
    if (known != shapes_.front()) std::swap(known, shapes_.front());
    known_ = shapes_.front().get();
    return true;
  }
  return false;
}

// Where shapes hardly ever come again, looking for them is left alone for a while.
void JsonWalk::learn(const JsonIndex& index, std::uint32_t position) {
  constexpr unsigned kCost = 4;  // how many hits a miss is worth
  constexpr unsigned kMostMisses = 64 * kCost;
  constexpr unsigned kPause = 1000;
  const char first = index.at(position);
  if (!is_plain_ || (first != '{' && first != '[')) return;
  misses_ += kCost;
  if (misses_ > kMostMisses) {
    misses_ = 0;
    pause_ = kPause;
    return;
  }
  std::rotate(shapes_.begin(), shapes_.end() - 1, shapes_.end());
  auto& known = shapes_.front();
  if (!known) known = std::make_unique<Known>();
  if (!known->shape.learn(index, position, end_)) return known.reset();
  known->fields.clear();
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    const std::uint32_t place = places_[slot] == kNone ? kNone : places_[slot] - position;
    known->fields.push_back({place, slots_[slot].is_regular});
  }
}

void JsonWalk::fill_slots(const JsonIndex& index) {
  for (std::size_t slot = 0; slot < slots_.size(); ++slot)
    slots_[slot].value = places_[slot] == kNone ? Value() : index.value(places_[slot]);
}

void JsonWalk::fill_known(const JsonIndex& index, std::uint32_t position) {
  const std::uint32_t* offsets = index.offsets();
  const char* text = index.text().data();
  const bool is_plain = index.next_escape(offsets[position]) >= offsets[end_];
  FieldSlot* slot = slots_.data();
  for (const Known::Field& field : known_->fields) {
    const std::uint32_t at = position + field.place;
    slot->is_regular = field.is_regular;
    if (field.place == kNone) {
      slot->value = Value();
    } else if (is_plain && text[offsets[at]] == '"') {
      // Nothing is between a string and what follows it in a shape.
      slot->value = Value::borrowed({text + offsets[at] + 1, offsets[at + 1] - offsets[at] - 2});
    } else {
      slot->value = index.value(at);
    }
    ++slot;
  }
}

JsonWalk::Outcome JsonWalk::walk(const JsonIndex& index, std::uint32_t position) {
  known_ = nullptr;
  const bool tries_shapes = pause_ == 0;
  if (tries_shapes && find_known(index, position)) {
    if (misses_ > 0) --misses_;
    end_ = position + known_->shape.positions();
    fill_known(index, position);
    return Outcome::valid;
  }
  if (!tries_shapes) --pause_;
  ++walks_;
  is_plain_ = true;
  for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
    places_[slot] = kNone;
    slots_[slot].is_regular = true;
  }
  Run run{.walk = *this,
          .index = index,
          .text = index.text().data(),
          .offsets = index.offsets(),
          .size = index.size(),
          .at = position};
  const Outcome outcome = run.run();
  end_ = run.at;
  if (outcome != Outcome::valid) return outcome;
  fill_slots(index);
  if (tries_shapes) learn(index, position);
  return outcome;
}

}  // namespace weir::record
