// Reports as people read them.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "base/diagnostics.hpp"
#include "monitor/states.hpp"

namespace weir {

namespace {

constexpr std::size_t kColumns = 7;
using Row = std::array<std::string, kColumns>;

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

std::string age_text(Duration age) {
  const double seconds = std::chrono::duration<double>(age).count();
  char text[32];
  if (seconds < 100) {
    std::snprintf(text, sizeof text, "%.1fs", seconds);
  } else {
    const auto whole = static_cast<long long>(seconds);
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
  }
  return text;
}

std::size_t width(const std::string& text) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

Row row_of(std::uint64_t loop, const TaskInfo& task) {
  return {monitor::id_text(loop, task.id), base::escaped(task.name),
          monitor::state_text(task),       age_text(task.age),
          base::escaped(task.waiting_for), base::escaped(task.waiting_at),
          base::escaped(task.spawned_at)};
}

void append_rows(std::string& out, const std::vector<Row>& rows) {
  std::array<std::size_t, kColumns> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < kColumns; ++i)
      widths[i] = std::max(widths[i], width(row[i]));
  }
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < kColumns; ++i)
      line.append(row[i]).append(widths[i] - width(row[i]) + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    out.append(line).append(1, '\n');
  }
}

void append_loop(std::string& out, const LoopReport& loop) {
  out.append("loop ").append(std::to_string(loop.number));
  if (loop.state == LoopState::stopped) {
    out += ": not running\n";
    return;
  }
  if (loop.state == LoopState::blocked) {
    out += ": BLOCKED";
    if (!loop.blocked_by.empty())
      out.append(" for ")
          .append(age_text(loop.blocked_for))
          .append(" by ")
          .append(base::escaped(loop.blocked_by));
    out += "; its tasks cannot be listed\n";
    return;
  }
  out.append(" (").append(base::escaped(loop.io)).append("): ");
  out += counted(loop.task_count, "task", "tasks") + ", " + std::to_string(loop.ready) + " ready, " +
         counted(loop.timers, "timer", "timers") + ", " +
         counted(loop.operations, "operation in flight", "operations in flight") + "\n";
  for (const GaugeReport& gauge : loop.gauges) {
    out.append("  ").append(base::escaped(gauge.name)).append(": ").append(std::to_string(gauge.value));
    if (gauge.limit > 0) out.append(" of ").append(std::to_string(gauge.limit));
    out += "\n";
  }
}

}  // namespace

std::string table_of(const ProcessReport& report) {
  std::string out = "process " + std::to_string(report.pid) + ": " + base::escaped(report.command) + "\n";
  out += "offload: " + counted(report.offload_threads, "thread", "threads") + ", " +
         std::to_string(report.offload_busy) + " busy, " +
         counted(report.offload_waiting, "job waiting", "jobs waiting") + "\n";
  for (const LoopReport& loop : report.loops)
    append_loop(out, loop);
  std::vector<Row> rows{{"ID", "NAME", "STATE", "AGE", "WAITS FOR", "AT", "SPAWNED AT"}};
  std::uint64_t left_out = 0;
  for (const LoopReport& loop : report.loops) {
    for (const TaskInfo& task : loop.tasks)
      rows.push_back(row_of(loop.number, task));
    left_out += loop.task_count - std::min<std::uint64_t>(loop.task_count, loop.tasks.size());
  }
  if (rows.size() > 1) out += "\n";
  if (rows.size() > 1) append_rows(out, rows);
  if (left_out > 0) out += counted(left_out, "older task is", "older tasks are") + " not shown\n";
  return out;
}

std::string table_of(const TaskReport& report) {
  const TaskInfo& task = report.task;
  std::string out = "task " + monitor::id_text(report.loop, task.id) + " '" + base::escaped(task.name) +
                    "': " + monitor::state_text(task);
  if (!task.waiting_for.empty()) out += " for " + base::escaped(task.waiting_for);
  out += ", " + age_text(task.age) + " old, spawned at " + base::escaped(task.spawned_at);
  if (task.parent_id != 0) out += " by task " + monitor::id_text(report.loop, task.parent_id);
  out += "\n";
  for (const AwaitPlace& place : report.chain)
    out += "  " + base::escaped(place.function) + "  " + base::escaped(place.at) + "\n";
  return out;
}

}  // namespace weir
