// One function a notation: appends the event to `out` as one line with its '\n' (append_java: one
// line, or several with a stack trace). All output is ASCII; `rng` supplies the incidental details.
#pragma once

#include <string>
#include <string_view>

#include "generator/event.hpp"

namespace weir::samples {

/// RFC 3164 as syslog daemons store it: time, host, program[pid], message.
void append_syslog(std::string& out, const Event& event, Rng& rng);
/// The same behind the <priority> that it has on the wire.
void append_syslog_with_priority(std::string& out, const Event& event, Rng& rng);
/// nginx's "combined" format.
void append_nginx(std::string& out, const Event& event, Rng& rng);
/// The time, level, [service] and text of an ordinary application log.
void append_app(std::string& out, const Event& event, Rng& rng);
void append_logfmt(std::string& out, const Event& event, Rng& rng);
void append_java(std::string& out, const Event& event, Rng& rng);
/// A JSON object of about 345 bytes with a nested "http" object.
void append_json_record(std::string& out, const Event& event, Rng& rng);
/// A JSON object of about 180 bytes without addresses.
void append_json_event(std::string& out, const Event& event, Rng& rng);
/// The wrapper that container runtimes put around each line: {"log":"...\n","stream":...,"time":...}.
/// `inner` is one line with its '\n'.
void append_container_line(std::string& out, std::string_view inner, const Event& event, Rng& rng);

/// "GET" and a path below /api/ that names the event's service; used by web and JSON lines.
struct Request {
  std::string_view method;
  std::uint64_t item;
};
Request make_request(Rng& rng);
/// 200 and the like; 500 to 504 when the event is an error.
unsigned status_of(const Event& event, Rng& rng);
/// 1 to 400 ms; longer for slow events; 5000 and more for timeouts.
unsigned duration_ms_of(const Event& event, Rng& rng);

}  // namespace weir::samples
