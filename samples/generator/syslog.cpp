#include <array>

#include "generator/formats.hpp"
#include "generator/put.hpp"
#include "generator/timestamps.hpp"

namespace weir::samples {
namespace {

using Fill = void (*)(std::string&, const Event&, Rng&);

void put_session(std::string& out, const Event& event, Rng& rng) {
  put(out, "systemd[1]: Started session-", rng.between(1, 999), ".scope - Session of user ", event.service,
      '.');
}

void put_service(std::string& out, const Event& event, Rng& rng) {
  const auto kilobytes = rng.between(2000, 900'000);
  put(out, "systemd[1]: ", event.service, ".service: Consumed ", Padded{rng.below(60), 1}, "s CPU time, ",
      kilobytes, " kB memory peak, reloading configuration.");
}

void put_cron(std::string& out, const Event& event, Rng& rng) {
  put(out, "cron[", rng.between(300, 32'000), "]: (", event.service, ") CMD (/usr/local/bin/", event.service,
      "-rotate --keep=14 --quiet)");
}

void put_dhcp(std::string& out, const Event& event, Rng& rng) {
  put(out, "kernel: [", Padded{event.time_ms / 1000 % 1'000'000, 6, ' '}, ".",
      Padded{rng.below(1'000'000), 6}, "] eth0: link becomes ready, queue of ", event.service, " drained");
}

void put_login(std::string& out, const Event& event, Rng& rng) {
  const auto details = rng.next();
  put(out, "sshd[", 300 + details % 31'000, "]: Accepted publickey for ", event.service, " from ",
      Address{details >> 20}, " port ", 1024 + (details >> 32) % 60'000, " ssh2: ED25519");
}

void put_trouble(std::string& out, const Event& event, Rng& rng) {
  const auto details = rng.next();
  switch (event.trouble) {
    case Trouble::panic:
    case Trouble::disk_full:
      put(out, "kernel: [", Padded{event.time_ms / 1000 % 1'000'000, 6, ' '}, ".",
          Padded{details % 1'000'000, 6}, "] ", sentence_of(event.trouble), ", seen by ", event.service);
      return;
    case Trouble::worker_restart:
      put(out, event.service, "[", 300 + details % 31'000, "]: worker_", 1'000'000 + details % 9'000'000,
          "  restarted after ", (details >> 40) % 300, " s, request ", event.request_id);
      return;
    default:
      put(out, event.service, "[", 300 + details % 31'000, "]: ", level_of(event), " ",
          sentence_of(event.trouble), ", request ", event.request_id);
  }
}

}  // namespace

void append_syslog(std::string& out, const Event& event, Rng& rng) {
  constexpr std::array<Fill, 8> kFills{put_session, put_service, put_service, put_cron,
                                       put_dhcp,    put_dhcp,    put_service, put_login};
  put_syslog_time(out, event.time_ms);
  put(out, ' ', event.host, ' ');
  const auto fill = event.trouble == Trouble::none ? rng.pick(kFills) : put_trouble;
  fill(out, event, rng);
  out.push_back('\n');
}

void append_syslog_with_priority(std::string& out, const Event& event, Rng& rng) {
  constexpr unsigned kLocal0 = 16 * 8;
  const auto severity = event.trouble == Trouble::none ? 6U : event.trouble == Trouble::panic ? 0U : 3U;
  put(out, '<', kLocal0 + severity, '>');
  append_syslog(out, event, rng);
}

}  // namespace weir::samples
