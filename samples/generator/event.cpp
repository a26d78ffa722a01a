#include "generator/event.hpp"

#include <array>

namespace weir::samples {
namespace {

struct Incident {
  std::uint32_t first_second, last_second;  // of the day
  Trouble trouble;
  std::string_view host, service;
};

constexpr std::uint32_t at(std::uint32_t hour, std::uint32_t minute, std::uint32_t second = 0) {
  return hour * 3600 + minute * 60 + second;
}

constexpr std::array<Incident, 6> kIncidents{{
    {at(8, 41, 10), at(8, 44, 40), Trouble::refused, "app-1", "orders"},
    {at(9, 27), at(9, 32), Trouble::timeout, "app-2", "checkout"},
    {at(10, 12, 30), at(10, 15), Trouble::disk_full, "app-2", "reports"},
    {at(10, 36), at(10, 37, 30), Trouble::out_of_memory, "app-1", "search"},
    {at(10, 37, 30), at(10, 39), Trouble::worker_restart, "app-1", "search"},
    {at(10, 52), at(10, 52, 20), Trouble::panic, "edge-2", "gateway"},
}};

constexpr std::uint32_t kFirstSecond = at(8, 0);
constexpr std::uint32_t kLastSecond = at(11, 0);
constexpr std::uint32_t kIncidentDensity = 7;  // how much denser logs get while something is broken
constexpr std::array<std::string_view, 5> kHosts{"app-1", "app-2", "db-1", "edge-1", "edge-2"};
constexpr std::array<std::string_view, 8> kServices{"orders",  "search", "reports", "gateway",
                                                    "catalog", "mailer", "billing", "session"};

const Incident* incident_at(std::uint64_t second) {
  for (const auto& incident : kIncidents) {
    if (second >= incident.first_second && second < incident.last_second) return &incident;
  }
  return nullptr;
}

// Even a file with few lines shows every incident: its clock never jumps over the start of one.
const Incident* incident_started_in(std::uint64_t before_ms, std::uint64_t now_ms) {
  for (const auto& incident : kIncidents) {
    const auto start_ms = incident.first_second * std::uint64_t{1000};
    if (start_ms > before_ms && start_ms <= now_ms) return &incident;
  }
  return nullptr;
}

}  // namespace

std::string_view level_of(const Event& event) {
  switch (event.trouble) {
    case Trouble::none:
      return event.request_id % 8 == 0 ? "DEBUG" : "INFO";
    case Trouble::slow:
    case Trouble::worker_restart:
      return "WARN";
    case Trouble::panic:
      return "FATAL";
    default:
      return "ERROR";
  }
}

std::string_view sentence_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::none:
      return "request finished";
    case Trouble::slow:
      return "slow query took longer than its budget";
    case Trouble::refused:
      return "connect to db-1.example.com:5432 failed: Connection refused";
    case Trouble::timeout:
      return "upstream timeout while calling payments.example.com";
    case Trouble::disk_full:
      return "write failed: No space left on device";
    case Trouble::out_of_memory:
      return "allocation failed: out of memory";
    case Trouble::denied:
      return "open failed: permission denied";
    case Trouble::worker_restart:
      return "worker left its pool and was replaced";
    case Trouble::panic:
      return "kernel panic - not syncing: Fatal exception in interrupt";
  }
  return {};
}

std::uint64_t make_request_id(std::uint64_t number) {
  constexpr auto kFirst = std::uint64_t{1} << 53;
  constexpr auto kMask = (std::uint64_t{1} << 62) - 1;
  return kFirst + (Rng::mix(number + 1) & kMask);
}

std::string_view any_host(Rng& rng) {
  return rng.pick(kHosts);
}

std::string_view any_service(Rng& rng) {
  return rng.pick(kServices);
}

Timeline::Timeline(std::uint64_t seed, std::uint64_t day_start_ms, std::uint32_t events)
    : rng_(seed), day_start_ms_(day_start_ms), offset_ms_(std::uint64_t{kFirstSecond} * 1000) {
  std::uint32_t incident_seconds = 0;
  for (const auto& incident : kIncidents)
    incident_seconds += incident.last_second - incident.first_second;
  const auto weighted = kLastSecond - kFirstSecond + (kIncidentDensity - 1) * incident_seconds;
  quiet_gap_ms_ = static_cast<std::uint32_t>(std::uint64_t{weighted} * 1000 / events);
}

Event Timeline::next() {
  const auto* incident = incident_at(offset_ms_ / 1000);
  const auto mean_gap = incident != nullptr ? quiet_gap_ms_ / kIncidentDensity : quiet_gap_ms_;
  const auto before_ms = offset_ms_;
  offset_ms_ += 1 + rng_.below(2 * mean_gap + 1);
  const auto* started = incident_started_in(before_ms, offset_ms_);
  if (started != nullptr) offset_ms_ = started->first_second * 1000 + rng_.below(400);
  incident = incident_at(offset_ms_ / 1000);
  Event event{.time_ms = day_start_ms_ + offset_ms_,
              .request_id = make_request_id(rng_.next()),
              .host = any_host(rng_),
              .service = any_service(rng_)};
  if (incident != nullptr && (started != nullptr || !rng_.one_in(3))) {
    // Few ids for each incident: the same failing request is seen by several services.
    event.request_id =
        make_request_id(day_start_ms_ + incident->first_second * std::uint64_t{8} + rng_.below(4));
    event.host = incident->host;
    event.service = incident->service;
    event.trouble = incident->trouble;
  } else if (rng_.one_in(10)) {
    event.service = "checkout";
  } else if (rng_.one_in(20)) {
    event.trouble = rng_.one_in(4) ? Trouble::denied : Trouble::slow;
  }
  return event;
}

}  // namespace weir::samples
