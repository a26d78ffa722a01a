// A command of the CLI11 application, made for one command line.
#pragma once

#include <CLI/CLI.hpp>
#include <bitset>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::cli {

// The words of a command line, as far as they may be options.
class OptionWords {
 public:
  explicit OptionWords(const std::vector<std::string>& words);

  // Whether an option of these names, such as "-e,--regexp", may be among the words. A value that looks like
  // an option counts as one, too.
  bool may_hold(std::string_view names) const;

 private:
  bool may_hold_name(std::string_view name) const;

  std::bitset<256> letters_;  // of words with one dash, which may be bundles
  std::vector<std::string> long_names_;
};

// Has the options that may be on its command line, or all of them, as help and completions need them. CLI11
// takes as long to be told of a hundred options as a small file takes to be searched, and compares each new
// one with all others, so the rest are not told. That all names differ is left to a test.
class Command : public CLI::App {
 public:
  using CLI::App::App;

  // To be called before options are added.
  void expect(OptionWords words) { expected_.emplace(std::move(words)); }
  // Whether it has all options; what only help shows is of use.
  bool has_all() const noexcept { return !expected_; }

  // Lets `add` add the option of these names to a CLI::App that seems to have none.
  template <typename Add>
  void declare(std::string_view names, Add add) {
    if (expected_ && !expected_->may_hold(names)) return;
    std::vector<CLI::Option_p> others;
    others.swap(options_);
    add(static_cast<CLI::App&>(*this));
    others.push_back(std::move(options_.front()));
    options_.swap(others);
  }

 private:
  std::optional<OptionWords> expected_;
};

}  // namespace weir::cli
