// semaphore: twenty requests, never more than five at once.
//
// Each request waits for one of five permits, which goes back when `permit` goes away, whether the request
// succeeded, failed or was cancelled. gather_bounded() is the same without a semaphore of one's own.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>
#include <vector>

#include "weir/weir.hpp"

namespace {

using std::chrono::milliseconds;

struct Site {
  weir::Semaphore permits{5};
  int at_once = 0;
  int most_at_once = 0;
};

weir::Coro<int> fetch(Site* site, int number) {
  const auto permit = co_await site->permits.acquire();
  site->most_at_once = std::max(site->most_at_once, ++site->at_once);
  co_await weir::sleep(milliseconds(100));  // stands for the request
  --site->at_once;
  co_return number* number;
}

long long milliseconds_since(weir::TimePoint start) {
  return std::chrono::duration_cast<milliseconds>(weir::now() - start).count();
}

weir::Coro<void> with_semaphore() {
  Site site;
  std::vector<weir::Coro<int>> requests;
  for (int i = 1; i <= 20; ++i)
    requests.push_back(fetch(&site, i));
  const weir::TimePoint start = weir::now();
  const std::vector<int> squares = co_await weir::gather(std::move(requests));
  std::printf("semaphore: %zu results, the last %d, at most %d at once, %lld ms\n", squares.size(),
              squares.back(), site.most_at_once, milliseconds_since(start));
}

weir::Coro<int> square(int number) {
  co_await weir::sleep(milliseconds(100));
  co_return number* number;
}

weir::Coro<void> with_gather_bounded() {
  std::vector<int> numbers;
  for (int i = 1; i <= 20; ++i)
    numbers.push_back(i);
  const weir::TimePoint start = weir::now();
  const std::vector<int> squares = co_await weir::gather_bounded(5, std::move(numbers), square);
  std::printf("gather_bounded: %zu results, the last %d, %lld ms\n", squares.size(), squares.back(),
              milliseconds_since(start));
}

weir::Coro<void> main_task() {
  co_await with_semaphore();
  co_await with_gather_bounded();
}

}  // namespace

int main() {
  weir::run(main_task());
}
