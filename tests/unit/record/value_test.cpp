#include "record/value.hpp"

#include <gtest/gtest.h>

namespace weir::record {
namespace {

Value numbers(int count) {
  Value::Array items;
  for (int i = 0; i < count; ++i)
    items.push_back(Value::number(i));
  return Value::array(std::move(items));
}

std::string key(int number) {
  std::string text = std::to_string(number);
  text.insert(text.begin(), 'k');
  return text;
}

TEST(Value, KeepsTheSpellingOfALiteral) {
  const Value id = Value::literal("12345678901234567890");
  EXPECT_TRUE(id.is_literal());
  EXPECT_EQ(id.literal_text(), "12345678901234567890");
  EXPECT_EQ(id.number(), 12345678901234567890.0);
}

TEST(Value, ReadsLiteralsBeyondTheRange) {
  EXPECT_EQ(Value::literal("1e400").number(), std::numeric_limits<double>::infinity());
  EXPECT_EQ(Value::literal("-1e400").number(), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(Value::literal("1e-400").number(), 0.0);
}

TEST(Value, CopiesAreIndependent) {
  const Value original = numbers(3);
  Value copy = original;
  copy.edit_array().push_back(Value::string("more"));
  EXPECT_EQ(original.items().size(), 3u);
  EXPECT_EQ(copy.items().size(), 4u);
}

TEST(Value, AnOnlyOwnerEditsInPlace) {
  Value value = numbers(3);
  const Value* before = value.items().data();
  value.edit_array()[0] = Value::number(7);
  EXPECT_EQ(value.items().data(), before);
}

TEST(Value, DropsDeepNestingWithoutRecursion) {
  Value deep;
  for (int i = 0; i < 1'000'000; ++i) {
    Value::Array items;
    items.push_back(std::move(deep));
    deep = Value::array(std::move(items));
  }
  deep = Value();
  EXPECT_TRUE(deep.is_null());
}

TEST(Object, KeepsTheOrderOfKeysAndTheLastValue) {
  for (const int count : {3, 12, 13, 1000}) {
    Value value = Value::object();
    Object& fields = value.edit_object();
    for (int i = 0; i < count; ++i)
      fields.set(Value::string(key(i)), Value::number(i));
    fields.set(Value::string("k0"), Value::number(-1));
    ASSERT_EQ(fields.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(fields.find("k0")->number(), -1);
    EXPECT_EQ(fields[0].key.text(), "k0");
    fields.erase("k1");
    EXPECT_EQ(fields.find("k1"), nullptr);
    for (int i = 2; i < count; ++i)
      ASSERT_EQ(fields.find(key(i))->number(), i);
  }
}

TEST(Object, IsFilledAnewInItsOwnMemory) {
  for (const int count : {3, 40}) {
    Value value = Value::object();
    for (int i = 0; i < count; ++i)
      value.edit_object().set(Value::string(key(i)), Value::number(i));
    Object& fields = value.reuse_object();
    const Object::Field* before = &fields[0];
    fields.value_at(1) = Value::string("new");
    fields.truncate(2);
    EXPECT_EQ(&fields[0], before);
    EXPECT_EQ(fields.size(), 2u);
    EXPECT_EQ(fields.find("k1")->text(), "new");
    EXPECT_EQ(fields.find("k2"), nullptr);
    fields.truncate(5);
    EXPECT_EQ(fields.size(), 2u);
  }
}

TEST(Object, IsNotFilledAnewWhenSomebodyElseHasIt) {
  Value value = Value::object();
  value.edit_object().set(Value::string("a"), Value::number(1));
  const Value kept = value;
  value.reuse_object().truncate(0);
  EXPECT_EQ(kept.fields().size(), 1u);
  Value text = Value::string("x");
  EXPECT_TRUE(text.reuse_object().empty());
  EXPECT_TRUE(text.is_object());
}

TEST(Compare, OrdersKindsThenValues) {
  std::vector<Value> sorted;
  sorted.push_back(Value());
  sorted.push_back(Value::boolean(false));
  sorted.push_back(Value::boolean(true));
  sorted.push_back(Value::number(-1));
  sorted.push_back(Value::literal("2.50"));
  sorted.push_back(Value::string(""));
  sorted.push_back(Value::borrowed("a"));
  sorted.push_back(Value::string("b"));
  sorted.push_back(Value::array());
  sorted.push_back(numbers(2));
  sorted.push_back(numbers(3));
  sorted.push_back(Value::object());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    for (std::size_t j = 0; j < sorted.size(); ++j) {
      const int order = compare(sorted[i], sorted[j]);
      EXPECT_EQ(order < 0, i < j) << i << " " << j;
      EXPECT_EQ(order > 0, i > j) << i << " " << j;
    }
  }
}

}  // namespace
}  // namespace weir::record
