// A copy of a text at the end of mapped memory: reading more than `readable` bytes behind it is a fault.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <new>
#include <string_view>

namespace weir::support {

class GuardedText {
 public:
  GuardedText(std::string_view text, std::size_t readable) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t used = (text.size() + readable + page - 1) / page * page;
    mapped_ = used + page;
    void* memory = ::mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    base_ = static_cast<char*>(memory);
    if (::mprotect(base_ + used, page, PROT_NONE) != 0) throw std::bad_alloc();
    char* begin = base_ + used - readable - text.size();
    if (!text.empty()) std::memcpy(begin, text.data(), text.size());
    text_ = {begin, text.size()};
  }
  ~GuardedText() { ::munmap(base_, mapped_); }
  GuardedText(const GuardedText&) = delete;
  GuardedText& operator=(const GuardedText&) = delete;

  std::string_view view() const { return text_; }

 private:
  char* base_ = nullptr;
  std::size_t mapped_ = 0;
  std::string_view text_;
};

}  // namespace weir::support
