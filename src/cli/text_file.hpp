// Files that options name, read whole.
#pragma once

#include <cstddef>
#include <string>

namespace weir::cli {

// The errno if the file cannot be read; EFBIG if it has more than `most` bytes.
int read_text_file(const std::string& path, std::string& text,
                   std::size_t most = static_cast<std::size_t>(-1));

}  // namespace weir::cli
