// What happened, before it is written in some log's notation. The same events feed every format, so
// one incident shows up in several files with the same request ids.
#pragma once

#include <cstdint>
#include <string_view>

#include "generator/rng.hpp"

namespace weir::samples {

enum class Trouble : std::uint8_t {
  none,
  slow,     // a warning
  refused,  // the database refuses connections
  timeout,  // the payment service does not answer
  disk_full,
  out_of_memory,
  denied,
  worker_restart,  // "worker_1234567  restarted"
  panic,           // "kernel panic"
};

struct Event {
  std::uint64_t time_ms = 0;
  std::uint64_t request_id = 0;  // above 2^53: a double cannot hold it
  std::string_view host;
  std::string_view service;
  Trouble trouble = Trouble::none;
};

/// INFO, DEBUG, WARN, ERROR, FATAL. DEBUG for one event in eight without trouble.
std::string_view level_of(const Event& event);
/// One sentence in plain ASCII without quotes, backslashes or addresses.
std::string_view sentence_of(Trouble trouble);
/// An id above 2^53 and below 2^63, the same for the same number.
std::uint64_t make_request_id(std::uint64_t number);
std::string_view any_host(Rng& rng);
/// Any service but `checkout`.
std::string_view any_service(Rng& rng);

/// A scripted day of the shop: quiet hours from 08:00 to 11:00 UTC with five incidents.
class Timeline {
 public:
  /// `events` is how many next() calls the three hours are meant to last.
  Timeline(std::uint64_t seed, std::uint64_t day_start_ms, std::uint32_t events);
  Event next();

 private:
  Rng rng_;
  std::uint64_t day_start_ms_;
  std::uint64_t offset_ms_;
  std::uint32_t quiet_gap_ms_;
};

}  // namespace weir::samples
