// Compressed bytes for the codec tests, made by the formats' own libraries.
#pragma once

#include <string>
#include <vector>

namespace weir::test {

struct Packer {
  const char* name;                              // of the codec
  std::string (*pack)(const std::string& text);  // one member
  bool is_checked;                               // the format notices damage
  bool has_members;
  bool allows_zeros;  // behind the last member
};

// For the codecs of this build.
const std::vector<Packer>& packers();

// gzip with everything in its header: extra field, name, comment, checksum.
std::string gzip_with_long_header(const std::string& text);

// One member as BGZF has them; `text` is at most 64 KiB.
std::string bgzf_block(const std::string& text);

// One frame, which says how much text it holds or does not.
std::string zstd_frame(const std::string& text, bool tells_size);

#ifdef WEIR_WITH_XZ
// One stream, in blocks of `block_bytes` of text.
std::string xz_blocks(const std::string& text, std::size_t block_bytes);
#endif

// A Zstandard frame that asks for a window of 2^`log` bytes.
std::string zstd_with_window(int log);

}  // namespace weir::test
