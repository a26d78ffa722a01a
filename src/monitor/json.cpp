// Reports as programs read them.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "monitor/states.hpp"

namespace weir {

namespace {

// How many bytes the character at the begin of `text` has, 0 if it is not UTF-8.
std::size_t character_size(std::string_view text) {
  const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = at(0);
  const std::size_t size = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (size == 0 || first > 0xF4 || size > text.size()) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((at(i) & 0xC0U) != 0x80U) return 0;
  }
  const bool is_overlong = (first == 0xE0 && at(1) < 0xA0) || (first == 0xF0 && at(1) < 0x90);
  const bool is_beyond = (first == 0xED && at(1) > 0x9F) || (first == 0xF4 && at(1) > 0x8F);
  return is_overlong || is_beyond ? 0 : size;
}

void append_character(std::string& out, std::string_view character) {
  const char c = character.front();
  if (c == '"' || c == '\\') {
    out.append(1, '\\').append(1, c);
  } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
    char escape[8];
    std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
    out += escape;
  } else {
    out += character;
  }
}

// One object or array under construction.
class Json {
 public:
  explicit Json(char open) : out_(1, open), close_(open == '{' ? '}' : ']') {}

  Json& member(std::string_view key, const std::string& raw) {
    separate();
    string(key);
    out_.append(1, ':').append(raw);
    return *this;
  }
  Json& member(std::string_view key, std::uint64_t value) { return member(key, std::to_string(value)); }
  Json& text(std::string_view key, std::string_view value) {
    separate();
    string(key);
    out_ += ':';
    string(value);
    return *this;
  }
  Json& text_or_null(std::string_view key, std::string_view value) {
    return value.empty() ? member(key, "null") : text(key, value);
  }
  Json& seconds(std::string_view key, Duration time) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.3f", std::chrono::duration<double>(time).count());
    return member(key, std::string(digits));
  }
  Json& element(const std::string& raw) {
    separate();
    out_ += raw;
    return *this;
  }
  std::string take() { return std::move(out_.append(1, close_)); }

 private:
  void separate() {
    if (out_.size() > 1) out_ += ',';
  }
  void string(std::string_view text) {
    out_ += '"';
    while (!text.empty()) {
      const std::size_t size = character_size(text);
      if (size == 0) {
        out_ += "\xEF\xBF\xBD";  // U+FFFD
      } else {
        append_character(out_, text.substr(0, size));
      }
      text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    out_ += '"';
  }

  std::string out_;
  char close_;
};

Json task_object(std::uint64_t loop, const TaskInfo& task) {
  Json json('{');
  json.text("id", monitor::id_text(loop, task.id)).text("name", task.name);
  json.text("state", monitor::state_text(task)).seconds("age", task.age);
  json.text_or_null("waiting_for", task.waiting_for).text_or_null("waiting_at", task.waiting_at);
  json.text_or_null("spawned_at", task.spawned_at);
  json.text_or_null("parent", task.parent_id == 0 ? "" : monitor::id_text(loop, task.parent_id));
  return json;
}

std::string loop_object(const LoopReport& loop) {
  constexpr const char* kStates[] = {"running", "blocked", "stopped"};
  Json json('{');
  json.member("loop", loop.number).text("state", kStates[static_cast<std::size_t>(loop.state)]);
  if (loop.state == LoopState::blocked) {
    json.text_or_null("blocked_by", loop.blocked_by).seconds("blocked_for", loop.blocked_for);
  } else if (loop.state == LoopState::running) {
    json.text("io", loop.io).member("tasks", loop.task_count).member("ready", loop.ready);
    json.member("timers", loop.timers).member("operations", loop.operations);
    Json gauges('[');
    for (const GaugeReport& gauge : loop.gauges) {
      Json one('{');
      one.text("name", gauge.name).member("value", gauge.value);
      one.member("limit", gauge.limit == 0 ? "null" : std::to_string(gauge.limit));
      gauges.element(one.take());
    }
    json.member("gauges", gauges.take());
  }
  return json.take();
}

}  // namespace

std::string json_of(const ProcessReport& report) {
  Json offload('{');
  offload.member("threads", report.offload_threads).member("busy", report.offload_busy);
  offload.member("waiting", report.offload_waiting);
  Json loops('[');
  Json tasks('[');
  for (const LoopReport& loop : report.loops) {
    loops.element(loop_object(loop));
    for (const TaskInfo& task : loop.tasks)
      tasks.element(task_object(loop.number, task).take());
  }
  Json json('{');
  json.member("pid", report.pid).text("command", report.command).member("offload", offload.take());
  json.member("loops", loops.take()).member("tasks", tasks.take());
  return json.take() + "\n";
}

std::string json_of(const TaskReport& report) {
  Json chain('[');
  for (const AwaitPlace& place : report.chain) {
    Json one('{');
    chain.element(one.text("function", place.function).text("at", place.at).take());
  }
  return task_object(report.loop, report.task).member("chain", chain.take()).take() + "\n";
}

}  // namespace weir
