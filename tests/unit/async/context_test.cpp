// Context variables: what tasks, awaited coroutines, callbacks and threads see; the cases of CPython's
// test_context and of the context tests in test_tasks.
#include <thread>

#include "unit/async/cases.hpp"

namespace weir::testing {
namespace {

ContextVar<std::string> color("color", "none");
ContextVar<int> number("number");

class ContextTests : public Case {
 private:
  // What a test sets outside of tasks would be there for the next one.
  void TearDown() override {
    EXPECT_EQ(color.get(), "none");
    EXPECT_THROW(number.get(), LookupError);
  }
};

TEST_F(ContextTests, context_var_new_and_get) {
  EXPECT_EQ(color.name(), "color");
  EXPECT_EQ(color.get(), "none");
  EXPECT_EQ(color.get("blue"), "blue");
  EXPECT_THROW(number.get(), LookupError);
  EXPECT_EQ(number.get(5), 5);
}

TEST_F(ContextTests, context_getset_and_reset) {
  auto first = color.set("red");
  EXPECT_EQ(color.get(), "red");
  EXPECT_EQ(color.get("blue"), "red");
  EXPECT_FALSE(first.old_value());
  auto second = color.set("green");
  EXPECT_EQ(second.old_value(), "red");
  color.reset(std::move(second));
  EXPECT_EQ(color.get(), "red");
  EXPECT_THROW(color.reset(std::move(second)), std::logic_error);  // used
  color.reset(std::move(first));
  EXPECT_EQ(color.get(), "none");
}

TEST_F(ContextTests, reset_with_a_token_of_another_variable_or_context) {
  ContextVar<int> other("other");
  auto token = number.set(1);
  EXPECT_THROW(other.reset(std::move(token)), std::logic_error);
  auto again = number.set(2);
  Context copy = copy_context();
  EXPECT_THROW(copy.run([&] { number.reset(std::move(again)); }), std::logic_error);
  copy_context();
  // Both tokens are spent: run in a copy, and forget, the only way back.
  detail::current_context() = Context();
}

TEST_F(ContextTests, context_run_and_copy) {
  Context context;
  EXPECT_TRUE(context.empty());
  const int seven = context.run([] {
    color.set("red");
    number.set(7);
    return number.get();
  });
  EXPECT_EQ(seven, 7);
  EXPECT_EQ(color.get(), "none");
  Context copy = context;
  copy.run([] { color.set("green"); });
  EXPECT_EQ(context.run([] { return color.get(); }), "red");
  EXPECT_EQ(copy.run([] { return color.get() + std::to_string(number.get()); }), "green7");
  EXPECT_THROW(copy.run([] { throw std::runtime_error("x"); }), std::runtime_error);
  EXPECT_EQ(color.get(), "none");
}

Coro<void> set_and_sleep(std::string value, Log* log) {
  log->push_back(value + " sees " + color.get());
  color.set(value);
  co_await sleep(1ms);
  EXPECT_EQ(color.get(), value);
}
Coro<void> awaited_sets() {
  color.set("set by awaited");
  co_await yield();
}
Coro<void> children_and_parent(TaskGroup& group, Log* log) {
  color.set("parent");
  group.spawn(set_and_sleep("a", log));
  color.set("parent later");
  group.spawn(set_and_sleep("b", log));
  co_await sleep(2ms);
  EXPECT_EQ(color.get(), "parent later");
  co_await awaited_sets();
  EXPECT_EQ(color.get(), "set by awaited");  // it is the same task
}

TEST_F(ContextTests, taskgroup_task_context_is_a_copy_made_at_spawn) {
  EXPECT_EQ(run(with_group(children_and_parent, &log_)), "ok");
  EXPECT_EQ(log_, (Log{"a sees parent", "b sees parent later"}));
}

Coro<void> spawn_sibling(TaskGroup* group, Log* log) {
  color.set("child");
  group->spawn(set_and_sleep("sibling", log));
  co_return;
}
Coro<void> sibling_by_child(TaskGroup& group, Log* log) {
  color.set("parent");
  group.spawn(spawn_sibling(&group, log));
  co_return;
}

TEST_F(ContextTests, a_task_inherits_from_whoever_spawns_it_not_from_the_owner_of_the_group) {
  EXPECT_EQ(run(with_group(sibling_by_child, &log_)), "ok");
  EXPECT_EQ(log_, Log{"sibling sees child"});
}

Coro<void> spawn_in_context(TaskGroup& group, Log* log) {
  Context context;
  context.run([] { color.set("given"); });
  context.run([&] { group.spawn(set_and_sleep("a", log)); });
  EXPECT_EQ(context.run([] { return color.get(); }), "given");
  EXPECT_EQ(color.get(), "none");
  co_return;
}

TEST_F(ContextTests, create_task_with_a_context) {
  EXPECT_EQ(run(with_group(spawn_in_context, &log_)), "ok");
  EXPECT_EQ(log_, Log{"a sees given"});
}

Coro<void> in_callback(TaskGroup& group, Log* log) {
  Task<void> task = group.spawn(nap(1ms));
  color.set("when added");
  task.add_done_callback([log](Task<void>) { log->push_back(color.get()); });
  color.set("later");
  co_await sleep(5ms);
}

TEST_F(ContextTests, a_done_callback_runs_in_the_context_of_whoever_added_it) {
  EXPECT_EQ(run(with_group(in_callback, &log_)), "ok");
  EXPECT_EQ(log_, Log{"when added"});
}

Coro<std::string> seen_by_main() {
  co_await yield();
  const std::string seen = color.get();
  color.set("main");
  co_return seen;
}

TEST_F(ContextTests, the_main_task_starts_with_a_copy_of_the_threads_context) {
  Context context;
  context.run([] {
    color.set("thread");
    EXPECT_EQ(run_simulated(seen_by_main()), "thread");
    EXPECT_EQ(color.get(), "thread");
  });
}

Coro<void> offloaded(Log* log) {
  color.set("task");
  const auto job = [] {
    std::string seen = color.get();
    color.set("pool");
    return seen + color.get();
  };
  const std::string seen = co_await offload(job);
  log->push_back(seen);
  log->push_back(color.get());
  const auto plain = [] { return color.get(); };
  detail::current_context() = Context();
  const std::string empty = co_await offload(plain);  // nothing is left on the pool's thread
  log->push_back(empty);
}

TEST_F(ContextTests, to_thread_contextvars) {
  const auto loop = loop_on("threads");
  loop->run_until_complete(offloaded(&log_));
  EXPECT_EQ(log_, (Log{"taskpool", "task", "none"}));
}

Coro<void> offload_one(int value, int* sum) {
  number.set(value);
  for (int i = 0; i < 20; ++i) {
    const auto job = [] {
      const int seen = number.get();
      number.set(seen + 1);
      return number.get() - 1;
    };
    const int seen = co_await offload(job);
    EXPECT_EQ(seen, value);
    *sum += seen;
  }
}
Coro<void> offload_often(TaskGroup& group, int* sum) {
  for (int i = 0; i < 10; ++i)
    group.spawn(offload_one(i, sum));
  co_return;
}

TEST_F(ContextTests, contexts_on_many_threads_at_once) {
  const auto loop = loop_on("threads");
  int sum = 0;
  loop->run_until_complete(with_group(offload_often, &sum));
  EXPECT_EQ(sum, 45 * 20);
}

Coro<void> receive(Event* event, Log* log) {
  co_await event->wait();
  log->push_back(color.get());
}
Coro<std::string> seen_there() {
  co_return color.get();
}

TEST_F(ContextTests, work_from_another_thread_brings_its_context) {
  const long frames = detail::live_frames;
  const auto loop = loop_on("threads");
  Event done;
  std::string seen;
  std::thread sender([&] {
    color.set("sender");
    seen = run_threadsafe(*loop, seen_there()).result();
    loop->call_soon_threadsafe([&] { done.set(); });
  });
  loop->run_until_complete(receive(&done, &log_));
  sender.join();
  EXPECT_EQ(seen, "sender");
  EXPECT_EQ(log_, Log{"none"});
  detail::live_frames = frames;  // frames were made there and destroyed here
}

}  // namespace
}  // namespace weir::testing
