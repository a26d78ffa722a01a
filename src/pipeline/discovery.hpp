// Discovery: from the command line's paths to sources in the work list, in output order, while the scan runs.
#pragma once

#include <functional>
#include <memory>

#include "base/diagnostics.hpp"
#include "input/archive_reader.hpp"
#include "input/sorted_walk.hpp"
#include "input/source.hpp"
#include "weir/coro.hpp"
#include "weir/error.hpp"
#include "weir/grep.hpp"
#include "weir/sync.hpp"

namespace weir::pipeline {

// What will be scanned, as far as the options tell before anything is read.
struct Inputs {
  std::vector<std::string> paths;
  bool implicit_dot = false;
  bool may_block = false;  // a directory or a list of names is among them
  bool many = false;       // more than one file is possible: names go with the lines
};
enum class Purpose { scan, list };  // a list of files is never one of what stands on standard input alone
Inputs resolve_inputs(const GrepOptions& options, Purpose purpose);

// bad_argument, bad_pattern.
Result<input::TypeChoice> choose_types(const GrepOptions& options);

// As resolve() has checked them.
input::MemberChoice choose_members(const GrepOptions& options);

class Discovery {
 public:
  using Push = std::function<void(std::vector<std::shared_ptr<input::Source>>)>;

  Discovery(const GrepOptions& options, Inputs inputs, base::Diagnostics& diagnostics)
      : options_(options), inputs_(std::move(inputs)), diagnostics_(diagnostics) {}

  // Finds everything. `has_room` says whether more may be pushed now; when not, `room` is awaited.
  Coro<void> run(Push push, std::function<bool()> has_room, Condition* room);

  std::uint64_t found() const noexcept { return found_; }

 private:
  Coro<void> push_all(input::SortedWalker* walker, const Push* push, const std::function<bool()>* has_room,
                      Condition* room);
  Coro<void> push_listed(input::SortedWalker* walker, const Push* push, const std::function<bool()>* has_room,
                         Condition* room);
  Coro<int> open_list();

  const GrepOptions& options_;
  Inputs inputs_;
  base::Diagnostics& diagnostics_;
  std::uint64_t found_ = 0;
  bool stdin_named_ = false;
};

}  // namespace weir::pipeline
