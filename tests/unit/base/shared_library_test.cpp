#include "base/shared_library.hpp"

#include <gtest/gtest.h>

namespace weir::base {
namespace {

TEST(SharedLibrary, GivesFunctions) {
  SharedLibrary library("libm.so.6", "this", "the mathematics", "libc6");
  double (*root)(double) = nullptr;
  library.find("sqrt", root);
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(root(9), 3);
  EXPECT_TRUE(library.has("sqrt"));
  EXPECT_EQ(library.error(), "");
}

TEST(SharedLibrary, SaysWhatIsMissing) {
  SharedLibrary library("libnothing.so.7", "this test", "nothing", "libnothing7");
  EXPECT_EQ(library.find("anything"), nullptr);
  EXPECT_FALSE(library.has("anything"));
  EXPECT_EQ(library.error(),
            "this test needs nothing (libnothing.so.7), which is not installed. On Debian: apt-get install "
            "libnothing7");
}

TEST(SharedLibrary, SaysWhichNameIsMissing) {
  SharedLibrary library("libm.so.6", "this", "the mathematics", "libc6");
  EXPECT_FALSE(library.has("no_such_function"));
  EXPECT_EQ(library.error(), "");
  EXPECT_EQ(library.find("no_such_function"), nullptr);
  EXPECT_EQ(library.error(), "libm.so.6 has no no_such_function: weir needs another version of it");
}

}  // namespace
}  // namespace weir::base
