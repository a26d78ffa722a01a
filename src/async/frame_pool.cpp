#include "weir/frame_pool.hpp"

namespace weir::detail {

namespace {

void give_back_all(FrameCache& cache) noexcept {
  for (FrameCache::Block*& first : cache.free) {
    while (FrameCache::Block* block = first) {
      first = block->next;
      ::operator delete(block);
    }
  }
}

// Empties the cache of a thread that ends. Blocks freed after that, by destructors that run later, are not
// kept.
class AtThreadEnd {
 public:
  explicit AtThreadEnd(FrameCache& cache) noexcept : cache_(cache) {}
  AtThreadEnd(const AtThreadEnd&) = delete;
  AtThreadEnd& operator=(const AtThreadEnd&) = delete;
  ~AtThreadEnd();

 private:
  FrameCache& cache_;
};

thread_local constinit bool is_ending = false;

AtThreadEnd::~AtThreadEnd() {
  is_ending = true;
  give_back_all(cache_);
  cache_.room = 0;
}

}  // namespace

void free_without_room(FrameCache& cache, void* memory) noexcept {
  ::operator delete(memory);
  if (is_ending) return;
  thread_local const AtThreadEnd at_end(cache);
  // Blocks of sizes that are no longer asked for must not keep out those that are.
  give_back_all(cache);
  cache.room = FrameCache::kKeptBytes;
}

}  // namespace weir::detail
