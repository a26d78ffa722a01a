#include "jq_generator.hpp"

#include <array>
#include <cctype>
#include <span>

#include "jq_productions.hpp"

namespace weir::transform::jq::random {

namespace {

using support::Random;

template <std::size_t size>
std::string one_of(Random& random, const std::array<const char*, size>& words) {
  return words[random.below(size)];
}

constexpr std::array kKeys{"a",    "b",    "n",   "m", "s", "msg", "ok",   "nums",
                           "tags", "objs", "ctx", "x", "y", "key", "value"};
constexpr std::array kNumbers{"0",   "1",   "2",   "3",          "5",  "10", "0.5",
                              "1.5", "100", "1e3", "5000000000", "-1", "-2", "-0.5"};
constexpr std::array kSmallNumbers{"0", "1", "2", "3", "5", "-1", "-2", "1.5", "null"};
constexpr std::array kStrings{R"("")",        R"("a")",
                              R"("b")",       R"(",")",
                              R"(", ")",      R"("error")",
                              R"("foo bar")", R"("A-b")",
                              R"("é")",       R"("\u0041\n\t")",
                              R"("1")",       R"("12.5")",
                              R"("日本")",    R"("x=1 y=2")",
                              R"("aba")",     R"("2015-03-05T23:51:47Z")",
                              R"("😀a")",      R"("[1,{\"a\":2}]")",
                              R"("YWJj")"};
// None of them matches an empty string: jq 1.6 replaces those for ever, and reads past the end of strings
// that are not ASCII when it looks for all of them.
constexpr std::array kRegexes{R"("a")",    R"("[a-z]+")",  R"("b|o")",        R"("(?<x>[a-z])(?<n>[0-9])?")",
                              R"("\\d+")", R"("\\s")",     R"x("(?<x>o+)")x", R"("[^a]")",
                              R"(".")",    R"("é|本")",    R"("(a)(b)?")",    R"("[[:alpha:]]{2}")",
                              R"("=")",    R"("(?i)ERR")", R"("\\w+$")",      R"("^\\w")"};
constexpr std::array kAnyRegexes{R"("a*")",         R"("")",  R"("^")",   R"("$")",
                                 R"("(?<x>a)?b*")", R"("(")", R"("x*?")", R"("\\b")"};
constexpr std::array kFlags{R"("g")", R"("i")", R"("gi")", R"("x")", R"("n")", R"("s")",
                            R"("l")", "null",   R"("gx")", R"("p")", R"("q")"};
constexpr std::array kFormats{"text", "json", "csv", "tsv", "html", "uri", "sh", "base64", "base64d"};
constexpr std::array kTimes{R"("%Y-%m-%dT%H:%M:%SZ")",   R"("%Y-%m-%d")", R"("%H:%M:%S")",
                            R"("%A %B %d %j")",          R"("%s")",       R"("%e %k %u %w %U")",
                            R"("%d/%b/%Y:%H:%M:%S %z")", R"("x")"};
constexpr std::array kAnyScalar{"null", "true", "false", "0",   "1",     "\"a\"",     "\"b\"",
                                "[]",   "{}",   "-1",    "1.5", "[1,2]", R"({"a":1})"};

std::string raw_terminal(Random& random, std::string_view name) {
  if (name == "K") return one_of(random, kKeys);
  if (name == "N") return one_of(random, kSmallNumbers);
  if (name == "N1") return std::to_string(random.below(3));
  if (name == "S") return one_of(random, kStrings);
  if (name == "T") return one_of(random, kRegexes);
  if (name == "E") return random.chance(25) ? one_of(random, kAnyRegexes) : one_of(random, kRegexes);
  if (name == "G") return one_of(random, kFlags);
  if (name == "G2") return random.chance(50) ? "null" : "\"g\"";
  if (name == "F") return one_of(random, kFormats);
  if (name == "F2") return '"' + one_of(random, kFormats) + '"';
  if (name == "F3") return '@' + one_of(random, kFormats);
  if (name == "D") return one_of(random, kTimes);
  if (name == "K2") return "{" + one_of(random, kKeys) + ": " + one_of(random, kAnyScalar) + "}";
  return "null";
}

// The fields of a record by the type they usually have.
std::string field_of(Random& random, char type) {
  switch (type) {
    case 'n':
      return one_of(random, std::array{".n", ".m", ".ctx.n", ".nums[0]", ".ctx.b", ".ts"});
    case 's':
      return one_of(random, std::array{".s", ".msg", ".ctx.s", ".tags[0]", ".time", ".\"k y\""});
    case 'b':
      return one_of(random, std::array{".ok", ".ctx.ok", "true", "false"});
    case 'l':
      return one_of(random, std::array{".nums", ".nums", ".ctx.nums"});
    case 'w':
      return one_of(random, std::array{".tags", ".tags", ".ctx.tags"});
    case 'e':
      return one_of(random, std::array{".objs", ".objs", "[.ctx]"});
    case 'a':
      return one_of(random, std::array{".nums", ".tags", ".objs", ".a", "[.[]]"});
    case 'o':
      return one_of(random, std::array{".", ".ctx", ".objs[0]", ".x", ".b"});
    default:
      return one_of(random,
                    std::array{".", ".a", ".b", ".x", ".y", ".n", ".s", ".nums", ".[]?", ".ctx", ".\"é\""});
  }
}

std::string literal_of(Random& random, char type) {
  switch (type) {
    case 'n':
      return one_of(random, kNumbers);
    case 's':
      return one_of(random, kStrings);
    case 'b':
      return random.chance(50) ? "true" : "false";
    case 'l':
      return one_of(random, std::array{"[1,2,3]", "[]", "[3,1,2]", "[0.5,-1,100]", "[65,66,233]"});
    case 'w':
      return one_of(random, std::array{R"(["a","b"])", "[]", R"(["b","a","b"])", R"(["x y","é,\"",""])"});
    case 'e':
      return one_of(random, std::array{R"([{"a":1},{"a":2}])", "[]",
                                       R"([{"key":"a","value":1},{"name":"b","Value":2}])",
                                       R"([{"n":2,"s":"b"},{"n":1,"s":"a"},{"n":2,"s":"a"}])"});
    case 'a':
      return one_of(random, std::array{"[]", R"([1,"a",null,true,[2],{"a":3}])", "[[1,2],[3]]", "[null]",
                                       "[1,[2,[3]]]"});
    case 'o':
      return one_of(random,
                    std::array{"{}", R"({"a":1})", R"({"a":{"b":2},"n":1,"s":"x"})", R"({"b":2,"a":[1,2]})"});
    default:
      return one_of(random, kAnyScalar);
  }
}

class Generator {
 public:
  explicit Generator(Random& random) : random_(random) {}

  Program expression(char type, char input, int depth) {
    if (type != 'p' && random_.chance(4)) type = one_of(random_, std::array{"n", "s", "a", "o", "x"})[0];
    if (depth <= 0 || random_.chance(12)) return leaf(type, input);
    const std::size_t variables = variables_.size();
    Program made = produced(pick(type), input, depth - 1);
    variables_.resize(variables);
    return made;
  }

 private:
  Program leaf(char type, char input) {
    Program made;
    std::string& text = made.pieces.front();
    if (type == 'p') {
      text = '.' + one_of(random_, kKeys);
    } else if (!variables_.empty() && random_.chance(15)) {
      text = variables_[random_.below(static_cast<unsigned>(variables_.size()))];
    } else if (input == type && random_.chance(60)) {
      text = ".";
    } else if (input == 'R' && random_.chance(80)) {
      text = field_of(random_, type);
    } else if (random_.chance(20)) {
      text = type == 'x' ? "." : ".[]?";
    } else if (random_.chance(3)) {
      text = one_of(random_, std::array{"empty", "null", "nan", "infinite", ".[0]?", "$arg", "$json"});
    } else {
      text = literal_of(random_, type);
    }
    return made;
  }

  const Production& pick(char type) {
    int total = 0;
    for (const Production& production : productions())
      total += production.type == type ? production.weight : 0;
    if (total == 0) return pick('x');
    int left = static_cast<int>(random_.below(static_cast<unsigned>(total)));
    for (const Production& production : productions()) {
      if (production.type != type) continue;
      left -= production.weight;
      if (left < 0) return production;
    }
    return productions().front();
  }

  Program produced(const Production& production, char input, int depth) {
    Program made;
    made.is_bare = random_.chance(25);
    const std::string_view pattern = production.pattern;
    std::string bound;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
      const char next = at + 1 < pattern.size() ? pattern[at + 1] : '\0';
      if (pattern[at] == '{' && next != '{') {
        const std::size_t end = pattern.find('}', at);
        hole(made, pattern.substr(at + 1, end - at - 1), input, depth);
        at = end;
      } else if (pattern[at] == '{' || pattern[at] == '}') {
        made.pieces.back() += pattern[at++];
      } else if (pattern[at] == '$' && next == '+') {
        bound = "$v" + std::to_string(variables_.size());
        variables_.push_back(bound);
        made.pieces.back() += bound;
        ++at;
      } else if (pattern[at] == '$' && next == '*') {
        made.pieces.back() += bound;
        ++at;
      } else {
        made.pieces.back() += pattern[at];
      }
    }
    return made;
  }

  void hole(Program& made, std::string_view name, char input, int depth) {
    if (std::islower(static_cast<unsigned char>(name[0])) == 0) {
      made.pieces.back() += raw_terminal(random_, name);
      return;
    }
    made.children.push_back(expression(name[0], name.size() == 3 ? name[2] : input, depth));
    made.pieces.emplace_back();
  }

  Random& random_;
  std::vector<std::string> variables_;
};

std::string random_number(Random& random) {
  if (random.chance(70)) return std::to_string(static_cast<int>(random.below(40)) - 10);
  return one_of(random,
                std::array{"0.5", "1.25", "-2.75", "100000", "5000000000", "9007199254740993", "1e3", "1.50",
                           "-0", "12345678901234567890", "1e400", "1E-7", "0.1e1", "12345.678901234567890",
                           "-1e17", "3.0", "1e-400", "0.30000000000000004", "17179869184"});
}

std::string random_string(Random& random) {
  return one_of(random, std::array{R"("")",
                                   R"("a")",
                                   R"("b")",
                                   R"("error")",
                                   R"("foo bar baz")",
                                   R"("abab")",
                                   R"("12")",
                                   R"("-1.5e2")",
                                   R"("é")",
                                   R"("日本語")",
                                   R"("😀")",
                                   R"("a,b, c")",
                                   R"("tab\there")",
                                   R"("q\"uote")",
                                   R"("nl\n\u0000z")",
                                   R"("\u00e9\ud83d\ude00")",
                                   R"("2015-03-05T23:51:47Z")",
                                   R"("x1 y2")",
                                   R"("<a href='x'>&")",
                                   R"("\/\\")",
                                   R"("YWJj")",
                                   R"("A=b;C=d")",
                                   R"("\u007f\u001f")",
                                   R"("[1,2]")",
                                   R"("nan")",
                                   R"(" 7 ")",
                                   R"("2024-02-29")"});
}

std::string random_key(Random& random) {
  if (random.chance(75)) return '"' + one_of(random, kKeys) + '"';
  return one_of(random, std::array{R"("k y")", R"("é")", R"("")", R"("\u0061")", R"("\n")", R"("Key")",
                                   R"("A")", R"("0")"});
}

Json scalar(std::string text) {
  return {.scalar = std::move(text)};
}

Json random_value(Random& random, int depth) {
  const unsigned choice = random.below(depth > 0 ? 12 : 8);
  if (choice < 3) return scalar(random_number(random));
  if (choice < 6) return scalar(random_string(random));
  if (choice < 8) return scalar(one_of(random, std::array{"null", "true", "false", "null"}));
  Json made{.kind = choice < 10 ? 'a' : 'o'};
  for (unsigned i = random.below(5); i > 0; --i) {
    made.members.emplace_back(random_key(random), random_value(random, depth - 1));
  }
  return made;
}

Json array_of(Random& random, const std::function<Json()>& item) {
  Json made{.kind = 'a'};
  for (unsigned i = random.below(6); i > 0; --i)
    made.members.emplace_back("", item());
  return made;
}

Json random_object(Random& random, int depth);

Json typed_value(Random& random, std::string_view key, int depth) {
  if (random.chance(10) || depth <= 0) return random_value(random, depth);
  if (key == "n" || key == "m" || key == "ts") return scalar(random_number(random));
  if (key == "s" || key == "msg" || key == "time" || key == "k y") return scalar(random_string(random));
  if (key == "ok") return scalar(random.chance(50) ? "true" : "false");
  if (key == "nums") return array_of(random, [&] { return scalar(random_number(random)); });
  if (key == "tags") return array_of(random, [&] { return scalar(random_string(random)); });
  if (key == "objs") return array_of(random, [&] { return random_object(random, depth - 2); });
  if (key == "ctx") return random_object(random, depth - 1);
  return random_value(random, depth - 1);
}

Json random_object(Random& random, int depth) {
  Json made{.kind = 'o'};
  constexpr std::array fields{"n",   "m", "s", "msg", "ok", "nums", "tags", "objs",
                              "ctx", "x", "a", "b",   "ts", "time", "k y",  "é"};
  for (const char* field : fields) {
    if (!random.chance(depth > 2 ? 75 : 30)) continue;
    std::string key = std::string("\"") + field + '"';
    made.members.emplace_back(std::move(key), typed_value(random, field, depth));
  }
  if (random.chance(10)) made.members.emplace_back(random_key(random), random_value(random, depth - 1));
  return made;
}

template <typename Tree, typename Children>
bool cut_once(Tree& root, Tree& node, Children children, const std::vector<Tree>& smallest,
              const std::function<bool(const Tree&)>& fails) {
  const auto keep = [&](Tree candidate) {
    Tree before = std::exchange(node, std::move(candidate));
    if (fails(root)) return true;
    node = std::move(before);
    return false;
  };
  const std::string text = node.text();
  for (const Tree& small : smallest) {
    if (small.text().size() < text.size() && keep(small)) return true;
  }
  for (std::size_t i = 0; i < children(node).size(); ++i) {
    if (keep(Tree(*children(node)[i]))) return true;
  }
  for (std::size_t i = 0; i < children(node).size(); ++i) {
    if (cut_once(root, *children(node)[i], children, smallest, fails)) return true;
  }
  return false;
}

bool drop_member(Json& root, Json& node, const std::function<bool(const Json&)>& fails) {
  for (std::size_t i = 0; i < node.members.size(); ++i) {
    auto member = std::move(node.members[i]);
    node.members.erase(node.members.begin() + static_cast<std::ptrdiff_t>(i));
    if (fails(root)) return true;
    node.members.insert(node.members.begin() + static_cast<std::ptrdiff_t>(i), std::move(member));
  }
  for (auto& member : node.members) {
    if (drop_member(root, member.second, fails)) return true;
  }
  return false;
}

}  // namespace

std::string Program::text() const {
  std::string all = pieces.front();
  for (std::size_t i = 0; i < children.size(); ++i) {
    all += children[i].is_bare ? children[i].text() : '(' + children[i].text() + ')';
    all += pieces[i + 1];
  }
  return all;
}

std::string Json::text() const {
  if (kind == 's') return scalar;
  std::string all(1, kind == 'a' ? '[' : '{');
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) all += ',';
    if (kind == 'o') all += members[i].first + ':';
    all += members[i].second.text();
  }
  return all + (kind == 'a' ? ']' : '}');
}

