// Which sanitizer the program was built with: WEIR_ASAN, WEIR_TSAN are 1 or 0, by g++ and by clang.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEIR_ASAN 1
#elif __has_feature(thread_sanitizer)
#define WEIR_TSAN 1
#endif
#endif

#if defined(__SANITIZE_ADDRESS__)
#define WEIR_ASAN 1
#elif defined(__SANITIZE_THREAD__)
#define WEIR_TSAN 1
#endif

#if !defined(WEIR_ASAN)
#define WEIR_ASAN 0
#endif
#if !defined(WEIR_TSAN)
#define WEIR_TSAN 0
#endif
