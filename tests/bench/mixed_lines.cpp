#include "mixed_lines.hpp"

#include <array>

#include "generator/formats.hpp"
#include "generator/timestamps.hpp"

namespace weir::bench {
namespace {

using samples::Trouble;

struct Share {
  Trouble trouble;
  std::uint32_t per_100_000;
};

constexpr std::array<Share, 8> kShares{{{Trouble::panic, 1},
                                        {Trouble::timeout, 550},
                                        {Trouble::refused, 450},
                                        {Trouble::denied, 150},
                                        {Trouble::disk_full, 100},
                                        {Trouble::out_of_memory, 50},
                                        {Trouble::worker_restart, 1000},
                                        {Trouble::slow, 3000}}};

Trouble draw_trouble(samples::Rng& rng) {
  auto ticket = rng.below(100'000);
  for (const auto& share : kShares) {
    if (ticket < share.per_100_000) return share.trouble;
    ticket -= share.per_100_000;
  }
  return Trouble::none;
}

}  // namespace

MixedLines::MixedLines(std::uint64_t seed) : rng_(seed), time_ms_(samples::to_epoch_ms(2026, 3, 1)) {}

samples::Event MixedLines::next_event() {
  time_ms_ += rng_.below(20);
  samples::Event event;
  event.time_ms = time_ms_;
  event.request_id = samples::make_request_id(rng_.next());
  event.host = samples::any_host(rng_);
  event.service = rng_.one_in(10) ? "checkout" : samples::any_service(rng_);
  event.trouble = draw_trouble(rng_);
  return event;
}

void MixedLines::append(std::string& out) {
  const auto event = next_event();
  const auto ticket = rng_.below(100);
  // These two must show their words, which only syslog and application lines do.
  if (event.trouble == Trouble::panic) return samples::append_syslog(out, event, rng_);
  if (event.trouble == Trouble::worker_restart) return samples::append_app(out, event, rng_);
  if (ticket < 12) return samples::append_nginx(out, event, rng_);
  if (ticket < 37) return samples::append_syslog(out, event, rng_);
  if (ticket < 79) return samples::append_app(out, event, rng_);
  samples::append_json_event(out, event, rng_);
}

}  // namespace weir::bench
