// Value: a JSON value as jq programs handle it.
//
// Sixteen bytes, cheap to copy: what does not fit is shared and counted, or borrowed from text that outlives
// the value (the chunk a record was read from, the program). Values are immutable to everybody but their only
// owner: edit_array() and edit_object() copy first when there is another. Counts are not atomic: values do
// not cross threads.
//
// Containers of a record that was read may still be JSON text ("raw"): they are taken apart when somebody
// looks inside, and written from the text when nobody did. Such values, borrowed strings and literals die
// with the record they came from.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::record {

class JsonIndex;

// In the order in which jq sorts values of different kinds.
enum class Kind : std::uint8_t { null, false_value, true_value, number, string, array, object };

// As `type` has it: "boolean" for both of them.
std::string_view kind_name(Kind kind) noexcept;

class Object;

class Value {
 public:
  using Array = std::vector<Value>;

  Value() noexcept {}
  static Value null() noexcept { return {}; }
  static Value boolean(bool value) noexcept;
  static Value number(double value) noexcept;
  // A number as it is written in JSON text; keeps its spelling until it is calculated with. Borrows `text`.
  static Value literal(std::string_view text) noexcept;
  // Strings are valid UTF-8.
  static Value string(std::string_view utf8);             // a copy
  static Value borrowed(std::string_view utf8) noexcept;  // no copy
  static Value array();
  static Value array(Array items);
  static Value object();
  // The container that begins at a structural position of `index`, which outlives the value.
  static Value raw(Kind kind, const JsonIndex* index, std::uint32_t position) noexcept;

  Value(const Value& other) noexcept
      : kind_(other.kind_), form_(other.form_), size_(other.size_), payload_(other.payload_) {
    if (form_ == Form::shared) add_owner();
  }
  Value(Value&& other) noexcept
      : kind_(other.kind_), form_(other.form_), size_(other.size_), payload_(other.payload_) {
    other.kind_ = Kind::null;
    other.form_ = Form::plain;
  }
  Value& operator=(const Value& other) noexcept {
    Value copy(other);
    swap(copy);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    Value moved(std::move(other));
    swap(moved);
    return *this;
  }
  ~Value() {
    if (form_ == Form::shared) drop_owner();
  }
  void swap(Value& other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(form_, other.form_);
    std::swap(size_, other.size_);
    std::swap(payload_, other.payload_);
  }

  Kind kind() const noexcept { return kind_; }
  bool is_null() const noexcept { return kind_ == Kind::null; }
  bool is_boolean() const noexcept { return kind_ == Kind::true_value || kind_ == Kind::false_value; }
  bool is_number() const noexcept { return kind_ == Kind::number; }
  bool is_string() const noexcept { return kind_ == Kind::string; }
  bool is_array() const noexcept { return kind_ == Kind::array; }
  bool is_object() const noexcept { return kind_ == Kind::object; }
  // All but null and false.
  bool is_true() const noexcept { return kind_ > Kind::false_value; }
  bool is_raw() const noexcept { return form_ == Form::raw; }
  // Strings and literals in text of somebody else.
  bool is_borrowed() const noexcept { return form_ == Form::borrowed; }

  // The accessors below are for values of their kind only.

  double number() const noexcept { return form_ == Form::plain ? payload_.number : literal_number(); }
  bool is_literal() const noexcept { return kind_ == Kind::number && form_ == Form::borrowed; }
  // How the number was written; of literals only.
  std::string_view literal_text() const noexcept { return {payload_.text, size_}; }
  std::string_view text() const noexcept {
    return form_ == Form::borrowed ? std::string_view(payload_.text, size_) : shared_text();
  }
  // Appends to a string; in place when this is its only owner.
  void append_text(std::string_view utf8);
  // Bytes of a string, as a string; borrowed from where the whole is borrowed from, or a copy.
  Value part(std::size_t begin, std::size_t size) const {
    const std::string_view bytes = text().substr(begin, size);
    return form_ == Form::borrowed ? borrowed(bytes) : string(bytes);
  }

  std::span<const Value> items() const { return array_block().items; }
  // Exclusive access: this value is the only owner afterwards.
  Array& edit_array();

  const Object& fields() const;
  Object& edit_object();
  // Becomes an object that nobody else owns, whatever it was before; an object of its own keeps its memory
  // and its fields, for the caller to overwrite or truncate().
  Object& reuse_object();

