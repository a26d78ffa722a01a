// JSON records in text of any bytes, by each framing. What is taken for good must read the same when it is
// read alone, by its fields, and after being written in any style; lines together as each by itself; values
// must end at the same places whatever the pieces of a stream.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/fuzz_input.hpp"
#include "record/json.hpp"
#include "record/json_reader.hpp"
#include "record/value_splitter.hpp"
#include "text/chunk.hpp"

namespace {

using namespace weir::record;
using weir::fuzz::require;

// A copy on the heap, so that a sanitizer sees the end of what may be read.
std::vector<char> padded(std::string_view text) {
  std::vector<char> copy(text.begin(), text.end());
  copy.resize(text.size() + weir::text::kPadding, '}');
  return copy;
}

const FieldSet& fields() {
  static const FieldSet set = [] {
    const std::string_view paths[][3] = {{"a", "", ""}, {"a", "b", ""}, {"c", "a", "b"}};
    FieldSet made;
    std::size_t keys = 1;
    for (const auto& path : paths)
      made.add({path, keys++});
    return made;
  }();
  return set;
}

void check_slots(const Record& record, std::span<const FieldSlot> slots) {
  for (std::uint32_t slot = 0; slot < slots.size(); ++slot) {
    Value value = record.root;
    bool is_regular = true;
    for (const std::string& key : fields().path(slot)) {
      is_regular &= value.is_null() || value.is_object();
      const Value* found = value.is_object() ? value.fields().find(key) : nullptr;
      value = found ? Value(*found) : Value();
    }
    require(is_regular == slots[slot].is_regular, "a slot is regular or not");
    require(!is_regular || to_json(value) == to_json(slots[slot].value), "a slot holds another value");
  }
}

void check_good(const Record& record, std::span<const FieldSlot> slots) {
  Value alone;
  require(parse_json(record.text, alone), "a good record is not one alone");
  const std::string compact = to_json(record.root);
  require(equal(record.root, alone), "a record reads differently alone");
  const JsonStyle styles[] = {{}, {.indent = 2}, {.tabs = true, .sort_keys = true}, {.ascii = true}};
  for (const JsonStyle& style : styles) {
    Value again;
    require(parse_json(to_json(record.root, style), again), "what was written is not JSON");
    require(equal(again, alone), "what was written reads differently");
  }
  check_slots(record, slots);
  require(compact == to_json(record.root), "a record that was looked into is written differently");
}

std::vector<std::string> read(std::string_view text, JsonFraming framing) {
  const std::vector<char> copy = padded(text);
  JsonReader reader(&fields());
  reader.open({copy.data(), text.size()}, framing);
  std::vector<std::string> records;
  std::uint64_t end = 0;
  for (Record record; reader.next(record);) {
    require(!record.text.empty() && record.offset >= end, "records are empty or overlap");
    end = record.offset + record.text.size();
    const bool is_good = record.status == RecordStatus::ok;
    if (is_good) check_good(record, reader.slots());
    records.push_back(std::string(1, is_good ? '+' : '?').append(record.text));
  }
  return records;
}

void check_lines(std::string_view text) {
  std::vector<std::string> by_line;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const auto some = read(text.substr(at, end - at), JsonFraming::lines);
    by_line.insert(by_line.end(), some.begin(), some.end());
    at = end + 1;
  }
  require(by_line == read(text, JsonFraming::lines), "lines together read differently");
}

std::vector<std::size_t> cuts(std::string_view text, std::size_t size, ValueSplitter::Mode mode) {
  ValueSplitter splitter(mode);
  std::vector<std::size_t> found;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view piece = text.substr(at, size - at % size);
    const std::size_t end = splitter.feed_one(piece);
    if (end <= piece.size()) found.push_back(at + end);
    at += std::min(end, piece.size());
  }
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(size == 0 ? "" : reinterpret_cast<const char*>(data), size);
  check_lines(text);
  for (const auto framing : {JsonFraming::values, JsonFraming::array, JsonFraming::elements})
    read(text, framing);
  for (const auto mode : {ValueSplitter::Mode::values, ValueSplitter::Mode::array})
    require(cuts(text, 3, mode) == cuts(text, text.size() + 1, mode), "values end elsewhere in pieces");
  static_cast<void>(looks_like_lines(text));
  static_cast<void>(reads_best_by_lines(text));
  return 0;
}
