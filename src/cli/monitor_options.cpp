#include "cli/monitor_options.hpp"

#include "cli/option_adders.hpp"

namespace weir::cli {

namespace {

Error refused(const std::string& what) {
  return Error(ErrorCode::bad_argument, what + " (see weir monitor --help)");
}

Result<TaskKey> parse_task(const std::string& text) {
  const auto key = parse_task_key(text);
  if (!key) return refused("'" + text + "' is not the number of a task, as in 1.7");
  return *key;
}

// 0.1 to 3600 seconds.
std::optional<std::chrono::milliseconds> parse_interval(const std::string& text) {
  char* end = nullptr;
  const double seconds = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !(seconds >= 0.1 && seconds <= 3600)) return std::nullopt;
  return std::chrono::milliseconds(static_cast<int>(seconds * 1000));
}

}  // namespace

void add_monitor_options(Command& app, MonitorArguments& a) {
  constexpr const char* group = "Options";
  add_value(app, "--task", a.task, "Show the chain of calls in which task ID waits, as does where ID", "ID",
            group);
  add_flag(app, "--json", a.json, "Print one JSON object, once", group);
  add_flag(app, "--once", a.once, "Print the list once, also on a terminal", group);
  add_value(app, "--interval", a.interval, "Seconds between two looks on a terminal (default 1)", "SECONDS",
            group);
}

Result<MonitorRequest> to_monitor_request(const MonitorArguments& a) {
  using What = MonitorRequest::What;
  MonitorRequest request;
  request.json = a.json;
  request.once = a.once;
  std::vector<std::string> words = a.positionals;
  const auto is_verb = [](const std::string& word) { return word == "where" || word == "cancel"; };
  if (!words.empty() && !is_verb(words.front())) {
    request.target = words.front();
    words.erase(words.begin());
  }
  if (!words.empty()) {
    if (!is_verb(words.front())) return refused("'" + words.front() + "' is neither where nor cancel");
    if (words.size() != 2) return refused(words.front() + " takes the number of one task");
    request.what = words.front() == "where" ? What::chain : What::cancel;
    const auto key = parse_task(words[1]);
    if (!key) return key.error();
    request.task = key.value();
  }
  if (a.task) {
    if (request.what != What::tasks) return refused("--task: a task is named already");
    const auto key = parse_task(*a.task);
    if (!key) return key.error();
    request.what = What::chain;
    request.task = key.value();
  }
  if (a.interval) {
    const auto interval = parse_interval(*a.interval);
    if (!interval) return refused("--interval: '" + *a.interval + "' is not a number from 0.1 to 3600");
    request.interval = *interval;
  }
  return request;
}

}  // namespace weir::cli