  // Where raw text lies. Of raw values only.
  const JsonIndex* raw_index() const noexcept { return payload_.index; }
  std::uint32_t raw_position() const noexcept { return size_; }

 private:
  // plain: in the payload itself; borrowed: text of somebody else; shared: a counted block.
  enum class Form : std::uint8_t { plain, borrowed, shared, raw };

  struct StringBlock {
    std::uint32_t owners = 1;
    std::string text;
  };
  struct ArrayBlock {
    std::uint32_t owners = 1;
    Array items;
  };
  struct ObjectBlock;

  union Payload {
    double number;
    const char* text;
    StringBlock* string;
    ArrayBlock* array;
    ObjectBlock* object;
    const JsonIndex* index;
    void* block;
  };

  Value(Kind kind, Form form, std::uint32_t size, Payload payload) noexcept
      : kind_(kind), form_(form), size_(size), payload_(payload) {}

  void add_owner() const noexcept;
  void drop_owner() noexcept;
  double literal_number() const noexcept;
  std::string_view shared_text() const noexcept { return payload_.string->text; }
  const ArrayBlock& array_block() const {
    if (form_ == Form::raw) expand();
    return *payload_.array;
  }
  // Takes raw text apart, one level deep; a value stays the same to all who look at it.
  void expand() const;

  mutable Kind kind_ = Kind::null;
  mutable Form form_ = Form::plain;
  mutable std::uint32_t size_ = 0;  // bytes of borrowed text; the position of raw text
  mutable Payload payload_ = {.number = 0};
};

static_assert(sizeof(Value) == 16);

inline Value Value::boolean(bool value) noexcept {
  return {value ? Kind::true_value : Kind::false_value, Form::plain, 0, {.number = 0}};
}

inline Value Value::number(double value) noexcept {
  return {Kind::number, Form::plain, 0, {.number = value}};
}

inline Value Value::literal(std::string_view text) noexcept {
  return {Kind::number, Form::borrowed, static_cast<std::uint32_t>(text.size()), {.text = text.data()}};
}

inline Value Value::borrowed(std::string_view utf8) noexcept {
  return {Kind::string, Form::borrowed, static_cast<std::uint32_t>(utf8.size()), {.text = utf8.data()}};
}

inline Value Value::raw(Kind kind, const JsonIndex* index, std::uint32_t position) noexcept {
  return {kind, Form::raw, position, {.index = index}};
}

// The fields of an object, in the order in which their keys first came. Keys are strings.
class Object {
 public:
  struct Field {
    Value key;
    Value value;
  };

  std::size_t size() const noexcept { return fields_.size(); }
  bool empty() const noexcept { return fields_.empty(); }
  auto begin() const noexcept { return fields_.begin(); }
  auto end() const noexcept { return fields_.end(); }
  const Field& operator[](std::size_t position) const noexcept { return fields_[position]; }

  // Nothing when there is no such key.
  const Value* find(std::string_view key) const noexcept;
  // The value of a key, null before it is set.
  Value& at(const Value& key);
  void set(Value key, Value value) { at(key) = std::move(value); }
  // For keys that are known not to be there yet.
  void add(Value key, Value value);
  void reserve(std::size_t fields) { fields_.reserve(fields); }
  void erase(std::string_view key);
  // The value of a field that is there, by its position.
  Value& value_at(std::size_t position) noexcept { return fields_[position].value; }
  // Drops the fields behind the first ones.
  void truncate(std::size_t fields);
  // Moves the arrays and objects among the values out: for who takes the object down.
  void take_containers(std::vector<Value>& into);
  // The fields in the order of their keys (of their bytes, which is that of code points).
  std::vector<const Field*> sorted() const;

 private:
  static constexpr std::size_t kMostScanned = 12;  // fields that are looked through one by one

  std::size_t position_of(std::string_view key) const noexcept;
  void index_from(std::size_t position);

  std::vector<Field> fields_;
  std::vector<std::uint32_t>
      slots_;  // open addressing by hash: position + 1; empty while there are few fields
};

// jq's order: by kind, then numbers by value, strings by bytes, arrays by their first difference, objects by
// their sorted keys and then by the values. < 0, 0, > 0.
int compare(const Value& a, const Value& b);
inline bool equal(const Value& a, const Value& b) {
  return compare(a, b) == 0;
}

}  // namespace weir::record
