// Loops for tests: on every backend that this machine has, and checks that no coroutine frame is left.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "io/backend.hpp"
#include "io/simulated_backend.hpp"
#include "unit/async/open_files.hpp"
#include "weir/weir.hpp"

namespace weir::testing {

using namespace std::chrono_literals;

inline std::unique_ptr<Loop> simulated_loop(const io::SimulatedOptions& options = {}) {
  return std::make_unique<Loop>(std::make_unique<io::SimulatedBackend>(options));
}

// Null when the machine does not allow the backend.
inline std::unique_ptr<Loop> loop_on(const std::string& backend) {
  const auto choice = io::parse_backend_choice(backend);
  auto made = io::make_backend(choice.value());
  if (!made) return nullptr;
  return std::make_unique<Loop>(std::move(made).value());
}

// Checks at the end of a scope that as many frames live as at its start.
class FrameCheck {
 public:
  FrameCheck() : before_(detail::live_frames) {}
  FrameCheck(const FrameCheck&) = delete;
  FrameCheck& operator=(const FrameCheck&) = delete;
  ~FrameCheck() { EXPECT_EQ(detail::live_frames, before_) << "coroutine frames leaked"; }

 private:
  long before_;
};

// Runs a coroutine on a simulated loop of its own.
template <class T>
T run_simulated(Coro<T> main) {
  const auto loop = simulated_loop();
  return loop->run_until_complete(std::move(main));
}

class OnEachBackend : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    loop_ = loop_on(GetParam());
    if (!loop_) GTEST_SKIP() << "this machine does not allow io_uring";
  }
  Loop& loop() { return *loop_; }
  bool is_simulated() const { return std::string(GetParam()) == "sim"; }

  template <class T>
  T run(Coro<T> main) {
    return loop_->run_until_complete(std::move(main));
  }

 private:
  FrameCheck frames_;
  DescriptorCheck descriptors_;
  std::unique_ptr<Loop> loop_;  // gone before they check
};

inline std::string backend_name(const ::testing::TestParamInfo<const char*>& parameter) {
  return parameter.param;
}

#define WEIR_ON_EACH_BACKEND(suite) \
  INSTANTIATE_TEST_SUITE_P(Backends, suite, ::testing::Values("uring", "threads", "sim"), backend_name)

}  // namespace weir::testing
