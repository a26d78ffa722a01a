#include <dirent.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "base/diagnostics.hpp"
#include "monitor/socket.hpp"
#include "monitor/wire.hpp"

namespace weir {

namespace {

using monitor::Reader;

constexpr int kSeconds = 5;
constexpr std::size_t kMostBytes = 256U << 20;  // an answer

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Result<std::string> exchange(const std::string& path, const std::string& question) {
  auto fd = monitor::connect_to(path, kSeconds);
  if (!fd) return fd.error();
  const Error silent(ErrorCode::io, path + ": no answer");
  if (!monitor::send_all(fd.value().get(), question + "\n")) return silent;
  std::string answer;
  char part[16 * 1024];
  for (;;) {
    const ssize_t got = ::recv(fd.value().get(), part, sizeof part, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 || answer.size() > kMostBytes) return silent;
    if (got == 0) break;
    answer.append(part, static_cast<std::size_t>(got));
  }
  if (answer.empty()) return silent;
  return answer;
}

// The answer behind its first fields, as `take` reads it.
template <class T, class Take>
Result<T> ask(const std::string& path, const std::string& question, Take take) {
  const auto answer = exchange(path, question);
  if (!answer) return answer.error();
  Reader reader(answer.value());
  if (reader.text() != monitor::kProtocol)
    return Error(ErrorCode::unsupported, path + ": not the monitor of this version");
  const std::string problem = reader.text();
  if (!problem.empty()) return Error(reader.text() == "a" ? ErrorCode::bad_argument : ErrorCode::io, problem);
  T result{};
  take(reader, result);
  if (!reader.is_good()) return Error(ErrorCode::io, path + ": an answer that makes no sense");
  return result;
}

std::string text_of(const TaskKey& key) {
  return (key.loop == 0 ? "" : std::to_string(key.loop) + ".") + std::to_string(key.id);
}

// The process whose socket has this name, or nothing.
std::optional<std::uint64_t> process_of(std::string_view name) {
  constexpr std::string_view kHead = "weir-";
  constexpr std::string_view kTail = ".sock";
  if (name.size() <= kHead.size() + kTail.size() || !name.starts_with(kHead) || !name.ends_with(kTail))
    return std::nullopt;
  return parse_number(name.substr(kHead.size(), name.size() - kHead.size() - kTail.size()));
}

bool is_own_socket(const std::string& path) {
  struct ::stat info = {};
  return ::lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode) && info.st_uid == ::geteuid();
}

std::vector<std::string> sockets_in(const std::string& folder) {
  std::vector<std::string> paths;
  DIR* const directory = ::opendir(folder.c_str());
  if (!directory) return paths;
  while (const dirent* entry = ::readdir(directory)) {
    if (process_of(entry->d_name)) paths.push_back(folder + "/" + entry->d_name);
  }
  ::closedir(directory);
  return paths;
}

}  // namespace

std::optional<TaskKey> parse_task_key(std::string_view text) {
  TaskKey key;
  const std::size_t dot = text.find('.');
  if (dot != std::string_view::npos) {
    const auto loop = parse_number(text.substr(0, dot));
    if (!loop || *loop == 0) return std::nullopt;
    key.loop = *loop;
    text.remove_prefix(dot + 1);
  }
  const auto id = parse_number(text);
  if (!id || *id == 0) return std::nullopt;
  key.id = *id;
  return key;
}

std::vector<MonitoredProcess> find_monitored() {
  std::vector<MonitoredProcess> found;
  for (const std::string& folder : monitor::socket_folders()) {
    for (const std::string& path : sockets_in(folder)) {
      if (!is_own_socket(path)) continue;
      const auto take = [](Reader& reader, MonitoredProcess& process) {
        process.pid = reader.number();
        process.command = reader.text();
      };
      auto process = ask<MonitoredProcess>(path, "who", take);
      if (!process) {
        monitor::remove_left_over(path);  // by a process that was killed
        continue;
      }
      process.value().path = path;
      found.push_back(std::move(process).value());
    }
  }
  const auto is_before = [](const MonitoredProcess& a, const MonitoredProcess& b) { return a.pid < b.pid; };
  std::sort(found.begin(), found.end(), is_before);
  return found;
}

std::optional<std::string> find_monitor_socket(std::uint64_t pid) {
  for (const std::string& folder : monitor::socket_folders()) {
    std::string path = folder + "/" + monitor::socket_name(pid);
    if (monitor::connect_to(path, kSeconds)) return path;
  }
  return std::nullopt;
}

Result<ProcessReport> ask_tasks(const std::string& path) {
  return ask<ProcessReport>(path, "tasks",
                            [](Reader& reader, ProcessReport& report) { get(reader, report); });
}

Result<TaskReport> ask_task(const std::string& path, const TaskKey& task) {
  const auto take = [](Reader& reader, TaskReport& report) { get(reader, report); };
  return ask<TaskReport>(path, "task " + text_of(task), take);
}

Result<TaskReport> ask_cancel(const std::string& path, const TaskKey& task) {
  const auto take = [](Reader& reader, TaskReport& report) { get(reader, report); };
  return ask<TaskReport>(path, "cancel " + text_of(task), take);
}

}  // namespace weir
