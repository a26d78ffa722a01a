#include <cmath>
#include <thread>

#include "support/seeds.hpp"
#include "transform/jq/builtin_support.hpp"
#include "unit/transform/builtin_calls.hpp"

namespace weir::transform::jq {
namespace {

const std::vector<std::string> kValues = {"null",
                                          "true",
                                          "false",
                                          "0",
                                          "1",
                                          "-1",
                                          "2",
                                          "0.5",
                                          "-0.5",
                                          "1.5",
                                          "3.7",
                                          "-3",
                                          "255",
                                          "1e3",
                                          "1e10",
                                          "-1e10",
                                          "1e19",
                                          "1e300",
                                          "1e1000",
                                          "-1e1000",
                                          "nan",
                                          "1e-7",
                                          "123456789012",
                                          R"("")",
                                          R"("a")",
                                          R"("b")",
                                          R"("abc")",
                                          R"("aXbXc")",
                                          R"("X")",
                                          R"("é")",
                                          R"("héllo wörld €😀")",
                                          R"("abab")",
                                          R"("ab")",
                                          R"("1")",
                                          R"("-12.5e3")",
                                          R"("nan")",
                                          R"("[1,2")",
                                          R"("a\u0000b")",
                                          R"("\u0000")",
                                          R"("tab\tnl\ncr\rq\"bs\\'<&>")",
                                          R"("a long string that goes on for quite a bit")",
                                          "[]",
                                          "[1]",
                                          "[1,2,3]",
                                          "[3,1,2,1]",
                                          R"(["a","b"])",
                                          R"(["a",1,null,true])",
                                          "[null]",
                                          "[[1,2],[3]]",
                                          R"([{"a":1,"b":2},{"a":1,"b":3},{"b":0}])",
                                          R"([{"key":"k","value":1},{"name":"n","Value":2}])",
                                          "[[[[1]],2]]",
                                          "[nan,1,nan]",
                                          "[false,null]",
                                          "[65,66,128512]",
                                          "[0]",
                                          R"([["a"],["b",0]])",
                                          "{}",
                                          R"({"a":1})",
                                          R"({"b":2,"a":1})",
                                          R"({"a":{"b":{"c":1}}})",
                                          R"({"a":[1,2,{"b":3}]})",
                                          R"({"start":0,"end":1})",
                                          R"({"start":null,"end":-1})",
                                          R"({"start":1})",
                                          R"({"a":"x","b":null,"é":[true]})",
                                          R"({"key":"k","value":1})"};

bool operator_of(bool (*apply)(Context&, Value&, Value), Context& context, Value& input,
                 std::span<Value> arguments) {
  return apply(context, input, std::move(arguments[0]));
}

Tested binary(const std::string& sign, bool (*apply)(Context&, Value&, Value),
              bool (*skip)(const std::vector<Value>&) = nullptr) {
  return {sign, "$i " + sign + " $a",
          [apply](Context& context, Value& input, std::span<Value> arguments) {
            return operator_of(apply, context, input, arguments);
          },
          1, skip};
}

Tested format(const std::string& name) {
  return {"@" + name, "@" + name,
          [name](Context& context, Value& input, std::span<Value>) {
            return format_string(context, name, input);
          },
          0};
}

bool repeats_much(const std::vector<Value>& parts) {
  const auto much = [](const Value& text, const Value& number) {
    return text.is_string() && number.is_number() && number.number() > 1e6 && number.number() < 1e10;
  };
  return much(parts[0], parts[1]) || much(parts[1], parts[0]);
}

// jq divides the smallest integer by -1.
bool overflows(const std::vector<Value>& parts) {
  return parts[0].is_number() && parts[1].is_number() && to_int64(parts[0].number()) == INT64_MIN &&
         to_int64(parts[1].number()) == -1;
}

bool searches_nothing(const std::vector<Value>& parts) {
  return parts[0].is_string() && parts[1].is_string() && parts[1].text().empty();
}

bool has_nan(const Value& value) {
  if (value.is_number()) return std::isnan(value.number());
  if (value.is_array()) {
    for (const Value& item : value.items()) {
      if (has_nan(item)) return true;
    }
  }
  return false;
}

class Builtins : public testing::Test {
 protected:
  void SetUp() override {
    if (!support::has_jq()) GTEST_SKIP() << "jq 1.6 is not installed";
  }
};

TEST_F(Builtins, OperatorsAreThoseOfJq) {
  const Tested get_key = {".[]", ".[$a]",
                          [](Context& context, Value& input, std::span<Value> arguments) {
                            return get(context, input, arguments[0]);
                          },
                          1};
  compare_with_jq({binary("+", add), binary("-", subtract), binary("*", multiply, repeats_much),
                   binary("/", divide), binary("%", modulo, overflows), get_key},
                  kValues, kValues);
}

TEST_F(Builtins, FunctionsOfOneInputAreThoseOfJq) {
  std::vector<Tested> functions;
  for (const char* name : {"length",
                           "utf8bytelength",
                           "not",
                           "keys",
                           "keys_unsorted",
                           "type",
                           "tostring",
                           "tonumber",
                           "tojson",
                           "fromjson",
                           "explode",
                           "implode",
                           "ascii_downcase",
                           "ascii_upcase",
                           "sort",
                           "unique",
                           "min",
                           "max",
                           "reverse",
                           "flatten",
                           "add",
                           "any",
                           "all",
                           "to_entries",
                           "infinite",
                           "nan",
                           "isinfinite",
                           "isnan",
                           "isnormal",
                           "isfinite",
                           "floor",
                           "sqrt",
                           "ceil",
                           "round",
                           "fabs",
                           "trunc",
                           "rint",
                           "nearbyint",
                           "exp",
                           "exp2",
                           "exp10",
                           "log",
                           "log2",
                           "log10",
                           "sin",
                           "cos",
                           "tan",
                           "asin",
                           "acos",
                           "atan",
                           "sinh",
                           "cosh",
                           "tanh",
                           "asinh",
                           "acosh",
                           "atanh",
                           "cbrt",
                           "significand",
                           "logb",
                           "gamma",
                           "lgamma",
                           "tgamma",
                           "lgamma_r",
                           "frexp",
                           "modf",
                           "expm1",
                           "log1p",
                           "erf",
                           "erfc",
                           "j0",
                           "j1",
                           "y0",
                           "y1",
                           "pow10"}) {
    functions.push_back(builtin(name, 0));
  }
  for (const char* name :
       {"text", "json", "csv", "tsv", "html", "uri", "sh", "base64", "base64d", "base32", "no"})
    functions.push_back(format(name));
  functions.push_back({"_tostream", "[tostream]", builtin_call("_tostream", 0)});
  compare_with_jq(functions, kValues, {});
}

TEST_F(Builtins, FunctionsOfOneArgumentAreThoseOfJq) {
  std::vector<Tested> functions;
  for (const char* name :
       {"has", "contains", "startswith", "endswith", "ltrimstr", "rtrimstr", "split", "join", "flatten",
        "bsearch", "_sort_by_impl", "_group_by_impl", "_min_by_impl", "_max_by_impl", "getpath", "format"}) {
    functions.push_back(builtin(name, 1));
  }
  for (const char* name : {"indices", "index", "rindex", "_strindices"})
    functions.push_back(builtin(name, 1, searches_nothing));
  functions.back().skip = [](const std::vector<Value>& parts) {
    return searches_nothing(parts) || !parts[0].is_string() || !parts[1].is_string();
  };
  functions.push_back(
      builtin("delpaths", 1, [](const std::vector<Value>& parts) { return has_nan(parts[1]); }));
  compare_with_jq(functions, kValues, kValues);
}

TEST_F(Builtins, NumericFunctionsOfMoreArgumentsAreThoseOfJq) {
  std::vector<Tested> functions;
  for (const char* name : {"pow", "atan2", "fmod", "fmin", "fmax", "fdim", "hypot", "copysign", "drem",
                           "ldexp", "scalb", "scalbln", "nextafter", "nexttoward", "remainder"}) {
    functions.push_back(builtin(name, 2));
  }
  functions.push_back(builtin("fma", 3));
  const std::vector<std::string> numbers = {"0",   "-0", "1",   "-1",  "2.5",    "-3.5",   "7",      "1e10",
                                            "nan", "3",  "0.1", "100", "1e1000", "1e-310", R"("a")", "null"};
  compare_with_jq(functions, {"null", "1"}, numbers);
  compare_with_jq({builtin("jn", 2), builtin("yn", 2)}, {"null"}, {"0", "1", "-2", "7.5", "[]"});
}

const std::vector<std::string> kKeys = {R"("a")",
                                        R"("b")",
                                        R"("é")",
                                        "0",
                                        "1",
                                        "-1",
                                        "-2",
                                        "-7",
                                        "3",
                                        "1.5",
                                        "-0.5",
                                        "null",
                                        "true",
                                        "[1]",
                                        "[]",
                                        R"({"start":0,"end":1})",
                                        R"({"start":1,"end":null})",
                                        R"({"start":-1,"end":null})",
                                        R"({"start":null,"end":-1})",
                                        R"({"start":0.5,"end":1.5})",
                                        R"({"start":5,"end":1})",
                                        R"({"start":"a","end":1})",
                                        R"({"start":1})",
                                        "{}"};

TEST_F(Builtins, PathsAreThoseOfJq) {
  std::vector<std::string> paths = {"[]"};
  for (const std::string& key : kKeys) {
    paths.push_back(std::string("[").append(key) + "]");
    for (const std::string& next : kKeys)
      paths.push_back(std::string("[").append(key) + "," + next + "]");
  }
  const std::vector<std::string> inputs = {"null",
                                           "1",
                                           R"("abc")",
                                           "[]",
                                           "[1,2,3]",
                                           R"([[1,2],{"a":3},null])",
                                           "{}",
                                           R"({"a":1,"b":[1,2]})",
                                           R"({"a":{"a":1,"b":null},"b":[[1],{"a":[2]}]})"};
  std::vector<std::string> gets;
  std::vector<std::string> sets;
  std::vector<std::string> deletes;
  for (const std::string& input : inputs) {
    for (const std::string& path : paths) {
      gets.push_back(std::string("[").append(input) + "," + path + "]");
      for (const char* value : {"9", "[8,9]"})
        sets.push_back(std::string("[").append(input) + "," + path + "," + value + "]");
      deletes.push_back(std::string("[").append(input) + ",[" + path + "]]");
    }
  }
  compare_with_jq({builtin("getpath", 1), builtin("setpath", 2), builtin("delpaths", 1)},
                  {gets, sets, deletes});
}

struct Maker {
  support::Random random;

