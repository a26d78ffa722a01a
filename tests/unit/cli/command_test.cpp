#include "cli/command.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "cli/grep_options.hpp"
#include "cli/jq_options.hpp"
#include "cli/option_adders.hpp"

namespace weir::cli {
namespace {

void expect_names_differ(const Command& command) {
  std::map<std::string, int> uses;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames())
      ++uses["--" + name];
    for (const std::string& name : option->get_snames())
      ++uses["-" + name];
  }
  EXPECT_GT(uses.size(), 50U);
  for (const auto& [name, times] : uses)
    EXPECT_EQ(times, 1) << name;
}

TEST(Command, NamesOfGrepOptionsDiffer) {
  Command command("", "grep");
  GrepArguments arguments;
  command.set_help_flag("--help");
  add_grep_options(command, arguments);
  expect_names_differ(command);
}

TEST(Command, NamesOfJqOptionsDiffer) {
  Command command("", "jq");
  JqArguments arguments;
  command.set_help_flag("-h,--help");
  add_jq_options(command, arguments);
  expect_names_differ(command);
}

struct Flags {
  bool quiet = false, count = false, line_number = false;
  std::string engine;
};

void add_all(Command& command, Flags& flags) {
  add_flag(command, "-q,--quiet", flags.quiet, "", "");
  add_flag(command, "-c,--count", flags.count, "", "");
  add_flag(command, "-n,--line-number", flags.line_number, "", "");
  add_value(command, "--engine", flags.engine, "", "NAME", "");
}

std::vector<std::string> names_for(const std::vector<std::string>& words) {
  Command command;
  command.set_help_flag();
  command.expect(OptionWords(words));
  Flags flags;
  add_all(command, flags);
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    names.push_back(option->get_lnames().front());
  return names;
}

TEST(Command, HasTheOptionsThatMayBeAmongTheWords) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(names_for({"pattern", "path"}), Names());
  EXPECT_EQ(names_for({"-nq"}), (Names{"quiet", "line-number"}));
  EXPECT_EQ(names_for({"--engine=pcre2", "--count"}), (Names{"count", "engine"}));
  EXPECT_EQ(names_for({"--engine", "x"}), Names{"engine"});
  EXPECT_EQ(names_for({"--coun", "-", "--", "c"}), Names());
}

TEST(Command, ParsesWhatItHas) {
  const std::vector<std::string> words = {"-qn", "--engine=pcre2", "word"};
  Command command;
  command.expect(OptionWords(words));
  command.allow_extras();
  Flags flags;
  add_all(command, flags);
  command.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  EXPECT_TRUE(flags.quiet);
  EXPECT_TRUE(flags.line_number);
  EXPECT_FALSE(flags.count);
  EXPECT_EQ(flags.engine, "pcre2");
  EXPECT_EQ(command.remaining(), std::vector<std::string>{"word"});
}

}  // namespace
}  // namespace weir::cli
