// Lines of each format as records, from 1 MiB of lines that stays in a cache; and a field looked at, as a
// filter would.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "parse/formats.hpp"

namespace weir::parse {
namespace {

constexpr std::size_t kTextSize = std::size_t{1} << 20;

std::string number(std::mt19937& random, unsigned limit) {
  return std::to_string(random() % limit);
}

std::string two_digits(unsigned value) {
  return std::to_string(100 + value).substr(1);
}

std::string clock_of(std::size_t line) {
  const auto seconds = static_cast<unsigned>(line / 8 % 3600);
  return "12:" + two_digits(seconds / 60) + ":" + two_digits(seconds % 60);
}

std::string combined_line(std::mt19937& random, std::size_t line) {
  return "203.0.113." + number(random, 256) + " - - [01/Mar/2026:" + clock_of(line) +
         " +0000] \"GET /api/v1/" + number(random, 1000) + "/items?page=" + number(random, 90) +
         " HTTP/1.1\" " + (random() % 50 == 0 ? "500 " : "200 ") + number(random, 90000) +
         " \"https://shop.example.com/cart\" \"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101\"";
}

std::string logfmt_line(std::mt19937& random, std::size_t line) {
  return "ts=2026-03-01T" + clock_of(line) + "." + std::to_string(100 + random() % 900) +
         "Z level=info host=edge-" + number(random, 9) +
         " service=checkout msg=\"request finished\" method=GET " + "path=/checkout/" +
         number(random, 60000) + " status=" + (random() % 50 == 0 ? "500" : "200") +
         " request_id=" + std::to_string(random()) + " duration_ms=" + number(random, 300);
}

std::string syslog_line(std::mt19937& random, std::size_t line) {
  return "Mar  1 " + clock_of(line) + " edge-1 sshd[" + number(random, 60000) +
         "]: Accepted publickey for deploy from 198.51.100." + number(random, 256) + " port " +
         number(random, 60000) + " ssh2: status=" + (random() % 50 == 0 ? "500" : "200");
}

std::string csv_line(std::mt19937& random, std::size_t line) {
  return "2026-03-01T" + clock_of(line) + "Z,info,checkout,\"request finished, " + number(random, 999) +
         "\",GET," + (random() % 50 == 0 ? "500," : "200,") + number(random, 90000);
}

std::string embedded_line(std::mt19937& random, std::size_t line) {
  return "2026-03-01T" + clock_of(line) + "Z checkout[" + number(random, 60000) +
         "]: {\"level\":\"info\",\"msg\":\"request finished\",\"path\":\"/checkout/" + number(random, 60000) +
         "\",\"status\":" + (random() % 50 == 0 ? "500" : "200") +
         ",\"user\":{\"id\":" + number(random, 9999) + "}}";
}

std::string docker_line(std::mt19937& random, std::size_t line) {
  return "{\"log\":\"{\\\"level\\\":\\\"info\\\",\\\"msg\\\":\\\"request finished\\\",\\\"status\\\":" +
         std::string(random() % 50 == 0 ? "500" : "200") + ",\\\"bytes\\\":" + number(random, 90000) +
         "}\\n\",\"stream\":\"stdout\",\"time\":\"2026-03-01T" + clock_of(line) + "." +
         std::to_string(100'000'000 + random() % 900'000'000) + "Z\"}";
}

struct Case {
  const char* format;
  std::string (*line)(std::mt19937& random, std::size_t line);
  const char* field;
};

void run(benchmark::State& state, const Case& what, bool add_timestamp) {
  ParseOptions options;
  options.add_timestamp = add_timestamp;
  options.time.reference = 1'772'366'400'000'000'000;
  const auto parser = make_parser(what.format, options);
  if (!parser) return state.SkipWithError(parser.error().what.c_str());
  parser.value()->set_header("time,level,service,message,method,status,bytes");
  std::mt19937 random(7);
  std::vector<std::string> lines;
  std::size_t size = 0;
  for (; size < kTextSize; size += lines.back().size() + 1)
    lines.push_back(what.line(random, lines.size()));
  record::Value record;
  for (auto _ : state) {
    std::size_t found = 0;
    for (const std::string& line : lines) {
      if (!parser.value()->parse(line, record)) return state.SkipWithError("malformed line");
      const record::Value* status = record.fields().find(what.field);
      if (status && status->is_number() && status->number() >= 500) ++found;
    }
    benchmark::DoNotOptimize(found);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
  state.counters["ns/line"] =
      benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(lines.size()) * 1e-9,
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

constexpr Case kCases[] = {
    {"logfmt", logfmt_line, "status"},
    {"combined", combined_line, "status"},
    {"clf", combined_line, "status"},
    {"syslog", syslog_line, "pid"},
    {"csv", csv_line, "status"},
    {"raw", syslog_line, "line"},
    {"embedded", embedded_line, "status"},
    {"docker", docker_line, "status"},
    {R"(regex:^(?<host>\S+) .* (?<status>\d{3}) )", combined_line, "status"},
};

const bool kRegistered = [] {
  for (const Case& what : kCases) {
    for (const bool add_timestamp : {false, true}) {
      const std::string name = std::string(what.format) + (add_timestamp ? "/time" : "");
      benchmark::RegisterBenchmark(
          name.c_str(), [&what, add_timestamp](benchmark::State& state) { run(state, what, add_timestamp); });
    }
  }
  return true;
}();

}  // namespace
}  // namespace weir::parse
