#include "input/ignore_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "input/walk.hpp"
#include "support/temp_dir.hpp"

namespace weir::input {
namespace {

using Paths = std::vector<std::string>;
using support::TempDir;
using Verdict = IgnoreFile::Verdict;

Paths walk(const std::string& argument, Paths* errors = nullptr) {
  WalkOptions options;
  options.paths = {argument};
  options.ignore_files = true;
  options.on_error = [errors](const std::string& path, int, std::string_view what) {
    if (errors) errors->push_back(path + ": " + std::string(what));
  };
  Walker walker(std::move(options));
  Paths paths;
  for (Found found; walker.next(found);)
    paths.push_back(found.path.substr(argument.size() + 1));
  return paths;
}

Verdict verdict(std::string_view rules, std::string_view path, bool is_directory = false) {
  return IgnoreFile::parse(rules).verdict(path, is_directory);
}

TEST(IgnoreFile, LinesAreReadAsGitReadsThem) {
  EXPECT_EQ(verdict("a\n", "x/a"), Verdict::ignore);
  EXPECT_EQ(verdict("a\r\n", "a"), Verdict::ignore);
  EXPECT_EQ(verdict("\xef\xbb\xbf"
                    "a",
                    "a"),
            Verdict::ignore);
  EXPECT_EQ(verdict("# a\n\n#a", "#a"), Verdict::none);
  EXPECT_EQ(verdict("\\#a", "#a"), Verdict::ignore);
  EXPECT_EQ(verdict("\\!a", "!a"), Verdict::ignore);
  EXPECT_EQ(verdict("a  ", "a"), Verdict::ignore);
  EXPECT_EQ(verdict("a\\ ", "a "), Verdict::ignore);
  EXPECT_EQ(verdict(" a", "a"), Verdict::none);
  EXPECT_EQ(verdict("a\\", "a"), Verdict::none);
  EXPECT_EQ(verdict("[a\n/\n!\n", "[a"), Verdict::none);
  EXPECT_EQ(verdict("{a,b}", "a"), Verdict::none);
  EXPECT_EQ(verdict("{a,b}", "{a,b}"), Verdict::ignore);
  EXPECT_EQ(verdict("[[:digit:]x]*", "7a"), Verdict::ignore);
  EXPECT_EQ(verdict("[[:nothing:]]", "n"), Verdict::none);
}

TEST(IgnoreFile, TheLastRuleThatMatchesDecides) {
  EXPECT_EQ(verdict("*.log\n!keep.log\n", "keep.log"), Verdict::take);
  EXPECT_EQ(verdict("!keep.log\n*.log\n", "keep.log"), Verdict::ignore);
  EXPECT_EQ(verdict("/a", "x/a"), Verdict::none);
  EXPECT_EQ(verdict("x/a", "x/a"), Verdict::ignore);
  EXPECT_EQ(verdict("x/a", "y/x/a"), Verdict::none);
  EXPECT_EQ(verdict("a/", "a"), Verdict::none);
  EXPECT_EQ(verdict("a/", "x/a", true), Verdict::ignore);
  EXPECT_EQ(verdict("a/**", "a", true), Verdict::none);
  EXPECT_EQ(verdict("a/**", "a/b"), Verdict::ignore);
}

TEST(IgnoreRules, DeeperFilesAndDotIgnoreGoFirst) {
  const TempDir dir;
  dir.write("d/.gitignore", "*.log\n*.tmp\n");
  dir.write("d/.ignore", "!a.tmp\n*.bak\n");
  dir.write("d/s/.gitignore", "!b.log\n!c.bak\na.tmp\n");
  for (const char* name :
       {"d/a.log", "d/a.tmp", "d/b.tmp", "d/s/b.log", "d/s/c.bak", "d/s/a.tmp", "d/.git/config"})
    dir.write(name);
  EXPECT_EQ(walk(dir / "d"), (Paths{".gitignore", ".ignore", "a.tmp", "s/.gitignore", "s/a.tmp", "s/b.log"}));
}

TEST(IgnoreRules, AnIgnoredDirectoryIsNotEnteredButMayBeNamed) {
  const TempDir dir;
  dir.write("d/.git/config");
  dir.write("d/.gitignore", "/out/\n*.o\n");
  dir.write("d/out/x/a");
  dir.write("d/out/x/a.o");
  dir.write("d/s/out/b");
  EXPECT_EQ(walk(dir / "d"), (Paths{".gitignore", "s/out/b"}));
  EXPECT_EQ(walk(dir / "d/out"), (Paths{"x/a"}));
}

TEST(IgnoreRules, ParentsCountUpToTheirRepository) {
  const TempDir dir;
  dir.write(".gitignore", "*\n");
  dir.write("d/.gitignore", "/s/t/a\n*.log\n");
  for (const char* name : {"d/s/t/a", "d/s/t/b", "d/s/t/c.log"})
    dir.write(name);
  EXPECT_EQ(walk(dir / "d/s/t"), (Paths{"a", "b", "c.log"}));  // no repository
  dir.write("d/.git");                                         // a file, as in work trees
  EXPECT_EQ(walk(dir / "d/s/t"), (Paths{"b"}));
  dir.write("d/s/.git/config");
  EXPECT_EQ(walk(dir / "d/s/t"), (Paths{"a", "b", "c.log"}));  // one of its own in between
  EXPECT_EQ(walk(dir / "d"), (Paths{".gitignore", "s/t/a", "s/t/b", "s/t/c.log"}));
}

TEST(IgnoreRules, WhatIsNoFileOfRulesIsPassedOver) {
  const TempDir dir;
  dir.write("d/.gitignore/x");
  dir.make_fifo("d/.ignore");
  dir.write("d/a");
  Paths errors;
  EXPECT_EQ(walk(dir / "d", &errors), (Paths{".gitignore/x", "a"}));
  EXPECT_TRUE(errors.empty());
}

// Random trees and rules, compared with what git itself lists.
class AgainstGit {
 public:
  explicit AgainstGit(unsigned seed) : random_(seed) {}

