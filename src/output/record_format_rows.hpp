// The rows of the table of record formats, each in the file of its format.
#pragma once

#include "output/record_format.hpp"

namespace weir::output {

extern const RecordFormatRow kCsvFormat;
extern const RecordFormatRow kTsvFormat;
extern const RecordFormatRow kLogfmtFormat;
extern const RecordFormatRow kTableFormat;

}  // namespace weir::output
