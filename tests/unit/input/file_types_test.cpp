#include "input/file_types.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace weir::input {
namespace {

using Names = std::vector<std::string>;

TypeChoice chosen(const Names& wanted, const Names& unwanted = {}, const Names& definitions = {}) {
  return FileTypes::parse(definitions).value().choose(wanted, unwanted).value();
}

TEST(FileTypes, LogsAndTheirRotatedOnes) {
  const TypeChoice logs = chosen({"log"});
  for (const char* name : {"a.log", "a.log.1", "a.log.2026-03-01", "a.log-20260301", "job.out", "job.err",
                           "syslog", "syslog.1", "messages", "messages-20260301", "error_log"}) {
    EXPECT_TRUE(logs.admits(name)) << name;
  }
  for (const char* name : {"a.txt", "log", "a.login", "catalog", "a.log.conf", "mysyslog", "messages.html"})
    EXPECT_FALSE(logs.admits(name)) << name;
}

TEST(FileTypes, WantedAnyAndUnwantedNone) {
  EXPECT_TRUE(TypeChoice().empty());
  EXPECT_TRUE(TypeChoice().admits("anything"));
  const TypeChoice two = chosen({"py", "json"});
  EXPECT_TRUE(two.admits("a.py") && two.admits("a.json") && !two.admits("a.js"));
  const TypeChoice without = chosen({}, {"json"});
  EXPECT_TRUE(without.admits("a.py") && without.admits("noname") && !without.admits("a.jsonl"));
  const TypeChoice both = chosen({"json"}, {"jsonl"});
  EXPECT_TRUE(both.admits("a.json") && !both.admits("a.jsonl") && !both.admits("a.py"));
  const TypeChoice all = chosen({"all"}, {"html"});
  EXPECT_TRUE(all.admits("a.py") && all.admits("Makefile") && !all.admits("a.html") && !all.admits("a.xyz"));
}

TEST(FileTypes, DefinitionsAddInTheirOrder) {
  const TypeChoice own = chosen({"mine"}, {}, {"mine:*.foo", "mine:core.[0-9]*", "mine:include:csv,tsv"});
  EXPECT_TRUE(own.admits("a.foo") && own.admits("core.12") && own.admits("a.csv") && own.admits("a.tsv"));
  EXPECT_FALSE(own.admits("a.log"));
  EXPECT_TRUE(chosen({"log"}, {}, {"log:*.lg"}).admits("a.lg"));
  const FileTypes types = FileTypes::parse({"zz:*.b", "zz:*.a"}).value();
  EXPECT_NE(types.listing().find("\nzz: *.b, *.a\n"), std::string::npos);
}

TEST(FileTypes, FaultsAreNamed) {
  for (const char* bad : {"", "x", "x:", ":*.x", "a b:*.x", "all:*.x", "x:!*.y", "x:a/b",
                          "x:include:", "x:include:csv,nothing", "x:["}) {
    const auto types = FileTypes::parse({bad});
    ASSERT_FALSE(types) << bad;
    const std::string named = std::string(bad) == "x:[" ? "[" : bad;
    EXPECT_NE(types.error().what.find(named), std::string::npos) << bad;
  }
  const auto choice = FileTypes::parse({}).value().choose({"log"}, {"lgo"});
  ASSERT_FALSE(choice);
  EXPECT_EQ(choice.error().what, "'lgo' is not a type of files (see weir grep --type-list)");
}

TEST(FileTypes, EveryGlobOfTheTableIsAGlob) {
  const std::string text = FileTypes::parse({}).value().listing();
  EXPECT_GE(std::count(text.begin(), text.end(), '\n'), 60);
  EXPECT_FALSE(chosen({"all"}).admits("nothing that is there"));
}

}  // namespace
}  // namespace weir::input
