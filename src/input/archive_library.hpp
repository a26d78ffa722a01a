// ArchiveLibrary: takes an archive apart. Blocks; one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "input/archive_input.hpp"
#include "input/codec.hpp"
#include "input/source.hpp"

namespace weir::input {

// Whether text begins as an archive does. maybe: there is too little of it.
Match match_archive(std::string_view head) noexcept;
inline constexpr std::size_t kArchiveHead = 512;  // bytes to be sure

// Whether the name of the file promises one.
bool has_archive_extension(std::string_view path) noexcept;

// "tar zip ...", those of this build; empty if none.
std::string_view archive_names() noexcept;

class ArchiveLibrary {
 public:
  struct Member {
    std::string name;
    bool is_regular = false;
    bool is_encrypted = false;
  };
  enum class Next { member, end, failed };

  virtual ~ArchiveLibrary() = default;

  virtual Next next(Member& member) = 0;
  // Bytes of the member; 0: its end; -1: they cannot be had.
  virtual int read(char* into, std::uint32_t length) = 0;
  // What failed last.
  virtual std::string error() const = 0;
};

// What the text of a compressed file begins with, as far as match_archive() may need it. Blocks.
std::string head_of_text(const std::shared_ptr<Source>& source);

// Whether a compressed file holds one, and whether a file is one or holds one. They block.
bool holds_archive(const std::shared_ptr<Source>& source);
bool is_archive_file(const std::string& path);

// Null in a build without archives.
std::unique_ptr<ArchiveLibrary> make_archive_library(ArchiveInput& input);

}  // namespace weir::input
