// Memory for coroutine frames, tasks and callbacks: small blocks that are made and dropped all the time.
// Not for direct use.
//
// Each thread keeps what it frees, by size, and hands it out again without asking the allocator. A block may
// be freed on any thread; it then belongs to that one. What a thread keeps is bounded (kKeptBytes) and goes
// back when the thread ends. Blocks come from `operator new`, each by itself, and throw what that throws.
//
// Under AddressSanitizer nothing is kept, so that it sees every use of freed memory.
#pragma once

#include <cstddef>
#include <new>

namespace weir::detail {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kPoolsFrames = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kPoolsFrames = false;
#else
inline constexpr bool kPoolsFrames = true;
#endif
#else
inline constexpr bool kPoolsFrames = true;
#endif

// What one thread keeps. Without a constructor or destructor to run, so that reaching it costs nothing.
struct FrameCache {
  static constexpr std::size_t kGranule = 32;  // bytes; blocks are multiples of it
  static constexpr std::size_t kClasses = 64;  // larger blocks are not kept
  static constexpr std::size_t kKeptBytes = std::size_t{1} << 20;

  struct Block {
    Block* next;
  };
  Block* free[kClasses + 1] = {};
  std::size_t room = 0;  // bytes that may be kept beside those that are; none before the first block comes
};
inline thread_local constinit FrameCache frame_cache;

// Gives back a block that `cache` has no room for, and all that it keeps; then there is room again.
void free_without_room(FrameCache& cache, void* memory) noexcept;

inline void* allocate_frame(std::size_t bytes) {
  const std::size_t size_class = (bytes + FrameCache::kGranule - 1) / FrameCache::kGranule;
  if (kPoolsFrames && size_class <= FrameCache::kClasses) {
    FrameCache& cache = frame_cache;
    if (FrameCache::Block* block = cache.free[size_class]) [[likely]] {
      cache.free[size_class] = block->next;
      cache.room += size_class * FrameCache::kGranule;
      return block;
    }
  }
  return ::operator new(size_class* FrameCache::kGranule);
}

// `bytes` as it was allocated.
inline void free_frame(void* memory, std::size_t bytes) noexcept {
  const std::size_t size_class = (bytes + FrameCache::kGranule - 1) / FrameCache::kGranule;
  if (!kPoolsFrames || size_class > FrameCache::kClasses) {
    ::operator delete(memory);
    return;
  }
  FrameCache& cache = frame_cache;
  if (cache.room < size_class * FrameCache::kGranule) [[unlikely]] {
    free_without_room(cache, memory);
    return;
  }
  cache.room -= size_class * FrameCache::kGranule;
  cache.free[size_class] = ::new (memory) FrameCache::Block{cache.free[size_class]};
}

// A base for what is to live in such memory.
class Pooled {
 public:
  static void* operator new(std::size_t bytes) { return allocate_frame(bytes); }
  static void operator delete(void* memory, std::size_t bytes) noexcept { free_frame(memory, bytes); }
};

}  // namespace weir::detail
