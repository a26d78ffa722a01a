#include "monitor/wire.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace weir::monitor {

namespace {

std::uint64_t microseconds(Duration time) {
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(time).count()));
}

Duration from_microseconds(std::uint64_t value) {
  constexpr std::uint64_t kMost = 1'000'000ULL * 86'400 * 36'500;
  return std::chrono::microseconds(static_cast<std::int64_t>(std::min(value, kMost)));
}

void put_task(Writer& writer, const TaskInfo& task) {
  writer.number(task.id);
  writer.number(task.parent_id);
  writer.text(task.name);
  writer.number(static_cast<std::uint64_t>(task.state));
  writer.text(task.waiting_for);
  writer.text(task.waiting_at);
  writer.text(task.spawned_at);
  writer.number(microseconds(task.age));
}

TaskInfo get_task(Reader& reader) {
  TaskInfo task{};
  task.id = reader.number();
  task.parent_id = reader.number();
  task.name = reader.text();
  task.state =
      static_cast<TaskState>(std::min(reader.number(), static_cast<std::uint64_t>(TaskState::cancelled)));
  task.waiting_for = reader.text();
  task.waiting_at = reader.text();
  task.spawned_at = reader.text();
  task.age = from_microseconds(reader.number());
  return task;
}

void put_loop(Writer& writer, const LoopReport& loop) {
  writer.number(loop.number);
  writer.number(static_cast<std::uint64_t>(loop.state));
  writer.text(loop.io);
  for (const std::uint64_t figure : {loop.ready, loop.timers, loop.operations, loop.task_count})
    writer.number(figure);
  writer.text(loop.blocked_by);
  writer.number(microseconds(loop.blocked_for));
  writer.number(loop.gauges.size());
  for (const GaugeReport& gauge : loop.gauges) {
    writer.text(gauge.name);
    writer.number(gauge.value);
    writer.number(gauge.limit);
  }
  writer.number(loop.tasks.size());
  for (const TaskInfo& task : loop.tasks)
    put_task(writer, task);
}

LoopReport get_loop(Reader& reader) {
  LoopReport loop;
  loop.number = reader.number();
  loop.state =
      static_cast<LoopState>(std::min(reader.number(), static_cast<std::uint64_t>(LoopState::stopped)));
  loop.io = reader.text();
  for (std::uint64_t* figure : {&loop.ready, &loop.timers, &loop.operations, &loop.task_count})
    *figure = reader.number();
  loop.blocked_by = reader.text();
  loop.blocked_for = from_microseconds(reader.number());
  for (std::uint64_t left = reader.number(); left > 0 && reader.is_good(); --left) {
    GaugeReport& gauge = loop.gauges.emplace_back();
    gauge.name = reader.text();
    gauge.value = reader.number();
    gauge.limit = reader.number();
  }
  for (std::uint64_t left = reader.number(); left > 0 && reader.is_good(); --left)
    loop.tasks.push_back(get_task(reader));
  return loop;
}

}  // namespace

void Writer::text(std::string_view value) {
  out_.append(std::to_string(value.size())).append(1, ':').append(value).append(1, ',');
}

void Writer::number(std::uint64_t value) {
  text(std::to_string(value));
}

std::string Reader::text() {
  std::size_t length = 0;
  const char* const begin = rest_.data();
  const char* const end = begin + rest_.size();
  const auto [colon, error] = std::from_chars(begin, end, length);
  is_good_ = is_good_ && error == std::errc() && colon != end && *colon == ':' &&
             length < static_cast<std::size_t>(end - colon - 1) && colon[1 + length] == ',';
  if (!is_good_) return {};
  rest_.remove_prefix(static_cast<std::size_t>(colon - begin) + length + 2);
  return std::string(colon + 1, length);
}

std::uint64_t Reader::number() {
  const std::string digits = text();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  is_good_ = is_good_ && error == std::errc() && end == digits.data() + digits.size();
  return is_good_ ? value : 0;
}

std::string failure(std::string_view what, char kind) {
  Writer writer;
  writer.text(what);
  writer.text({&kind, 1});
  return writer.take();
}

void put(Writer& writer, const ProcessReport& report) {
  writer.number(report.pid);
  writer.text(report.command);
  for (const std::uint64_t figure : {report.offload_threads, report.offload_busy, report.offload_waiting})
    writer.number(figure);
  writer.number(report.loops.size());
  for (const LoopReport& loop : report.loops)
    put_loop(writer, loop);
}

void get(Reader& reader, ProcessReport& report) {
  report.pid = reader.number();
  report.command = reader.text();
  for (std::uint64_t* figure : {&report.offload_threads, &report.offload_busy, &report.offload_waiting})
    *figure = reader.number();
  for (std::uint64_t left = reader.number(); left > 0 && reader.is_good(); --left)
    report.loops.push_back(get_loop(reader));
}

void put(Writer& writer, const TaskReport& report) {
  writer.number(report.loop);
  put_task(writer, report.task);
  writer.number(report.chain.size());
  for (const AwaitPlace& place : report.chain) {
    writer.text(place.function);
    writer.text(place.at);
  }
}

void get(Reader& reader, TaskReport& report) {
  report.loop = reader.number();
  report.task = get_task(reader);
  for (std::uint64_t left = reader.number(); left > 0 && reader.is_good(); --left) {
    AwaitPlace& place = report.chain.emplace_back();
    place.function = reader.text();
    place.at = reader.text();
  }
}

}  // namespace weir::monitor
