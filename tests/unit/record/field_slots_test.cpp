// The slots that a walk fills, against looking the fields up in the values themselves.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "json_generator.hpp"
#include "read_json.hpp"

namespace weir::record {
namespace {

using support::Random;

// What a slot should be, as "value" or "irregular".
std::string looked_up(Value value, const std::vector<std::string>& path) {
  for (const std::string& key : path) {
    if (value.is_null()) continue;
    if (!value.is_object()) return "irregular";
    const Value* found = value.fields().find(key);
    const Value field = found ? *found : Value();
    value = field;
  }
  return to_json(value);
}

std::string shown(const FieldSlot& slot) {
  return slot.is_regular ? to_json(slot.value) : "irregular";
}

FieldSet random_fields(Random& random) {
  static constexpr std::string_view kKeys[] = {"a",           "b",          "c", "level", "user", "id",
                                               "duration_ms", "request_id", "",  "A",     "é"};
  FieldSet fields;
  for (unsigned count = random.below(6); count > 0; --count) {
    std::vector<std::string_view> path;
    for (unsigned keys = random.below(10) == 0 ? 0 : 1 + random.below(3); keys > 0; --keys)
      path.push_back(kKeys[random.below(std::size(kKeys))]);
    fields.add(path);
  }
  return fields;
}

TEST(FieldSet, TheSamePathHasTheSameSlot) {
  const std::string_view one[] = {"a", "b"};
  const std::string_view two[] = {"a"};
  FieldSet fields;
  EXPECT_EQ(fields.add(one), 0u);
  EXPECT_EQ(fields.add(two), 1u);
  EXPECT_EQ(fields.add(one), 0u);
  EXPECT_EQ(fields.size(), 2u);
}

TEST(FieldSlots, HoldWhatTheValuesHold) {
  support::for_seeds(300, [](unsigned seed) {
    Random random(seed);
    const FieldSet fields = random_fields(random);
    JsonGenerator generator(random, {.spaces = random.chance(50)});
    std::string text;
    for (int i = 0; i < 100; ++i) {
      const std::string record = generator.value(5);
      for (unsigned copies = 1 + random.below(3); copies > 0; --copies)  // so that shapes come again
        text.append(record).append("\n");
    }
    const support::GuardedText guarded(text, text::kPadding);
    JsonReader reader(&fields);
    reader.open(guarded.view(), JsonFraming::lines);
    unsigned records = 0;
    for (Record record; reader.next(record); ++records) {
      ASSERT_EQ(record.status, RecordStatus::ok) << "seed " << seed << ": " << record.text;
      ASSERT_EQ(reader.slots().size(), fields.size());
      for (std::uint32_t slot = 0; slot < fields.size(); ++slot)
        ASSERT_EQ(shown(reader.slots()[slot]), looked_up(record.root, fields.path(slot)))
            << "seed " << seed << ", slot " << slot << ": " << record.text;
    }
    EXPECT_GE(records, 100u);
  });
}

TEST(FieldSlots, ALaterDuplicateOfAParentCounts) {
  const std::string_view path[] = {"a", "b"};
  FieldSet fields;
  fields.add(path);
  const auto slot_of = [&](std::string_view text) {
    const support::GuardedText guarded(text, text::kPadding);
    JsonReader reader(&fields);
    reader.open(guarded.view(), JsonFraming::lines);
    Record record;
    EXPECT_TRUE(reader.next(record));
    return shown(reader.slots()[0]);
  };
  EXPECT_EQ(slot_of(R"({"a":{"b":1},"a":{"c":2}})"), "null");
  EXPECT_EQ(slot_of(R"({"a":{"b":1},"a":3})"), "irregular");
  EXPECT_EQ(slot_of(R"({"a":3,"a":{"b":1}})"), "1");
  EXPECT_EQ(slot_of(R"({"a":3,"\u0061":{"\u0062":{"x":"y\n"}}})"), R"({"x":"y\n"})");
  EXPECT_EQ(slot_of(R"({"a":null})"), "null");
  EXPECT_EQ(slot_of(R"(null)"), "null");
  EXPECT_EQ(slot_of(R"([{"a":{"b":1}}])"), "irregular");
}

}  // namespace
}  // namespace weir::record
