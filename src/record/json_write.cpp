#include <algorithm>
#include <utility>
#include <vector>

#include "record/json.hpp"
#include "record/json_string.hpp"
#include "record/json_write_raw.hpp"

namespace weir::record {

namespace {

constexpr std::string_view kKey = "\x1b[34;1m";
constexpr std::string_view kReset = "\x1b[0m";

void write_scalar(const Value& value, const JsonStyle& style, base::TextBuffer& out) {
  switch (value.kind()) {
    case Kind::null:
      return out.append("null");
    case Kind::false_value:
      return out.append("false");
    case Kind::true_value:
      return out.append("true");
    case Kind::number:
      return value.is_literal() ? out.append(value.literal_text()) : write_number(value.number(), out);
    default:
      return write_string(value.text(), style.ascii, out);
  }
}

// Keeps its place in containers on a stack of its own: values may be nested deeper than the thread's allows.
class Writer {
 public:
  Writer(const JsonStyle& style, base::TextBuffer& out)
      : style_(style),
        out_(out),
        colors_(style.colors ? *style.colors : JsonColors::usual()),
        can_copy_(!style.sort_keys && !style.color),
        is_plain_(style.is_plain()) {}

  void write(const Value& value) {
    begin(value);
    while (!open_.empty()) {
      Place& place = open_.back();
      if (place.next == place.size) {
        close(place);
      } else if (place.is_object) {
        next_field(place);
      } else {
        separate(place.next++ == 0, '[');
        begin(place.items[place.next - 1]);
      }
    }
  }

 private:
  struct Place {
    bool is_object = false;
    std::size_t next = 0;
    std::size_t size = 0;
    const Value* items = nullptr;
    const Object* object = nullptr;
    std::vector<const Object::Field*> sorted;
  };

  void color(std::string_view sequence) {
    if (style_.color) out_.append(sequence);
  }
  void color(Kind kind) {
    if (style_.color) out_.append(colors_.sequences[static_cast<std::size_t>(kind)]);
  }

  void new_line() { write_new_line(style_, open_.size(), out_); }

  void begin(const Value& value) {
    const Kind kind = value.kind();
    if (kind < Kind::array) return scalar(value);
    if (value.is_raw() && can_copy_ && write_raw(value, style_, open_.size(), out_)) return;
    const bool is_object = kind == Kind::object;
    if (is_object && is_plain_ && write_flat(value.fields())) return;
    const std::size_t size = is_object ? value.fields().size() : value.items().size();
    color(kind);
    if (size == 0) {
      out_.append(is_object ? "{}" : "[]");
      return color(kReset);
    }
    Place place;
    place.is_object = is_object;
    place.size = size;
    if (!is_object) place.items = value.items().data();
    if (is_object) place.object = &value.fields();
    if (is_object && style_.sort_keys) place.sorted = value.fields().sorted();
    open_.push_back(std::move(place));
  }

  // The object that most programs make: of scalars, and of text that can be copied. False, and nothing is
  // written, when there is more in it.
  bool write_flat(const Object& object) {
    const std::size_t before = out_.size();
    char mark = '{';
    for (const Object::Field& field : object) {
      out_.append(std::exchange(mark, ','));
      write_string(field.key.text(), style_.ascii, out_);
      out_.append(':');
      if (field.value.kind() < Kind::array) {
        write_scalar(field.value, style_, out_);
      } else if (!field.value.is_raw() || !write_raw(field.value, style_, open_.size() + 1, out_)) {
        out_.truncate(before);
        return false;
      }
    }
    out_.append(object.empty() ? "{}" : "}");
    return true;
  }

  void scalar(const Value& value) {
    color(value.kind());
    write_scalar(value, style_, out_);
    color(kReset);
  }

  // The opening bracket, or the comma behind the item before.
  void separate(bool is_first, char bracket) {
    if (!is_first) color(bracket == '{' ? Kind::object : Kind::array);
    out_.append(is_first ? bracket : ',');
    new_line();
  }

  void next_field(Place& place) {
    const std::size_t at = place.next++;
    const Object::Field& field = place.sorted.empty() ? (*place.object)[at] : *place.sorted[at];
    separate(at == 0, '{');
    color(kReset);
    color(kKey);
    write_string(field.key.text(), style_.ascii, out_);
    color(kReset);
    color(Kind::object);
    out_.append(is_one_line(style_) ? ":" : ": ");
    color(kReset);
    begin(field.value);
  }

  void close(const Place& place) {
    const Kind kind = place.is_object ? Kind::object : Kind::array;
    const char bracket = place.is_object ? '}' : ']';
    open_.pop_back();
    color(kind);
    new_line();
    color(kind);
    out_.append(bracket);
    color(kReset);
  }

  const JsonStyle& style_;
  base::TextBuffer& out_;
  const JsonColors& colors_;
  bool can_copy_;  // raw text, in part at least
  bool is_plain_;  // no colours, no order, no lines
  std::vector<Place> open_;
};

}  // namespace

const JsonColors& JsonColors::usual() {
  static const JsonColors colors{
      {"\x1b[1;30m", "\x1b[0;39m", "\x1b[0;39m", "\x1b[0;39m", "\x1b[0;32m", "\x1b[1;39m", "\x1b[1;39m"}};
  return colors;
}

JsonColors JsonColors::parse(std::string_view list) {
  constexpr std::size_t kLongest = 12;
  JsonColors colors = usual();
  for (std::string& sequence : colors.sequences) {
    if (list.empty()) break;
    const std::string_view color = list.substr(0, list.find(':'));
    if (color.size() > kLongest || color.find_first_not_of("0123456789;") != color.npos) return usual();
    sequence = "\x1b[" + std::string(color) + 'm';
    list.remove_prefix(std::min(color.size() + 1, list.size()));
  }
  return colors;
}

void write_json(const Value& value, const JsonStyle& style, base::TextBuffer& out) {
  if (value.kind() < Kind::array && !style.color) return write_scalar(value, style, out);
  Writer(style, out).write(value);
}

std::string to_json(const Value& value, const JsonStyle& style) {
  base::TextBuffer out;
  write_json(value, style, out);
  return std::string(out.view());
}

}  // namespace weir::record