  void check() {
    grow("d", 0);
    ASSERT_EQ(git("init -q", nullptr), 0);
    Paths expected;
    ASSERT_EQ(git("ls-files --others --exclude-standard -z", &expected), 0);
    std::sort(expected.begin(), expected.end());
    Paths found = walk(dir_ / "d");
    std::sort(found.begin(), found.end());
    EXPECT_EQ(found, expected) << rules_;
    for (const std::string& below : directories_) {
      if (git("check-ignore -q '" + below + "'", nullptr) == 0) continue;
      Paths part;
      for (const std::string& path : expected) {
        if (path.starts_with(below + "/")) part.push_back(path.substr(below.size() + 1));
      }
      found = walk(dir_ / ("d/" + below));
      std::sort(found.begin(), found.end());
      EXPECT_EQ(found, part) << "in " << below << "\n" << rules_;
    }
  }

 private:
  unsigned below(unsigned end) { return static_cast<unsigned>(random_() % end); }

  std::string name() {
    static constexpr const char* kNames[] = {"a",     "b",  "ab",  "abc", "b.log",
                                             "a.log", "ca", "c d", "[a]", "x"};
    return kNames[below(std::size(kNames))];
  }

  std::string pattern() {
    static constexpr const char* kParts[] = {"*",     "?",  "[ab]", "[!a]",   "a*",
                                             "*.log", "*b", "**",   "[a-c]*", "\\a"};
    std::string text = below(4) == 0 ? "!" : "";
    if (below(4) == 0) text += "/";
    if (below(8) == 0) text += "**/";
    const unsigned parts = 1 + below(8) / 5;
    for (unsigned i = 0; i < parts; ++i) {
      text.append(i == 0 ? "" : below(4) == 0 ? "/**/" : "/");
      text += below(2) == 0 ? name() : kParts[below(std::size(kParts))];
    }
    if (below(10) == 0) text += "/**";
    if (below(4) == 0) text += "/";
    if (below(8) == 0) text += "  ";
    return text + "\n";
  }

  void grow(const std::string& at, int depth) {
    dir_.make_directory(at);
    const unsigned files = 1 + below(5);
    for (unsigned i = 0; i < files; ++i)
      write(at + "/" + name(), "");
    if (depth == 0 || below(3) == 0) {
      std::string text;
      for (unsigned i = 1 + below(5); i > 0; --i)
        text += pattern();
      write(at + "/.gitignore", text);
      rules_ += at + "/.gitignore:\n" + text;
    }
    for (unsigned i = depth < 3 ? below(4) : 0; i > 0; --i) {
      const std::string next = at + "/" + name();
      if (std::find(used_.begin(), used_.end(), next) != used_.end()) continue;
      used_.push_back(next);
      directories_.push_back(next.substr(2));
      grow(next, depth + 1);
    }
  }

  void write(const std::string& path, const std::string& text) {
    if (std::find(used_.begin(), used_.end(), path) != used_.end()) return;
    used_.push_back(path);
    dir_.write(path, text);
  }

  int git(const std::string& arguments, Paths* listed) {
    const std::string command = "cd '" + (dir_ / "d") +
                                "' && env -u GIT_DIR GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 "
                                "XDG_CONFIG_HOME=/nonexistent git " +
                                arguments + " > '" + (dir_ / "out") + "' 2>/dev/null";
    const int status = std::system(command.c_str());
    std::istringstream text(dir_.read("out"));
    for (std::string path; listed && std::getline(text, path, '\0');)
      listed->push_back(path);
    return status;
  }

  std::mt19937 random_;
  TempDir dir_;
  Paths used_;
  Paths directories_;
  std::string rules_;
};

TEST(IgnoreRules, RandomTreesAsGitSeesThem) {
  if (std::system("git --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no git here";
  const char* given = std::getenv("WEIR_TEST_SEED");
  const unsigned first = given ? static_cast<unsigned>(std::atoi(given)) : 1000;
  const char* rounds = std::getenv("WEIR_TEST_ROUNDS");
  for (unsigned i = 0; i < (rounds ? static_cast<unsigned>(std::atoi(rounds)) : 25); ++i) {
    SCOPED_TRACE("WEIR_TEST_SEED=" + std::to_string(first + i));
    AgainstGit(first + i).check();
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace weir::input
