// Types of files: names such as "log" or "py" for globs that tell by a file's base name what is in it.
//
// There is a table of common ones; definitions add to it. A choice of types is immutable, threads may share
// it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "input/glob.hpp"
#include "weir/error.hpp"

namespace weir::input {

// Which files are taken: those of any wanted type, if one is wanted, and of no unwanted one.
class TypeChoice {
 public:
  TypeChoice() = default;
  TypeChoice(GlobSet wanted, GlobSet unwanted) : wanted_(std::move(wanted)), unwanted_(std::move(unwanted)) {}

  bool empty() const noexcept { return wanted_.empty() && unwanted_.empty(); }
  bool admits(std::string_view name) const {
    const bool is_wanted = wanted_.empty() || wanted_.admits(name, false);
    return is_wanted && (unwanted_.empty() || !unwanted_.admits(name, false));
  }

 private:
  GlobSet wanted_;  // both: including globs only, so that a set admits what one of them matches
  GlobSet unwanted_;
};

class FileTypes {
 public:
  // The table with `definitions`, each "name:glob" or "name:include:other,another", added in their order.
  // bad_argument names the definition at fault, bad_pattern the glob.
  static Result<FileTypes> parse(const std::vector<std::string>& definitions);

  // "all" is any type. bad_argument names an unknown one.
  Result<TypeChoice> choose(const std::vector<std::string>& wanted,
                            const std::vector<std::string>& unwanted) const;

  // A line for each type, "name: glob, glob".
  std::string listing() const;

 private:
  FileTypes();
  Result<bool> add(const std::string& definition);
  Result<bool> include(std::string_view name, std::string_view others, const std::string& definition);
  Result<GlobSet> globs_of(const std::vector<std::string>& names) const;

  std::map<std::string, std::vector<std::string>, std::less<>> globs_;
};

}  // namespace weir::input
