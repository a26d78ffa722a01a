#include "generator/sample_files.hpp"

#include <string_view>

#include "generator/formats.hpp"
#include "generator/odd_text.hpp"
#include "generator/timestamps.hpp"

namespace weir::samples {
namespace {

using AppendLine = void (*)(std::string&, const Event&, Rng&);

struct Spec {
  std::string_view path;
  AppendLine append_line;
  std::uint32_t events;
  unsigned month, day;
};

void append_container(std::string& out, const Event& event, Rng& rng) {
  std::string inner;
  append_java(inner, event, rng);
  for (std::string_view rest = inner; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n') + 1);
    append_container_line(out, line, event, rng);
    rest.remove_prefix(line.size());
  }
}

void append_crlf(std::string& out, const Event& event, Rng& rng) {
  append_app(out, event, rng);
  out.insert(out.size() - 1, 1, '\r');
}

constexpr std::string_view kNoFinalNewline = "no-final-newline.log";

constexpr Spec kSpecs[] = {
    {"syslog.log", append_syslog, 300, 3, 1},
    {"nginx-access.log", append_nginx, 200, 3, 1},
    {"app.jsonl", append_json_record, 130, 3, 1},
    {"worker.logfmt", append_logfmt, 180, 3, 1},
    {"java-service.log", append_java, 110, 3, 1},
    {"container.log", append_container, 50, 3, 1},
    {"utf8-names.log", append_utf8, 100, 3, 1},
    {"damaged.log", append_damaged, 80, 3, 1},
    {"crlf.log", append_crlf, 70, 3, 1},
    {kNoFinalNewline, append_app, 55, 3, 1},
    {"empty.log", append_app, 0, 3, 1},
    {"nested/relay.log", append_syslog_with_priority, 60, 3, 1},
    {"nested/app-1/2026-03-01.log", append_app, 60, 3, 1},
    {"nested/app-1/2026-03-02.log", append_app, 60, 3, 2},
    {"nested/app-2/2026-03-01.log", append_app, 60, 3, 1},
    {"nested/archive/2026-02/app-1.log", append_app, 55, 2, 27},
};

std::string make_bytes(const Spec& spec, std::uint64_t seed) {
  std::string bytes;
  if (spec.events == 0) return bytes;
  Timeline timeline(seed, to_epoch_ms(2026, spec.month, spec.day), spec.events);
  Rng rng(seed + 1);
  for (std::uint32_t i = 0; i < spec.events; ++i)
    spec.append_line(bytes, timeline.next(), rng);
  if (spec.path == kNoFinalNewline) bytes.pop_back();
  return bytes;
}

}  // namespace

std::vector<SampleFile> make_sample_files() {
  std::vector<SampleFile> files;
  std::uint64_t seed = 20'260'301;
  for (const auto& spec : kSpecs) {
    files.push_back({std::string(spec.path), make_bytes(spec, seed)});
    seed += 100;
  }
  return files;
}

}  // namespace weir::samples
