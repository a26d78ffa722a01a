// What the monitor's two ends say to each other, and how reports look.
#include "monitor/wire.hpp"

#include <gtest/gtest.h>

#include "support/seeds.hpp"

namespace weir::testing {
namespace {

using monitor::Reader;
using monitor::Writer;
using namespace std::chrono_literals;

TaskInfo waiting_task(std::string name) {
  return {7, 1, std::move(name), TaskState::running, "queue get", "src/b.cpp:22", "src/a.cpp:1", 1500ms};
}

ProcessReport sample_report() {
  ProcessReport report;
  report.pid = 4711;
  report.command = "weir grep \"x\" \xff /var/log";
  report.offload_threads = 2;
  report.offload_busy = 1;
  LoopReport loop;
  loop.number = 1;
  loop.io = "uring";
  loop.task_count = 3;
  loop.operations = 1;
  loop.gauges.push_back({"chunks", 3, 256});
  loop.tasks.push_back(waiting_task("read\33[2Jer\n"));
  LoopReport blocked;
  blocked.number = 2;
  blocked.state = LoopState::blocked;
  blocked.blocked_by = "task 2.1 'x'";
  blocked.blocked_for = 250ms;
  LoopReport stopped;
  stopped.number = 3;
  stopped.state = LoopState::stopped;
  report.loops = {loop, blocked, stopped};
  return report;
}

std::string sent(const ProcessReport& report) {
  Writer writer;
  put(writer, report);
  return writer.take();
}

TEST(Wire, BringsReportsOver) {
  const std::string answer = sent(sample_report());
  Reader reader(answer);
  EXPECT_EQ(reader.text(), monitor::kProtocol);
  ProcessReport got;
  get(reader, got);
  EXPECT_TRUE(reader.is_good());
  EXPECT_EQ(json_of(got), json_of(sample_report()));
  EXPECT_EQ(table_of(got), table_of(sample_report()));
}

TEST(Wire, RefusesWhatIsDamaged) {
  const std::string whole = sent(sample_report());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Reader reader(std::string_view(whole).substr(0, size));
    reader.text();
    ProcessReport got;
    get(reader, got);
    EXPECT_FALSE(reader.is_good()) << size;
  }
}

TEST(Wire, SurvivesNonsense) {
  const std::string whole = sent(sample_report());
  const auto check = [&whole](unsigned seed) {
    support::Random random(seed);
    std::string damaged = whole;
    for (unsigned changes = 1 + random.below(4); changes > 0; --changes)
      damaged[random.below(static_cast<unsigned>(damaged.size()))] = "0123456789:,\xff"[random.below(13)];
    Reader reader(damaged);
    reader.text();
    ProcessReport got;
    get(reader, got);
    EXPECT_LT(table_of(got).size() + json_of(got).size(), 100 * whole.size());
  };
  support::for_seeds(20'000, check);
}

TEST(Wire, TablesHoldNothingThatATerminalActsOn) {
  const std::string table = table_of(sample_report());
  EXPECT_EQ(table.find('\33'), std::string::npos);
  EXPECT_NE(table.find("process 4711: weir grep"), std::string::npos);
  EXPECT_NE(table.find("loop 1 (uring): 3 tasks, 0 ready, 0 timers, 1 operation in flight\n"),
            std::string::npos);
  EXPECT_NE(table.find("  chunks: 3 of 256\n"), std::string::npos);
  EXPECT_NE(table.find("loop 2: BLOCKED for 0.2s by task 2.1 'x'"), std::string::npos) << table;
  EXPECT_NE(table.find("loop 3: not running\n"), std::string::npos);
  EXPECT_NE(table.find("2 older tasks are not shown\n"), std::string::npos);
}

TEST(Wire, JsonIsEscapedAndUtf8) {
  const std::string json = json_of(sample_report());
  EXPECT_NE(json.find("\"command\":\"weir grep \\\"x\\\" \xEF\xBF\xBD /var/log\""), std::string::npos)
      << json;
  EXPECT_NE(json.find("\"name\":\"read\\u001b[2Jer\\u000a\""), std::string::npos);
  EXPECT_NE(json.find("\"age\":1.500"), std::string::npos);
  EXPECT_NE(json.find("\"waiting_at\":\"src/a.cpp:1\""), std::string::npos);
  EXPECT_NE(json.find("\"state\":\"blocked\",\"blocked_by\":\"task 2.1 'x'\",\"blocked_for\":0.250"),
            std::string::npos);
}

TEST(Wire, ShowsTheChainOfATask) {
  const TaskReport report{1, waiting_task("reader"), {{"n::inner", "a.cpp:3"}, {"n::outer", "b.cpp:4"}}};
  EXPECT_EQ(table_of(report),
            "task 1.7 'reader': waiting for queue get, 1.5s old, spawned at src/b.cpp:22 by task 1.1\n"
            "  n::inner  a.cpp:3\n"
            "  n::outer  b.cpp:4\n");
  EXPECT_NE(json_of(report).find("\"chain\":[{\"function\":\"n::inner\",\"at\":\"a.cpp:3\"},"),
            std::string::npos);
}

TEST(TaskKey, IsRead) {
  EXPECT_EQ(parse_task_key("1.17")->loop, 1U);
  EXPECT_EQ(parse_task_key("1.17")->id, 17U);
  EXPECT_EQ(parse_task_key("17")->loop, 0U);
  for (const char* bad :
       {"", ".", "1.", ".1", "0", "1.0", "0.1", "-1", "1.2.3", "x", "1 ", "99999999999999999999"})
    EXPECT_FALSE(parse_task_key(bad)) << bad;
}

}  // namespace
}  // namespace weir::testing