  std::string number() {
    static const char* const kNumbers[] = {"0", "1", "2", "-1", "0.5", "10", "3", "-2", "1e3", "7.25"};
    return kNumbers[random.below(std::size(kNumbers))];
  }
  std::string string() {
    static const char* const kPieces[] = {"a", "b", "c", "é", " ", "1", ",", "\\n", "😀", "\\\\", "B", "\\\""};
    std::string text = "\"";
    for (unsigned length = random.below(5); length > 0; --length)
      text += kPieces[random.below(std::size(kPieces))];
    return text + "\"";
  }
  std::string value(int depth) {
    switch (random.below(depth > 0 ? 9 : 6)) {
      case 0:
        return "null";
      case 1:
        return random.chance(50) ? "true" : "false";
      case 2:
      case 3:
        return number();
      case 4:
      case 5:
        return string();
      case 6:
        return list(depth);
      default:
        return object(depth);
    }
  }
  std::string list(int depth) {
    std::string text = "[";
    for (unsigned i = random.below(5); i > 0; --i)
      text += value(depth - 1) + (i > 1 ? "," : "");
    return text + "]";
  }
  std::string object(int depth) {
    static const char* const kNames[] = {"a", "b", "c", "key", "value", "start", "end", "é"};
    std::string text = "{";
    for (unsigned i = random.below(4); i > 0; --i)
      text.append("\"")
          .append(kNames[random.below(std::size(kNames))])
          .append("\":")
          .append(value(depth - 1))
          .append(i > 1 ? "," : "");
    return text + "}";
  }
  std::string key() {
    return random.chance(40)
               ? std::string("\"").append(1, static_cast<char>('a' + random.below(3))).append("\"")
           : random.chance(70) ? std::to_string(static_cast<int>(random.below(5)) - 1)
                               : R"({"start":)" + number() + R"(,"end":)" + number() + "}";
  }
  std::string path() {
    std::string text = "[";
    for (unsigned i = random.below(4); i > 0; --i)
      text += key() + (i > 1 ? "," : "");
    return text + "]";
  }
  std::string paths() {
    std::string text = "[";
    for (unsigned i = random.below(5); i > 0; --i)
      text += path() + (i > 1 ? "," : "");
    return text + "]";
  }
};

TEST_F(Builtins, RandomValuesAreTreatedAsByJq) {
  support::for_seeds(3, [&](unsigned seed) {
    SCOPED_TRACE(seed);
    Maker make{support::Random(seed)};
    std::vector<Tested> functions = {binary("+", add),
                                     binary("-", subtract),
                                     binary("*", multiply),
                                     binary("/", divide),
                                     builtin("contains", 1),
                                     builtin("join", 1),
                                     builtin("flatten", 1),
                                     builtin("bsearch", 1),
                                     builtin("index", 1, searches_nothing),
                                     builtin("indices", 1, searches_nothing)};
    for (const char* name :
         {"sort", "unique", "min", "max", "add", "flatten", "to_entries", "keys", "tojson"})
      functions.push_back(builtin(name, 0));
    functions.push_back({"_tostream", "[tostream]", builtin_call("_tostream", 0)});
    functions.push_back(builtin("_group_by_impl", 1));
    functions.push_back(builtin("_sort_by_impl", 1));
    const std::size_t with_paths = functions.size();
    functions.push_back(builtin("getpath", 1));
    functions.push_back(builtin("setpath", 2));
    functions.push_back(builtin("delpaths", 1));
    std::vector<std::vector<std::string>> cases(functions.size());
    for (std::size_t i = 0; i < functions.size(); ++i) {
      for (int k = 0; k < 400; ++k) {
        std::string one = std::string("[").append(make.value(4));
        if (i >= with_paths) {
          one.append(",").append(i == functions.size() - 1 ? make.paths() : make.path());
          one.append(",").append(make.value(2));
        } else if (functions[i].arity > 0) {
          one.append(",").append(make.value(3));
        }
        cases[i].push_back(one + "]");
      }
    }
    compare_with_jq(functions, cases);
  });
}

TEST_F(Builtins, BrokenJsonIsReportedAsByJq) {
  support::for_seeds(2, [&](unsigned seed) {
    SCOPED_TRACE(seed);
    Maker make{support::Random(seed)};
    static const char* const kPieces[] = {"[",
                                          "]",
                                          "{",
                                          "}",
                                          ",",
                                          ":",
                                          "\"",
                                          "a",
                                          "1",
                                          "-",
                                          ".",
                                          "e",
                                          "n",
                                          "true",
                                          "nan",
                                          "null",
                                          " ",
                                          "\n",
                                          "\\",
                                          "u",
                                          "\x1e",
                                          "\x1f",
                                          "\x01",
                                          "\xc3\xa9",
                                          "\"a\"",
                                          "\"a\":1",
                                          "\\ud83d",
                                          "\\udc00",
                                          "\xef\xbb\xbf",
                                          "+",
                                          "inf"};
    std::vector<std::string> cases;
    for (int k = 0; k < 6000; ++k) {
      std::string text = make.random.chance(30) ? make.value(3) : "";
      for (unsigned i = make.random.below(7); i > 0; --i)
        text.insert(text.empty() ? 0 : make.random.below(static_cast<unsigned>(text.size()) + 1),
                    kPieces[make.random.below(std::size(kPieces))]);
      cases.push_back(record::to_json(Value::array({repaired_string(text)})));
    }
    compare_with_jq({builtin("fromjson", 0), builtin("tonumber", 0)}, {cases, cases});
  });
}

TEST_F(Builtins, EntriesBecomeObjectsAsByJq) {
  const Tested from_entries = {"_from_entries", "from_entries", builtin_call("_from_entries", 0)};
  std::vector<std::string> cases;
  for (const char* entry :
       {R"({"key":"a","value":1})", R"({"key":"b"})", R"({"name":"c","Value":null,"value":false})",
        R"({"Key":"d","name":"e","value":[]})", R"({"key":null,"Key":false,"Name":"f","Value":{}})"}) {
    cases.push_back(std::string("[[").append(entry) + R"(,{"key":"b","value":2}]])");
  }
  cases.push_back("[[]]");
  compare_with_jq({from_entries}, {cases});
}

TEST(Depth, NestingDoesNotUseUpTheStack) {
  std::thread worker([] {
    Value deep = Value::number(1);
    Value path = Value::array();
    for (int i = 0; i < 10000; ++i) {
      deep = Value::array({deep, Value::null()});
      path.edit_array().push_back(Value::number(0));
    }
    Context context;
    Value input = deep;
    EXPECT_TRUE(get_path(context, input, path.items()));
    EXPECT_EQ(input.number(), 1);
    input = deep;
    EXPECT_TRUE(set_path(context, input, path.items(), Value::number(2)));
    EXPECT_TRUE(delete_paths(context, input, Value::array({path})));
    for (const char* name : {"flatten", "_tostream"}) {
      input = name == std::string("_tostream") ? Value::array({Value::array({Value::null()})}) : deep;
      EXPECT_TRUE(find_builtin(name, 0)->run(context, input, {}));
    }
    input = deep;
    EXPECT_TRUE(find_builtin("contains", 1)->run(context, input, std::span(&deep, 1)));
    EXPECT_TRUE(input.is_true());
    Value object = Value::number(1);
    for (int i = 0; i < 10000; ++i) {
      Value outer = Value::object();
      outer.edit_object().set(Value::borrowed("a"), object);
      object = outer;
    }
    input = object;
    EXPECT_TRUE(multiply(context, input, object));
    Value longer = path;
    longer.edit_array().push_back(Value::number(0));
    input = deep;
    EXPECT_FALSE(get_path(context, input, longer.items()));
    EXPECT_EQ(context.error.text(), "Path too deep");
  });
  worker.join();
}

}  // namespace
}  // namespace weir::transform::jq
