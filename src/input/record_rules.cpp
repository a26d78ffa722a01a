#include "input/record_rules.hpp"

#include <string>

#include "input/read_source.hpp"
#include "input/source.hpp"
#include "text/chunk.hpp"
#include "text/newlines.hpp"

namespace weir::input {

RecordKind kind_of_records(std::string_view sample, bool is_all, text::RecordStarts& stamped) {
  if (!is_all) sample = sample.substr(0, text::line_begin(sample, sample.size()));
  return stamped.next(sample, 0) < sample.size() ? RecordKind::stamped : RecordKind::plain;
}

Coro<void> read_head(Source* source, std::string* head) {
  head->assign(kRecordSampleBytes + text::kPadding, '\0');
  std::size_t size = 0;
  for (int got = 1; got > 0 && size < kRecordSampleBytes; size += static_cast<std::size_t>(got)) {
    bool immediate = false;
    const auto wanted = static_cast<std::uint32_t>(kRecordSampleBytes - size);
    got = co_await read_source(source, head->data() + size, wanted, source->start + size, &immediate);
    if (got <= 0) break;
  }
  head->resize(size);
}

Coro<void> look_for_stamps(Source* source, RecordRules rules) {
  if (!rules.depend_on_source()) co_return;
  std::string sample;
  co_await read_head(source, &sample);
  source->records = kind_of_records(sample, sample.size() < kRecordSampleBytes, *rules.stamped);
}

}  // namespace weir::input
