// The reorder window and the read window: order, budget, and progress when the budget is spent.
#include <gtest/gtest.h>

#include "output/reorder_window.hpp"
#include "run_grep.hpp"
#include "support/temp_dir.hpp"
#include "weir/run.hpp"
#include "weir/time.hpp"

namespace weir {
namespace {

output::Delivery text_of(const std::string& text, bool unit_ends, bool source_ends) {
  output::Delivery delivery;
  delivery.block.text.append(text);
  delivery.unit_ends = unit_ends;
  delivery.source_ends = source_ends;
  return delivery;
}

std::string drain(output::ReorderWindow& window) {
  std::vector<output::Event> events;
  window.take(events);
  std::string text;
  for (output::Event& event : events) {
    text += event.block.text.view();
    if (!event.block.text.empty()) window.written(event.block.bytes());
  }
  return text;
}

TEST(ReorderWindow, GivesUnitsInOrderWhateverTheOrderOfDelivery) {
  output::ReorderWindow window(1 << 20);
  window.set_total(2);
  window.deliver({1, 0}, text_of("d", true, true));
  window.deliver({0, 1}, text_of("c", true, true));
  EXPECT_EQ(drain(window), "");
  window.deliver({0, 0}, text_of("a", false, false));
  EXPECT_EQ(drain(window), "a");
  window.deliver({0, 0}, text_of("b", true, false));
  EXPECT_EQ(drain(window), "bcd");
  EXPECT_TRUE(window.is_finished());
}

Coro<void> wait_for_admission(output::ReorderWindow* window, output::UnitKey unit, std::size_t bytes) {
  co_await window->admit(unit, bytes);
}

Coro<bool> is_admitted(output::ReorderWindow* window, output::UnitKey unit, std::size_t bytes) {
  Coro<void> admit = wait_for_admission(window, unit, bytes);
  try {
    co_await timeout(std::chrono::milliseconds(5), std::move(admit));
  } catch (const TimeoutError&) {
    co_return false;
  }
  co_return true;
}

Coro<void> spend_budget() {
  output::ReorderWindow window(64 * 1024);
  const output::UnitKey head_unit = {0, 0};
  const output::UnitKey later_unit = {2, 0};
  window.deliver({1, 0}, text_of(std::string(60 * 1024, 'x'), false, false));
  const bool later = co_await is_admitted(&window, later_unit, 10000);
  EXPECT_FALSE(later) << "the budget is spent, and unit 2 is not the head";
  const bool head = co_await is_admitted(&window, head_unit, 10000);
  EXPECT_TRUE(head) << "the head may always go on";
  window.deliver(head_unit, text_of(std::string(4096, 'y'), false, false));
  const bool again = co_await is_admitted(&window, head_unit, 10000);
  EXPECT_FALSE(again) << "but not while its own output waits";
  drain(window);
  const bool drained = co_await is_admitted(&window, head_unit, 10000);
  EXPECT_TRUE(drained);
}

TEST(ReorderWindow, ASpentBudgetStopsAllButTheHead) {
  RunOptions options;
  options.io = "threads";
  run(spend_budget(), options);
}

TEST(ScanMemory, TheBudgetHoldsWhenEveryLineIsPrinted) {
  const support::TempDir directory;
  std::string text;
  for (int i = 0; i < 400000; ++i)
    text += "line " + std::to_string(i) + " of many, all of them printed\n";
  GrepOptions options;
  options.patterns = {""};
  options.paths = {directory.write("large", text)};
  options.memory_bytes = 2 << 20;
  options.jobs = 3;
  for (const char* io : {"threads", "sim:11"}) {
    options.io = io;
    const support::GrepRun run = support::run_grep(options, directory / "output");
    EXPECT_TRUE(run.output == text) << io;
    // A head that is let on over the budget holds one chunk and its output more.
    EXPECT_LE(run.summary.peak_budget_bytes, options.memory_bytes + 4 * options.chunk_bytes) << io;
  }
}

}  // namespace
}  // namespace weir
