#include "cli/monitor_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "cli/exit_status.hpp"
#include "cli/monitor_screen.hpp"
#include "cli/terminal.hpp"

namespace weir::cli {

namespace {

int fail(const std::string& text, int status) {
  std::fprintf(stderr, "weir: monitor: %s\n", printable(text).c_str());
  return status;
}

int fail(const Error& error) {
  return fail(error.what, error.code == ErrorCode::bad_argument ? kExitNothing : kExitError);
}

bool is_number(const std::string& text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); });
}

// The socket that is meant, or an exit status and a message.
std::optional<std::string> find_socket(const std::string& target, int& status) {
  if (is_number(target)) {
    auto path = find_monitor_socket(std::strtoull(target.c_str(), nullptr, 10));
    if (!path) status = fail("no process " + target + " that has a monitor", kExitNothing);
    return path;
  }
  if (!target.empty()) return target;
  const std::vector<MonitoredProcess> found = find_monitored();
  if (found.size() == 1) return found.front().path;
  if (found.empty()) {
    status = fail("no process has a monitor (--monitor or WEIR_MONITOR=1 starts one)", kExitNothing);
    return std::nullopt;
  }
  status = fail("several processes have a monitor; name one of them:", kExitError);
  for (const MonitoredProcess& process : found)
    std::fprintf(stderr, "%8llu  %s\n", static_cast<unsigned long long>(process.pid),
                 printable(process.command).c_str());
  return std::nullopt;
}

int show_task(const MonitorRequest& request, const std::string& path) {
  const bool cancels = request.what == MonitorRequest::What::cancel;
  const auto report = cancels ? ask_cancel(path, request.task) : ask_task(path, request.task);
  if (!report) return fail(report.error());
  if (request.json) return write_output(json_of(report.value()));
  return write_output((cancels ? "cancelled " : "") + table_of(report.value()));
}

}  // namespace

int run_monitor(const MonitorArguments& arguments) {
  const auto parsed = to_monitor_request(arguments);
  if (!parsed) return fail(parsed.error().what, kExitError);
  const MonitorRequest& request = parsed.value();
  int status = kExitSelected;
  const auto path = find_socket(request.target, status);
  if (!path) return status;
  if (request.what != MonitorRequest::What::tasks) return show_task(request, *path);
  const bool refreshes =
      !request.json && !request.once && is_terminal(STDIN_FILENO) && can_redraw(STDOUT_FILENO);
  if (refreshes) return watch_process(*path, request.interval);
  const auto report = ask_tasks(*path);
  if (!report) return fail(report.error());
  return write_output(request.json ? json_of(report.value()) : table_of(report.value()));
}

}  // namespace weir::cli
