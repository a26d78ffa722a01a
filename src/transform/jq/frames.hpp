// Frames: the variables and closures of the calls under way, last in, first out.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "transform/jq/syntax.hpp"

namespace weir::transform::jq {

struct Frame;

struct Closure {
  const Node* body = nullptr;
  Frame* frame = nullptr;  // where its variables are
};

struct Frame {
  Frame* up = nullptr;  // of the function around
  Value* slots = nullptr;
  Closure* closures = nullptr;
  std::size_t slot_count = 0;
  std::size_t chunk = 0;  // where the stack was before
  std::size_t used = 0;
};

class FrameStack {
 public:
  FrameStack() = default;
  FrameStack(const FrameStack&) = delete;
  FrameStack& operator=(const FrameStack&) = delete;

  // Variables are null. Null when there are too many frames.
  Frame* push(const Function& function, Frame* up);
  // The top one.
  void pop(Frame* frame) noexcept;

 private:
  static constexpr std::size_t kChunk = std::size_t{64} << 10;
  static constexpr std::size_t kMostFrames = 200'000;

  std::byte* reserve(std::size_t bytes);

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::vector<std::size_t> sizes_;
  std::size_t chunk_ = 0;
  std::size_t used_ = 0;
  std::size_t frames_ = 0;
};

// The frames that one evaluation has made, popped at its end.
class OwnedFrames {
 public:
  explicit OwnedFrames(FrameStack& stack) noexcept : stack_(stack) {}
  OwnedFrames(const OwnedFrames&) = delete;
  OwnedFrames& operator=(const OwnedFrames&) = delete;
  ~OwnedFrames() {
    while (top_ != nullptr)
      pop();
  }

  Frame* top() const noexcept { return top_; }
  Frame* push(const Function& function, Frame* up) {
    Frame* frame = stack_.push(function, up);
    if (frame == nullptr) return nullptr;
    if (top_ != nullptr) below_.push_back(top_);
    return top_ = frame;
  }
  void pop() noexcept {
    stack_.pop(top_);
    top_ = below_.empty() ? nullptr : below_.back();
    if (!below_.empty()) below_.pop_back();
  }

 private:
  FrameStack& stack_;
  Frame* top_ = nullptr;
  std::vector<Frame*> below_;
};

}  // namespace weir::transform::jq
