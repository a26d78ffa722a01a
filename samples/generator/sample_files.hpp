// The table of the sample logs: which file holds what.
#pragma once

#include <string>
#include <vector>

namespace weir::samples {

struct SampleFile {
  std::string path;  // below the directory of the samples
  std::string bytes;
};

/// Every sample file; the same bytes on every call and machine.
std::vector<SampleFile> make_sample_files();

}  // namespace weir::samples
