#include <array>

#include "generator/formats.hpp"
#include "generator/put.hpp"
#include "generator/timestamps.hpp"

namespace weir::samples {
namespace {

void put_text(std::string& out, const Event& event, Rng& rng) {
  constexpr std::array<std::string_view, 6> kSteps{"loaded", "stored", "validated",
                                                   "queued", "sent",   "expired"};
  const auto details = rng.next();
  if (event.trouble == Trouble::worker_restart) {
    put(out, "worker_", 1'000'000 + details % 9'000'000, "  restarted after ", (details >> 40) % 300,
        " s idle");
  } else if (event.trouble != Trouble::none) {
    put(out, sentence_of(event.trouble), " (attempt ", 1 + details % 5, ")");
  } else if (details % 16 == 0) {
    // Looks like a worker id up to the comma: no white space follows.
    put(out, "batch_", 1'000'000 + (details >> 8) % 9'000'000, ", ", (details >> 40) % 500, " rows written");
  } else {
    const auto step = rng.pick(kSteps);
    put(out, step, " item ", (details >> 8) % 100'000, " of cart ", Hex{details, 8}, " for tenant-",
        (details >> 44) % 900);
  }
}

}  // namespace

void append_app(std::string& out, const Event& event, Rng& rng) {
  put_iso_time(out, event.time_ms);
  put(out, ' ', level_of(event), " [", event.service, "] ", event.host, " request=", event.request_id, ' ');
  put_text(out, event, rng);
  put(out, " in ", duration_ms_of(event, rng), " ms\n");
}

void append_logfmt(std::string& out, const Event& event, Rng& rng) {
  const auto request = make_request(rng);
  const auto status = status_of(event, rng);
  put(out, "ts=");
  put_iso_time(out, event.time_ms);
  put(out, " level=");
  for (const auto letter : level_of(event))
    out.push_back(static_cast<char>(letter | 0x20));
  put(out, " host=", event.host, " service=", event.service, " msg=\"");
  put(out, sentence_of(event.trouble), "\" method=", request.method, " path=/", event.service, '/',
      request.item, " status=", status, " request_id=", event.request_id,
      " duration_ms=", duration_ms_of(event, rng), '\n');
}

}  // namespace weir::samples
