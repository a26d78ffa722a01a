// Programs by libjq on values that were read natively, against the same on text that libjq reads.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "../record/json_generator.hpp"
#include "record/json.hpp"
#include "record/json_reader.hpp"
#include "support/seeds.hpp"
#include "text/chunk.hpp"
#include "transform/jq/libjq.hpp"

namespace {

using namespace weir::transform::jq;
using weir::record::JsonFraming;
using weir::record::JsonReader;
using weir::record::Kind;
using weir::record::Record;
using weir::record::RecordStatus;
using weir::record::Value;

struct Transcript final : LibjqSink {
  bool output(std::string_view text, Kind) override {
    all.append(text).append("\n");
    return true;
  }
  void error(std::string_view text) override { all.append("error").append(text).append("\n"); }
  void message(std::string_view) override {}
  bool halted(int, std::string_view) override { return false; }
  std::string all;
};

class LibjqValue : public testing::Test {
 protected:
  explicit LibjqValue(const char* program = "., [..|strings], [.. | numbers], (.[keys[0]]?), (to_entries?)") {
    std::string error;
    state_ = LibjqState::make({.text = program}, {}, error);
    EXPECT_TRUE(state_) << error;
  }

  template <typename What>
  std::string run(const What& what) {
    Transcript transcript;
    if (state_->run(what, {"app.log", 7}, transcript) != LibjqEnd::done)
      transcript.all += "end: " + state_->problem() + '\n';
    return transcript.all;
  }

  // How many of the records were read natively.
  unsigned compare(const std::string& records) {
    unsigned count = 0;
    const std::string padded = records + std::string(weir::text::kPadding, '\0');
    JsonReader reader;
    reader.open({padded.data(), records.size()}, JsonFraming::lines);
    for (Record record; reader.next(record); record.root = Value()) {
      if (record.status != RecordStatus::ok) continue;
      ++count;
      const std::string raw = run(record.root);
      EXPECT_EQ(raw, run(record.text)) << record.text;
      // Again, with what was looked into.
      if (record.root.is_object()) (void)record.root.fields();
      if (record.root.is_array()) (void)record.root.items();
      EXPECT_EQ(run(record.root), raw) << record.text;
    }
    return count;
  }

 private:
  std::unique_ptr<LibjqState> state_;
};

TEST_F(LibjqValue, AnswersAsForText) {
  unsigned count = 0;
  weir::support::for_seeds(40, [&](unsigned seed) {
    weir::support::Random random(seed);
    weir::record::JsonGenerator generator(random, {});
    std::string records;
    for (unsigned i = 0; i < 20; ++i)
      records += generator.value(static_cast<int>(random.below(5))) + '\n';
    count += compare(records);
  });
  EXPECT_GT(count, 100U);
}

TEST_F(LibjqValue, KeepsKeysApart) {
  std::string records;
  for (int i = 0; i < 2000; ++i) {
    const std::string name = std::to_string(i * 7919 % 1000);
    records += R"({"k)" + name + R"(":1,"":2,"key)" + name + R"(x":{"k)" + name +
               R"(":3},"\u0000k":4})"
               "\n";
  }
  EXPECT_EQ(compare(records), 2000U);
}

TEST_F(LibjqValue, RefusesWhatIsNestedTooDeeplyAsText) {
  std::string records;
  for (int depth = 120; depth < 270; depth += 3) {
    std::string objects;
    std::string ends;
    for (int i = 0; i < depth; ++i) {
      objects += R"({"a":)";
      ends += '}';
    }
    records += objects + "1" + ends + "\n";
    records += std::string(static_cast<std::size_t>(depth), '[') +
               std::string(static_cast<std::size_t>(depth), ']') + "\n";
  }
  EXPECT_GT(compare(records), 40U);
  Value value;
  for (int i = 0; i < 300; ++i)
    value = Value::array({value});
  EXPECT_EQ(run(value), run(weir::record::to_json(value)));
  EXPECT_EQ(run(Value::string("next")), run("\"next\""));
}

}  // namespace
