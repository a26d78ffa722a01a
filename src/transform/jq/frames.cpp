#include "transform/jq/frames.hpp"

#include <algorithm>
#include <new>

namespace weir::transform::jq {

std::byte* FrameStack::reserve(std::size_t bytes) {
  while (chunk_ < chunks_.size() && used_ + bytes > sizes_[chunk_]) {
    ++chunk_;
    used_ = 0;
  }
  if (chunk_ == chunks_.size()) {
    sizes_.push_back(std::max(bytes, kChunk));
    chunks_.push_back(std::make_unique<std::byte[]>(sizes_.back()));
  }
  std::byte* place = chunks_[chunk_].get() + used_;
  used_ += bytes;
  return place;
}

Frame* FrameStack::push(const Function& function, Frame* up) {
  if (frames_ == kMostFrames) return nullptr;
  ++frames_;
  const std::size_t chunk = chunk_;
  const std::size_t used = used_;
  const std::size_t closures = function.parameters.size();
  std::byte* place = reserve(sizeof(Frame) + closures * sizeof(Closure) + function.slots * sizeof(Value));
  Frame* frame = new (place) Frame{up, nullptr, nullptr, function.slots, chunk, used};
  place += sizeof(Frame);
  frame->closures = reinterpret_cast<Closure*>(place);
  std::uninitialized_value_construct_n(frame->closures, closures);
  place += closures * sizeof(Closure);
  frame->slots = reinterpret_cast<Value*>(place);
  std::uninitialized_default_construct_n(frame->slots, function.slots);
  return frame;
}

void FrameStack::pop(Frame* frame) noexcept {
  --frames_;
  std::destroy_n(frame->slots, frame->slot_count);
  chunk_ = frame->chunk;
  used_ = frame->used;
}

}  // namespace weir::transform::jq
