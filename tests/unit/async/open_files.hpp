// How many descriptors this process has open, for leak tests.
#pragma once

#include <dirent.h>
#include <gtest/gtest.h>

namespace weir::testing {

inline long open_descriptors() {
  long count = 0;
  DIR* directory = ::opendir("/proc/self/fd");
  while (::readdir(directory) != nullptr)
    ++count;
  ::closedir(directory);
  return count;
}

// Checks at the end of a scope that as many descriptors are open as at its start.
class DescriptorCheck {
 public:
  DescriptorCheck() : before_(open_descriptors()) {}
  DescriptorCheck(const DescriptorCheck&) = delete;
  DescriptorCheck& operator=(const DescriptorCheck&) = delete;
  ~DescriptorCheck() { EXPECT_EQ(open_descriptors(), before_) << "file descriptors leaked"; }

 private:
  long before_;
};

}  // namespace weir::testing
