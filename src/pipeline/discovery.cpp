#include "pipeline/discovery.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "input/path_list.hpp"
#include "io/operation.hpp"
#include "weir/offload.hpp"

namespace weir::pipeline {

namespace {

constexpr std::size_t kBatch = 256;  // sources pulled from the walk at a time
constexpr std::size_t kListBytes = 64 * 1024;

bool is_directory(const std::string& path) {
  struct ::stat info = {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

// Whether a path that is no directory may mean more than one text: an archive, or members of one.
bool may_be_many(const std::string& path, const GrepOptions& options) {
  if (!options.decompress || options.names != GrepNames::automatic || path == "-") return false;
  struct ::stat info = {};
  if (::stat(path.c_str(), &info) == 0) return S_ISREG(info.st_mode) && input::is_archive_file(path);
  const std::size_t mark = path.find('!');
  return mark != std::string::npos && path.find_first_of("*?[{", mark) != std::string::npos;
}

// Standard input is meant when something was put there: a file, a pipe, a socket.
bool has_input() {
  struct ::stat info = {};
  if (::fstat(STDIN_FILENO, &info) != 0) return false;
  return S_ISREG(info.st_mode) || S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode);
}

std::vector<input::Found> pull(input::SortedWalker& walker) {
  std::vector<input::Found> batch;
  input::Found found;
  while (batch.size() < kBatch && walker.next(found))
    batch.push_back(std::move(found));
  return batch;
}

std::string message_of(const std::string& path, int sys_errno, std::string_view what) {
  if (sys_errno == ENOENT) return path + ": " + base::errno_text(sys_errno);
  std::string text = path + ": " + std::string(what);
  if (sys_errno != 0) text += ": " + base::errno_text(sys_errno);
  return text;
}

input::WalkOrder walk_order(const GrepOptions& options) {
  input::WalkOrder order;
  order.reversed = options.sort_reversed;
  if (options.sort == GrepSort::modified) order.by = input::WalkOrder::By::modified;
  if (options.sort == GrepSort::accessed) order.by = input::WalkOrder::By::accessed;
  if (options.sort == GrepSort::created) order.by = input::WalkOrder::By::created;
  return order;
}

}  // namespace

Result<input::TypeChoice> choose_types(const GrepOptions& options) {
  const bool asked =
      !options.types.empty() || !options.types_not.empty() || !options.type_definitions.empty();
  if (!asked) return input::TypeChoice();  // without building the table
  const auto types = input::FileTypes::parse(options.type_definitions);
  if (!types) return types.error();
  return types.value().choose(options.types, options.types_not);
}

input::MemberChoice choose_members(const GrepOptions& options) {
  input::MemberChoice choice;
  choice.globs = input::GlobSet::parse(options.globs, options.iglobs).value();
  const auto excludes = [](const std::string& glob) { return glob.starts_with('!'); };
  std::vector<std::string> globs;
  std::vector<std::string> iglobs;
  std::copy_if(options.globs.begin(), options.globs.end(), std::back_inserter(globs), excludes);
  std::copy_if(options.iglobs.begin(), options.iglobs.end(), std::back_inserter(iglobs), excludes);
  choice.exclusions = input::GlobSet::parse(globs, iglobs).value();
  choice.types = choose_types(options).value();
  GrepOptions unwanted;
  unwanted.types_not = options.types_not;
  unwanted.type_definitions = options.type_definitions;
  choice.unwanted_types = choose_types(unwanted).value();
  choice.hidden = options.hidden;
  choice.skip_binary = options.binary == GrepBinary::skip;
  return choice;
}

Inputs resolve_inputs(const GrepOptions& options, Purpose purpose) {
  Inputs inputs;
  inputs.paths = options.paths;
  const bool listed = !options.files_from.empty();
  if (inputs.paths.empty() && !listed) {
    if (purpose == Purpose::scan && has_input()) {
      inputs.paths = {"-"};
    } else {
      inputs.implicit_dot = true;
    }
  }
  inputs.may_block = listed || inputs.implicit_dot;
  inputs.many = listed || inputs.implicit_dot || inputs.paths.size() > 1;
  for (const std::string& path : inputs.paths) {
    if (path == "-" || !is_directory(path)) continue;
    inputs.may_block = inputs.many = true;
    break;
  }
  if (inputs.paths.size() == 1 && !inputs.many) inputs.many = may_be_many(inputs.paths.front(), options);
  return inputs;
}

Coro<void> Discovery::run(Push push, std::function<bool()> has_room, Condition* room) {
  input::WalkOptions walk;
  walk.paths = inputs_.paths;
  walk.implicit_dot = inputs_.implicit_dot;
  walk.archives = options_.decompress;
  walk.on_error = [this](const std::string& path, int sys_errno, std::string_view what) {
    diagnostics_.file_error(message_of(path, sys_errno, what));
  };
  walk.globs = input::GlobSet::parse(options_.globs, options_.iglobs).value();  // checked before the scan
  walk.types = choose_types(options_).value();
  walk.ignore_files = options_.ignore_files;
  walk.hidden = options_.hidden;
  walk.follow_links = options_.follow_links;
  walk.one_file_system = options_.one_file_system;
  walk.max_depth = options_.max_depth;
  walk.max_file_bytes = options_.max_file_bytes;
  input::SortedWalker walker(std::move(walk), walk_order(options_));
  // What is listed is sorted with the rest.
  const bool waits_for_list = !walker.is_plain() && !options_.files_from.empty();
  const bool has_paths = !inputs_.paths.empty() || inputs_.implicit_dot;
  if (has_paths && !waits_for_list) co_await push_all(&walker, &push, &has_room, room);
  if (!options_.files_from.empty()) co_await push_listed(&walker, &push, &has_room, room);
}

Coro<void> Discovery::push_all(input::SortedWalker* walker, const Push* push,
                               const std::function<bool()>* has_room, Condition* room) {
  for (bool more = !walker->is_plain(); more;) {
    auto collect = [walker] { return walker->collect(); };
    more = co_await offload(std::move(collect));
  }
  for (;;) {
    std::vector<input::Found> batch;
    if (inputs_.may_block) {
      auto pull_batch = [walker] { return pull(*walker); };
      batch = co_await offload(std::move(pull_batch));
    } else {
      batch = pull(*walker);
    }
    if (batch.empty()) break;
    std::vector<std::shared_ptr<input::Source>> sources;
    sources.reserve(batch.size());
    for (input::Found& found : batch) {
      const bool is_stdin = found.kind == input::Found::Kind::standard_input;
      sources.push_back(std::make_shared<input::Source>(found_++, std::move(found)));
      if (is_stdin) sources.back()->is_repeat = std::exchange(stdin_named_, true);
    }
    (*push)(std::move(sources));
    while (!(*has_room)())
      co_await room->wait();
  }
}

// The names of --files-from, each handled as an argument.
Coro<void> Discovery::push_listed(input::SortedWalker* walker, const Push* push,
                                  const std::function<bool()>* has_room, Condition* room) {
  const int fd = co_await open_list();
  if (fd < 0 && !walker->is_plain()) co_await push_all(walker, push, has_room, room);  // what was named
  if (fd < 0) co_return;
  const base::UniqueFd owner(fd == STDIN_FILENO ? -1 : fd);
  input::PathList list(options_.files_from_null ? '\0' : '\n');
  std::vector<std::string> names;
  std::string buffer(kListBytes, '\0');
  for (bool more = true; more;) {
    io::Operation readable = io::Operation::poll_in(fd);
    co_await readable;
    io::Operation read = io::Operation::read(fd, buffer.data(), kListBytes, io::Operation::kStream);
    const int got = co_await read;
    if (got == -EAGAIN) continue;
    if (got < 0) diagnostics_.error(options_.files_from + ": read: " + base::errno_text(-got));
    more = got > 0;
    if (more) {
      list.feed({buffer.data(), static_cast<std::size_t>(got)}, names);
    } else {
      list.finish(names);
    }
    for (std::string& name : names)
      walker->add_argument(std::move(name));
    names.clear();
    const bool pushes = walker->is_plain() || !more;
    if (pushes) co_await push_all(walker, push, has_room, room);
  }
  if (list.dropped() > 0) {
    diagnostics_.error(options_.files_from + ": " + std::to_string(list.dropped()) +
                       " names are too long to be paths");
  }
}

Coro<int> Discovery::open_list() {
  if (options_.files_from == "-") co_return STDIN_FILENO;
  io::Operation open = io::Operation::open(options_.files_from.c_str(), O_RDONLY | O_NOCTTY);
  const int fd = co_await open;
  if (fd < 0) diagnostics_.error(options_.files_from + ": " + base::errno_text(-fd));
  co_return fd;
}

}  // namespace weir::pipeline
