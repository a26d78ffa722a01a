#include "monitor/server.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <system_error>
#include <vector>

#include "base/quiet_thread.hpp"
#include "monitor/answers.hpp"
#include "monitor/socket.hpp"
#include "monitor/wire.hpp"

namespace weir {

namespace detail {

namespace {

using monitor::Writer;

constexpr int kClientSeconds = 2;  // for a question to come, and an answer to be taken

// The sockets to remove when the process exits without coming out of its Monitors.
struct Sockets {
  std::mutex mutex;
  std::vector<std::string> paths;
  ::pid_t process = ::getpid();
};
Sockets& sockets() {
  static Sockets& instance = *new Sockets;
  return instance;
}

void remove_sockets() {
  if (::getpid() != sockets().process) return;
  const std::lock_guard lock(sockets().mutex);
  for (const std::string& path : sockets().paths)
    ::unlink(path.c_str());
}

void remember(const std::string& path) {
  static const int registered = std::atexit(remove_sockets);
  (void)registered;
  const std::lock_guard lock(sockets().mutex);
  sockets().paths.push_back(path);
}

void remove(const std::string& path) {
  const std::lock_guard lock(sockets().mutex);
  std::erase(sockets().paths, path);
  ::unlink(path.c_str());
}

// Up to the end of the line, or "".
std::string read_question(int client) {
  std::string question;
  char byte = 0;
  while (question.size() < 100 && ::recv(client, &byte, 1, 0) == 1) {
    if (byte == '\n') return question;
    question.push_back(byte);
  }
  return {};
}

std::string failure(const Error& error) {
  return monitor::failure(error.what, error.code == ErrorCode::bad_argument ? 'a' : 'b');
}

std::string answer_about_task(bool cancels, std::string_view id) {
  const std::optional<TaskKey> key = parse_task_key(id);
  if (!key) return monitor::failure("not the number of a task", 'a');
  const auto report = cancels ? monitor::cancel_task(*key) : monitor::report_task(*key);
  if (!report) return failure(report.error());
  Writer writer;
  writer.text("");
  monitor::put(writer, report.value());
  return writer.take();
}

std::string answer(const std::string& question) {
  if (question.starts_with("task ")) return answer_about_task(false, std::string_view(question).substr(5));
  if (question.starts_with("cancel ")) return answer_about_task(true, std::string_view(question).substr(7));
  Writer writer;
  writer.text("");
  if (question == "tasks") {
    monitor::put(writer, monitor::report_self());
  } else if (question == "who") {
    writer.number(static_cast<std::uint64_t>(::getpid()));
    writer.text(monitor::own_command());
  } else {
    return monitor::failure("the question is not understood", 'b');
  }
  return writer.take();
}

}  // namespace

MonitorServer::MonitorServer(std::string path) : path_(std::move(path)) {
  auto listener = monitor::listen_at(path_);
  if (!listener)
    throw std::system_error(listener.error().sys_errno, std::generic_category(), "monitor: " + path_);
  listener_ = std::move(listener).value();
  remember(path_);
  stop_.reset(::eventfd(0, EFD_CLOEXEC));
  try {
    if (!stop_) throw std::system_error(errno, std::generic_category(), "monitor: eventfd");
    thread_ = base::quiet_thread([this] { run(); });
  } catch (...) {
    remove(path_);
    throw;
  }
}

MonitorServer::~MonitorServer() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(stop_.get(), &one, sizeof one);
  thread_.join();
  remove(path_);
}

void MonitorServer::run() {
  for (;;) {
    pollfd entries[] = {{stop_.get(), POLLIN, 0}, {listener_.get(), POLLIN, 0}};
    if (::poll(entries, 2, -1) < 0 && errno != EINTR) return;
    if (entries[0].revents != 0) return;
    if (entries[1].revents == 0) continue;
    const base::UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (client) {
      serve(client.get());
    } else {
      ::poll(entries, 1, 100);  // out of descriptors, perhaps: not again at once
    }
  }
}

void MonitorServer::serve(int client) {
  monitor::limit_waits(client, kClientSeconds);
  const long user = monitor::peer_user(client);
  if (user != static_cast<long>(::geteuid()) && user != 0) return;
  const std::string question = read_question(client);
  if (question.empty()) return;
  try {
    monitor::send_all(client, answer(question));
  } catch (const std::bad_alloc&) {
    monitor::send_all(client, monitor::failure("out of memory", 'b'));
  }
}

}  // namespace detail

Monitor::Monitor(const std::string& path) {
  static std::mutex mutex;
  static std::weak_ptr<detail::MonitorServer> shared;
  if (!path.empty()) {
    server_ = std::make_shared<detail::MonitorServer>(path);
    return;
  }
  const std::lock_guard lock(mutex);
  server_ = shared.lock();
  if (server_) return;
  const std::string name = monitor::socket_name(static_cast<std::uint64_t>(::getpid()));
  server_ = std::make_shared<detail::MonitorServer>(monitor::socket_folders().front() + "/" + name);
  shared = server_;
}

Monitor::~Monitor() = default;

const std::string& Monitor::path() const noexcept {
  return server_->path();
}

bool Monitor::is_wanted_by_environment() noexcept {
  const char* value = std::getenv("WEIR_MONITOR");
  return value && *value != '\0' && std::string_view(value) != "0";
}

}  // namespace weir
