// run_command() and ProcessPool: a whole command with its input and output.
#include <algorithm>
#include <cerrno>
#include <exception>
#include <system_error>
#include <thread>

#include "weir/gather.hpp"
#include "weir/process.hpp"
#include "weir/time.hpp"

namespace weir {

namespace {

constexpr std::size_t kReadBytes = 64 * 1024;

// What they give is of no interest: gather() wants values.
using Nothing = int;

Coro<Nothing> feed(Stream* input, std::string_view data) {
  try {
    co_await input->write_all(data);
  } catch (const std::system_error& error) {
    if (error.code().value() != EPIPE) throw;  // it has read as much as it wanted
  }
  co_await input->close();
  co_return 0;
}

Coro<Nothing> collect(Stream* from, const Command* command, std::string* into, bool* cut) {
  if (!from->is_open()) co_return 0;
  std::string buffer(kReadBytes, '\0');
  for (;;) {
    const std::span<char> room(buffer.data(), buffer.size());
    const std::size_t got = co_await from->read_some(room);
    if (got == 0) break;
    const std::size_t kept = std::min(got, command->max_output - into->size());
    into->append(buffer, 0, kept);
    if (kept == got) continue;
    *cut = true;
    if (command->overflow == Overflow::fail) throw OutputTooLong(from->name(), command->max_output);
  }
  co_await from->close();
  co_return 0;
}

Coro<Nothing> await_end(Process* process, ExitStatus* status) {
  *status = co_await process->wait();
  co_return 0;
}

Coro<void> converse(Process* process, const Command* command, std::string_view input, CommandResult* result) {
  std::vector<Coro<Nothing>> parts;
  if (process->standard_input().is_open()) parts.push_back(feed(&process->standard_input(), input));
  parts.push_back(collect(&process->standard_output(), command, &result->output, &result->output_cut));
  parts.push_back(collect(&process->standard_error(), command, &result->errors, &result->errors_cut));
  parts.push_back(await_end(process, &result->status));
  co_await gather(std::move(parts));
}

// Whatever happens meanwhile: the error that led here is the one to report.
Coro<void> terminate_quietly(Process* process, Duration grace) {
  try {
    co_await process->terminate(grace);
  } catch (...) {
  }
}

}  // namespace

OutputTooLong::OutputTooLong(const std::string& stream, std::size_t limit)
    : std::length_error(stream + ": more than " + std::to_string(limit) + " bytes") {}

Coro<CommandResult> run_command(Command command) {
  const std::string input = std::exchange(command.input, std::string());
  Process process = co_await Process::spawn(command);
  CommandResult result;
  std::exception_ptr failure;
  try {
    co_await timeout(command.timeout, converse(&process, &command, input, &result));
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure) {
    co_await terminate_quietly(&process, command.grace);
    std::rethrow_exception(failure);
  }
  co_return result;
}

ProcessPool::ProcessPool(std::size_t processes)
    : size_(processes != 0 ? processes : std::max(1U, std::thread::hardware_concurrency())), slots_(size_) {}

Coro<CommandResult> ProcessPool::run(Command command) {
  auto slot = co_await slots_.acquire();
  CommandResult result = co_await run_command(std::move(command));
  co_return result;
}

}  // namespace weir