Program random_program(Random& random, int depth) {
  return Generator(random).expression('x', 'R', depth);
}

Json random_record(Random& random) {
  if (random.chance(8)) return random_value(random, 4);
  return random_object(random, 4);
}

void shrink(Program& program, Json& record, const std::function<bool(const Program&, const Json&)>& fails) {
  const std::vector<Program> programs{{.pieces = {"."}}, {.pieces = {"1"}}, {.pieces = {"null"}}};
  const std::vector<Json> values{scalar("null"), scalar("1"), scalar("\"a\""), {.kind = 'a'}, {.kind = 'o'}};
  const auto expressions = [](Program& node) {
    std::vector<Program*> children;
    for (Program& child : node.children)
      children.push_back(&child);
    return children;
  };
  const auto members = [](Json& node) {
    std::vector<Json*> children;
    for (auto& member : node.members)
      children.push_back(&member.second);
    return children;
  };
  const std::function<bool(const Program&)> program_fails = [&](const Program& p) {
    return fails(p, record);
  };
  const std::function<bool(const Json&)> record_fails = [&](const Json& r) { return fails(program, r); };
  for (int cuts = 0; cuts < 400; ++cuts) {
    if (cut_once(program, program, expressions, programs, program_fails)) continue;
    if (drop_member(record, record, record_fails)) continue;
    if (cut_once(record, record, members, values, record_fails)) continue;
    break;
  }
}

}  // namespace weir::transform::jq::random
