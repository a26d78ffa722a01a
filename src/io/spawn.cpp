#include "io/spawn.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

extern char** environ;

namespace weir::io {

namespace {

constexpr int kFirstFree = 3;  // behind the standard streams

// The owned half of posix_spawn's arguments.
class SpawnActions {
 public:
  SpawnActions() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  ~SpawnActions() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  posix_spawn_file_actions_t* actions() noexcept { return &actions_; }
  posix_spawnattr_t* attributes() noexcept { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

// Both ends are closed in children. They lie behind the standard streams, even where this process has closed
// some of those, so that a duplicate onto one of them never hits another's source.
int make_pipe(base::UniqueFd& reader, base::UniqueFd& writer) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return -errno;
  reader.reset(ends[0]);
  writer.reset(ends[1]);
  for (base::UniqueFd* end : {&reader, &writer}) {
    if (end->get() >= kFirstFree) continue;
    const int higher = ::fcntl(end->get(), F_DUPFD_CLOEXEC, kFirstFree);
    if (higher < 0) return -errno;
    end->reset(higher);
  }
  return 0;
}

// One standard stream of the child: `ours` and `theirs` when it is a pipe.
int redirect(SpawnActions& spawn, Redirect how, int target, base::UniqueFd& ours, base::UniqueFd& theirs) {
  const bool is_input = target == STDIN_FILENO;
  if (how == Redirect::nothing)
    return -posix_spawn_file_actions_addopen(spawn.actions(), target, "/dev/null",
                                             is_input ? O_RDONLY : O_WRONLY, 0);
  if (how == Redirect::merge)
    return -posix_spawn_file_actions_adddup2(spawn.actions(), STDOUT_FILENO, target);
  if (how == Redirect::inherit) {
    // Onto itself: takes away a close-on-exec flag.
    return ::fcntl(target, F_GETFD) < 0 ? 0
                                        : -posix_spawn_file_actions_adddup2(spawn.actions(), target, target);
  }
  const int made = is_input ? make_pipe(theirs, ours) : make_pipe(ours, theirs);
  if (made < 0) return made;
  if (::fcntl(ours.get(), F_SETFL, O_NONBLOCK) != 0) return -errno;
  return -posix_spawn_file_actions_adddup2(spawn.actions(), theirs.get(), target);
}

// A group of its own, and no signal held back as this thread does. A command in a pipeline expects SIGPIPE,
// which programs like to ignore for themselves.
int set_attributes(SpawnActions& spawn) {
  sigset_t none;
  sigset_t pipe;
  sigemptyset(&none);
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  posix_spawnattr_setsigmask(spawn.attributes(), &none);
  posix_spawnattr_setsigdefault(spawn.attributes(), &pipe);
  posix_spawnattr_setpgroup(spawn.attributes(), 0);
  return -posix_spawnattr_setflags(spawn.attributes(),
                                   POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts)
    pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

int pidfd_open(pid_t pid) noexcept {
#ifdef SYS_pidfd_open
  return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
#else
  (void)pid;
  return -1;
#endif
}

void wait_for_end(pid_t pid) noexcept {
  siginfo_t info;
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
}

}  // namespace

int spawn(const Command& command, Spawned& into) {
  const bool merges_wrongly =
      command.standard_input == Redirect::merge || command.standard_output == Redirect::merge;
  if (command.arguments.empty() || merges_wrongly) return -EINVAL;
  SpawnActions spawn;
  base::UniqueFd theirs[3];
  int failed = set_attributes(spawn);
  if (failed == 0) failed = redirect(spawn, command.standard_input, STDIN_FILENO, into.input, theirs[0]);
  if (failed == 0) failed = redirect(spawn, command.standard_output, STDOUT_FILENO, into.output, theirs[1]);
  if (failed == 0) failed = redirect(spawn, command.standard_error, STDERR_FILENO, into.errors, theirs[2]);
  if (failed == 0 && !command.directory.empty())
    failed = -posix_spawn_file_actions_addchdir_np(spawn.actions(), command.directory.c_str());
#if defined(__GLIBC_PREREQ) && __GLIBC_PREREQ(2, 34)
  if (failed == 0) failed = -posix_spawn_file_actions_addclosefrom_np(spawn.actions(), kFirstFree);
#endif
  if (failed != 0) return failed;
  const std::vector<char*> arguments = pointers_to(command.arguments);
  std::vector<char*> environment;
  if (command.environment) environment = pointers_to(*command.environment);
  return -::posix_spawnp(&into.pid, arguments[0], spawn.actions(), spawn.attributes(), arguments.data(),
                         command.environment ? environment.data() : environ);
}

int reap(pid_t pid, ExitStatus& into) noexcept {
  siginfo_t info{};
  int result = -1;
  do {
    result = ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG);
  } while (result != 0 && errno == EINTR);
  if (result != 0) return -errno;
  if (info.si_pid == 0) return -EAGAIN;
  into = info.si_code == CLD_EXITED ? ExitStatus::exited(info.si_status) : ExitStatus::killed(info.si_status);
  return 0;
}

void reap_blocking(pid_t pid) noexcept {
  siginfo_t info;
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED) != 0 && errno == EINTR) {
  }
}

ExitNotice::ExitNotice(pid_t pid) : fd_(pidfd_open(pid)) {
  if (fd_) return;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  fd_.reset(ends[0]);
  base::UniqueFd writer(ends[1]);
  // Closing the writer is the notice.
  auto wait = [pid, writer = std::move(writer)] { wait_for_end(pid); };
  waiter_ = std::thread(std::move(wait));
}

ExitNotice::~ExitNotice() {
  if (waiter_.joinable()) waiter_.join();
}

}  // namespace weir::io
