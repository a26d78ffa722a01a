#include "input/count_decoded.hpp"

#include "input/stored_file.hpp"
#include "input/unit_decoder.hpp"
#include "text/newlines.hpp"

namespace weir::input {

TextCount count_decoded(const std::shared_ptr<Source>& source, std::uint64_t stored_end) {
  Unit unit;
  unit.source = source;
  unit.from = source->first_cut;
  unit.stored_end = stored_end;
  UnitDecoder decoder(unit, "");
  std::string text(256 * 1024, '\0');
  TextCount count;
  while (!decoder.is_done() && !decoder.part_bytes() && !decoder.goes_on()) {
    const std::uint32_t got = decoder.decode(text.data(), static_cast<std::uint32_t>(text.size()));
    count.bytes += got;
    count.lines += text::count_newlines(std::string_view(text).substr(0, got));
    if (decoder.wants_input() && !decoder.part_bytes()) decoder.filled(fill_input(*source, decoder));
  }
  return count;
}

}  // namespace weir::input
