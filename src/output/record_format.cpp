#include "output/record_format.hpp"

#include <algorithm>

#include "output/record_format_rows.hpp"

namespace weir::output {

namespace {

constexpr RecordFormatRow kJsonFormat = {"json", "JSON values", nullptr};

}  // namespace

void RecordFormat::finish(base::TextBuffer& /*out*/) {}

std::span<const RecordFormatRow> record_formats() noexcept {
  static const RecordFormatRow rows[] = {kJsonFormat, kCsvFormat, kTsvFormat, kLogfmtFormat, kTableFormat};
  return rows;
}

const RecordFormatRow* find_record_format(std::string_view name) noexcept {
  const auto rows = record_formats();
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const RecordFormatRow& r) { return r.name == name; });
  return row == rows.end() ? nullptr : &*row;
}

}  // namespace weir::output
