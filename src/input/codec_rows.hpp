// The rows of the codec table, each in the file of its codec.
#pragma once

#include "input/codec.hpp"

namespace weir::input {

extern const Codec kGzip;
extern const Codec kZstd;
extern const Codec kLz4;
extern const Codec kXz;
extern const Codec kBzip2;
extern const Codec kBrotli;

}  // namespace weir::input
