#include <array>

#include "generator/formats.hpp"
#include "generator/put.hpp"
#include "generator/timestamps.hpp"

namespace weir::samples {
namespace {

void put_level(std::string& out, const Event& event) {
  put(out, "\",\"level\":\"");
  for (const auto letter : level_of(event))
    out.push_back(static_cast<char>(letter | 0x20));
}

void put_escaped(std::string& out, std::string_view text) {
  for (const auto byte : text) {
    if (byte == '\n') {
      out.append("\\n");
    } else if (byte == '\t') {
      out.append("\\t");
    } else {
      if (byte == '"' || byte == '\\') out.push_back('\\');
      out.push_back(byte);
    }
  }
}

}  // namespace

void append_json_record(std::string& out, const Event& event, Rng& rng) {
  constexpr std::array<std::string_view, 4> kRegions{"eu-north", "eu-south", "us-east", "ap-west"};
  const auto details = rng.next();
  const auto request = make_request(rng);
  const auto status = status_of(event, rng);
  const auto region = rng.pick(kRegions);
  put(out, "{\"ts\":\"");
  put_iso_time(out, event.time_ms);
  put_level(out, event);
  put(out, "\",\"msg\":\"", sentence_of(event.trouble), "\",\"service\":\"", event.service, "\",\"host\":\"",
      event.host, "\",\"request_id\":", event.request_id, ",\"span\":\"", Hex{details >> 4, 8},
      "\",\"duration_ms\":", duration_ms_of(event, rng));
  put(out, '.', Padded{details % 1000, 3}, ",\"http\":{\"method\":\"", request.method, "\",\"path\":\"/api/",
      event.service, '/', request.item, "\",\"status\":", status, ",\"bytes\":", (details >> 20) % 90'000,
      "},\"client\":\"", Address{details >> 10}, "\",\"user\":{\"id\":", (details >> 40) % 90'000,
      ",\"region\":\"", region, "\"},\"tags\":[\"", event.trouble == Trouble::none ? "ok" : "incident",
      "\",\"v3\"]}\n");
}

void append_json_event(std::string& out, const Event& event, Rng& rng) {
  put(out, "{\"ts\":\"");
  put_iso_time(out, event.time_ms);
  put_level(out, event);
  put(out, "\",\"service\":\"", event.service, "\",\"msg\":\"", sentence_of(event.trouble),
      "\",\"request_id\":", event.request_id, ",\"duration_ms\":", duration_ms_of(event, rng), "}\n");
}

void append_container_line(std::string& out, std::string_view inner, const Event& event, Rng& rng) {
  const auto is_error = event.trouble != Trouble::none && event.trouble != Trouble::slow;
  put(out, "{\"log\":\"");
  put_escaped(out, inner);
  put(out, "\",\"stream\":\"", is_error ? "stderr" : "stdout", "\",\"time\":\"");
  put_iso_nanos(out, event.time_ms, rng.next());
  put(out, "\"}\n");
}

}  // namespace weir::samples
