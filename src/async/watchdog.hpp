// Watchdog: debug mode's thread. It looks at what every observed loop does, and says when one is stuck.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

namespace weir::detail {

class Watchdog {
 public:
  Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;
  ~Watchdog();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace weir::detail
