#include "record/json_index.hpp"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <string>

#include "base/shared_library.hpp"
#include "record/json_scalar.hpp"
#include "record/key_check.hpp"
#include "text/chunk.hpp"

namespace weir::record {

static_assert(simdjson::SIMDJSON_PADDING <= text::kPadding);

namespace {

// simdjson, in the version whose headers are included: its classes have virtual functions. A shared library
// is loaded when the first JSON is read.
struct Simdjson {
  decltype(&simdjson::get_active_implementation) get_active_implementation = nullptr;
  std::string error;

  Simdjson() {
#ifdef WEIR_SIMDJSON_FILE
    base::SharedLibrary file(WEIR_SIMDJSON_FILE, "reading JSON", "simdjson", WEIR_SIMDJSON_PACKAGE);
    file.find("_ZN8simdjson25get_active_implementationEv", get_active_implementation);
    error = file.error();
#else
    get_active_implementation = &simdjson::get_active_implementation;
#endif
  }

  static const Simdjson& get() {
    static const Simdjson once;
    return once;
  }
};

}  // namespace

const std::string& JsonIndex::problem() {
  return Simdjson::get().error;
}

// The part of simdjson that finds structure, without the rest.
struct JsonIndex::Finder {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
  std::size_t capacity = 0;

  // What a huge text needed is given back afterwards.
  void make_room(std::size_t size) {
    constexpr std::size_t kLeast = 4096;
    constexpr std::size_t kHuge = std::size_t{16} << 20;
    const bool is_wasteful = capacity >= kHuge && size < capacity / 16;
    if (capacity >= size && !is_wasteful) return;
    capacity = std::min<std::size_t>(std::bit_ceil(std::max(kLeast, size)), simdjson::SIMDJSON_MAXSIZE_BYTES);
    parser.reset();
    if (!problem().empty()) throw std::runtime_error(problem());
    const auto error =
        Simdjson::get().get_active_implementation()->create_dom_parser_implementation(capacity, 1, parser);
    if (error != simdjson::SUCCESS) throw std::bad_alloc();
  }
};

JsonIndex::JsonIndex() noexcept = default;
JsonIndex::~JsonIndex() = default;

bool JsonIndex::build(std::string_view text) {
  static constexpr std::uint32_t kEmpty = 0;
  text_ = text;
  size_ = 0;
  escape_ = delete_ = Ahead();
  compact_bytes_ = 0;
  offsets_ = &kEmpty;
  if (text.empty()) return true;
  if (text.size() > simdjson::SIMDJSON_MAXSIZE_BYTES - text::kPadding) return false;
  if (!finder_) finder_ = std::make_unique<Finder>();
  finder_->make_room(text.size());
  auto& parser = *finder_->parser;
  const auto error = parser.stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                                   simdjson::stage1_mode::regular);
  if (error != simdjson::SUCCESS) return error == simdjson::EMPTY;
  offsets_ = parser.structural_indexes.get();
  size_ = parser.n_structural_indexes;
  return true;
}

void JsonIndex::find(std::uint32_t from, char byte, Ahead& ahead) const noexcept {
  ahead = {from, static_cast<std::uint32_t>(std::min(text_.find(byte, from), text_.size()))};
}

std::uint32_t JsonIndex::behind(std::uint32_t position) const noexcept {
  std::uint32_t depth = 0;
  for (;; ++position) {
    const char byte = at(position);
    if (byte == '{' || byte == '[') ++depth;
    if (byte == '}' || byte == ']') --depth;
    if (depth == 0) return position + 1;
  }
}

Value JsonIndex::value(std::uint32_t position) const {
  const std::uint32_t begin = offsets_[position];
  switch (text_[begin]) {
    case '{':
      return Value::raw(Kind::object, this, position);
    case '[':
      return Value::raw(Kind::array, this, position);
    case 'n':
      return Value::null();
    case 't':
    case 'f':
      return Value::boolean(text_[begin] == 't');
    case '"':
      return string_value(text_.substr(begin, token_end(text_, offsets_[position + 1]) - begin),
                          next_escape(begin) < offsets_[position + 1]);
    default:
      return Value::literal(text_.substr(begin, token_end(text_, offsets_[position + 1]) - begin));
  }
}

namespace {

Value expand_array(const JsonIndex& index, std::uint32_t position) {
  Value::Array items;
  for (++position; index.at(position) != ']';) {
    items.push_back(index.value(position));
    position = index.behind(position);
    if (index.at(position) == ',') ++position;
  }
  return Value::array(std::move(items));
}

// Keys are looked up only from the first one on that may have been there before.
Value expand_object(const JsonIndex& index, std::uint32_t position) {
  constexpr std::size_t kUsual = 8;
  Value object = Value::object();
  Object& fields = object.edit_object();
  fields.reserve(kUsual);
  KeyCheck keys;
  keys.open();
  bool is_distinct = true;
  for (++position; index.at(position) != '}';) {
    Value key = index.value(position);
    is_distinct = is_distinct && key.is_borrowed() && keys.add(key.text());
    Value value = index.value(position + 2);
    if (is_distinct) {
      fields.add(std::move(key), std::move(value));
    } else {
      fields.set(std::move(key), std::move(value));
    }
    position = index.behind(position + 2);
    if (index.at(position) == ',') ++position;
  }
  return object;
}

}  // namespace

Value JsonIndex::expand(std::uint32_t position) const {
  return at(position) == '{' ? expand_object(*this, position) : expand_array(*this, position);
}

void Value::expand() const {
  Value expanded = payload_.index->expand(size_);
  const_cast<Value*>(this)->swap(expanded);
}

}  // namespace weir::record
