// producer_consumer: two producers, three slower consumers, and between them a queue of at most five items.
//
// put() waits while the queue is full: that is what keeps fast producers from filling the memory. join()
// waits until task_done() was called for every item. Then consumers have to learn that nothing more comes: a
// closed queue gives them what is left and then the end. Where other tools need one sentinel for each
// consumer, the second part shows that too.
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <utility>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;
using Items = weir::Queue<std::string>;

constexpr std::size_t kMaxItems = 5;

weir::Coro<void> produce(Items* items, std::string name, int count) {
  for (int i = 1; i <= count; ++i) {
    co_await weir::sleep(milliseconds(10));
    std::string item = name + std::to_string(i);
    if (items->full()) std::printf("%s waits for room\n", item.c_str());
    co_await items->put(std::move(item));
  }
}

weir::Coro<void> consume(Items* items, int number, int* consumed) {
  while (auto item = co_await items->get()) {
    co_await weir::sleep(milliseconds(50));
    ++*consumed;  // no lock: tasks of one loop run one at a time
    std::printf("consumer %d: %s\n", number, item->c_str());
    items->task_done();
  }
  std::printf("consumer %d ends\n", number);
}

weir::Coro<void> produce_all(weir::TaskGroup& group, Items* items) {
  group.spawn(produce(items, "apple ", 6), "producer of apples");
  group.spawn(produce(items, "pear ", 6), "producer of pears");
  co_return;
}

weir::Coro<void> stages(weir::TaskGroup& group, Items* items, int* consumed) {
  for (int number = 1; number <= 3; ++number)
    group.spawn(consume(items, number, consumed), "consumer " + std::to_string(number));
  co_await weir::with_group(produce_all, items);
  std::printf("all is produced, %zu items wait\n", items->size());
  co_await items->join();
  std::printf("%d items are done\n", *consumed);
  items->close();
}

using Messages = weir::Queue<std::optional<int>>;  // nothing: the sentinel

weir::Coro<void> add_up(Messages* messages, int* sum) {
  for (;;) {
    const auto message = co_await messages->get();
    if (!*message) co_return;
    *sum += **message;
  }
}

weir::Coro<void> with_sentinels(weir::TaskGroup& group, Messages* messages, int* sum) {
  for (int i = 0; i < 2; ++i)
    group.spawn(add_up(messages, sum));
  for (int number = 1; number <= 10; ++number)
    co_await messages->put(number);
  for (int i = 0; i < 2; ++i)
    co_await messages->put(std::nullopt);  // one for each consumer
}

weir::Coro<void> main_task() {
  Items items(kMaxItems);
  int consumed = 0;
  co_await weir::with_group(stages, &items, &consumed);

  Messages messages(kMaxItems);
  int sum = 0;
  co_await weir::with_group(with_sentinels, &messages, &sum);
  std::printf("with sentinels: 1 + ... + 10 = %d\n", sum);
}

}  // namespace

int main() {
  weir::run(main_task());
}
