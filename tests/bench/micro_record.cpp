// JSON records: finding structure, checking it with and without fields to pick up, and writing.
//
// WEIR_BENCH_TEXT=FILE measures on the first 64 MiB of that file; else on records made here.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

#include "record/json.hpp"
#include "record/json_reader.hpp"
#include "record/value_splitter.hpp"
#include "text/chunk.hpp"

namespace weir::record {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 20;

std::string random_record(std::mt19937& random) {
  static const char* const kLevels[] = {"debug", "info", "info", "info", "warn", "error"};
  static const char* const kServices[] = {"mailer", "catalog", "gateway", "search", "billing"};
  const auto number = [&](unsigned limit) { return std::to_string(random() % limit); };
  std::string text = "{\"ts\":\"2026-03-01T00:00:";
  text.append(std::to_string(10 + random() % 50)).append(".").append(std::to_string(100 + random() % 900));
  text.append("Z\",\"level\":\"")
      .append(kLevels[random() % 6])
      .append("\",\"msg\":\"request finished\",\"service\":\"");
  text.append(kServices[random() % 5])
      .append("\",\"host\":\"edge-")
      .append(number(9))
      .append("\",\"request_id\":");
  text.append(std::to_string(1000000000000000000 + random() * 1000000000))
      .append(",\"duration_ms\":")
      .append(number(900));
  text.append(".")
      .append(number(1000))
      .append(",\"http\":{\"method\":\"GET\",\"path\":\"/api/")
      .append(number(99999));
  text.append("\",\"status\":")
      .append(std::to_string(200 + random() % 300))
      .append(",\"bytes\":")
      .append(number(99999));
  text.append("},\"client\":\"203.0.113.")
      .append(number(256))
      .append("\",\"user\":{\"id\":")
      .append(number(99999));
  return text.append(",\"region\":\"us-east\"},\"tags\":[\"ok\",\"v3\"]}\n");
}

// No two like each other.
std::string changing_record(std::mt19937& random) {
  std::string text = "{";
  for (int field = 0; field < 24; ++field) {
    if (random() % 2) continue;
    text.append(text.size() > 1 ? "," : "").append("\"field_").append(std::to_string(field)).append("\":");
    text.append(random() % 2 ? std::to_string(random() % 100000) : "\"some text\"");
  }
  return text.append(",\"level\":\"info\"}\n");
}

// Whole lines, and padding behind them.
const std::string& text() {
  static const std::string whole = [] {
    std::string lines;
    if (const char* path = std::getenv("WEIR_BENCH_TEXT")) {
      lines.resize(64 * kChunk);
      std::ifstream file(path);
      file.read(lines.data(), static_cast<std::streamsize>(lines.size()));
      lines.resize(static_cast<std::size_t>(file.gcount()));
      lines.resize(lines.rfind('\n') + 1);
    }
    std::mt19937 random(7);
    while (lines.size() < 16 * kChunk)
      lines += random_record(random);
    return lines.append(text::kPadding, '\0');
  }();
  return whole;
}

std::string_view lines() {
  return std::string_view(text()).substr(0, text().size() - text::kPadding);
}

// Calls `use` with chunks of whole lines.
template <class Use>
void in_chunks(benchmark::State& state, const Use& use, std::string_view all = lines()) {
  for (auto _ : state) {
    for (std::size_t at = 0; at < all.size();) {
      const std::size_t end = all.size() - at <= kChunk ? all.size() : all.rfind('\n', at + kChunk - 1) + 1;
      use(all.substr(at, end - at));
      at = end;
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(all.size()));
}

void index_batches(benchmark::State& state) {
  const auto size = static_cast<std::size_t>(state.range(0)) * 1024;
  JsonIndex index;
  in_chunks(state, [&](std::string_view chunk) {
    for (std::size_t at = 0; at < chunk.size();) {
      const std::size_t end = chunk.size() - at <= size ? chunk.size() : chunk.rfind('\n', at + size - 1) + 1;
      benchmark::DoNotOptimize(index.build(chunk.substr(at, end - at)));
      at = end;
    }
  });
}
BENCHMARK(index_batches)->Arg(8)->Arg(16)->Arg(32)->Arg(64)->Arg(128)->Arg(256);

void read_records(benchmark::State& state, const FieldSet& fields, JsonFraming framing, JsonLifetime lifetime,
                  std::string_view all = lines()) {
  JsonReader reader(&fields);
  std::uint64_t found = 0;
  std::uint64_t doubtful = 0;
  Record record;
  in_chunks(
      state,
      [&](std::string_view chunk) {
        reader.open(chunk, framing, lifetime);
        while (reader.next(record)) {
          doubtful += record.status == RecordStatus::doubtful;
          for (const FieldSlot& slot : reader.slots())
            found += slot.value.is_string();
        }
      },
      all);
  benchmark::DoNotOptimize(found);
  state.SetLabel(std::to_string(doubtful) + " doubtful");
}

FieldSet two_fields() {
  const std::string_view level = "level";
  const std::string_view path[] = {"http", "method"};
  FieldSet fields;
  fields.add({&level, 1});
  fields.add(path);
  return fields;
}

void check(benchmark::State& state) {
  read_records(state, FieldSet(), JsonFraming::lines, JsonLifetime::record);
}
void two_slots(benchmark::State& state) {
  read_records(state, two_fields(), JsonFraming::lines, JsonLifetime::record);
}
void two_slots_of_values(benchmark::State& state) {
  read_records(state, two_fields(), JsonFraming::values, JsonLifetime::record);
}
void two_slots_that_stay(benchmark::State& state) {
  read_records(state, two_fields(), JsonFraming::lines, JsonLifetime::text);
}
void two_slots_of_all_shapes(benchmark::State& state) {
  static const std::string text = [] {
    std::mt19937 random(7);
    std::string records;
    while (records.size() < 16 * kChunk)
      records += changing_record(random);
    return records.append(text::kPadding, '\0');
  }();
  read_records(state, two_fields(), JsonFraming::lines, JsonLifetime::record,
               std::string_view(text).substr(0, text.size() - text::kPadding));
}
BENCHMARK(two_slots_of_all_shapes);
BENCHMARK(check);
BENCHMARK(two_slots);
BENCHMARK(two_slots_of_values);
BENCHMARK(two_slots_that_stay);

void write_records(benchmark::State& state, const JsonStyle& style, bool expands) {
  JsonReader reader;
  base::TextBuffer out;
  Record record;
  in_chunks(state, [&](std::string_view chunk) {
    reader.open(chunk, JsonFraming::lines);
    out.clear();
    while (reader.next(record)) {
      if (expands) benchmark::DoNotOptimize(record.root.fields().size());
      write_json(record.root, style, out);
      out.append('\n');
    }
    benchmark::DoNotOptimize(out.view().data());
  });
}

void minify(benchmark::State& state) {
  write_records(state, {}, false);
}
void indent(benchmark::State& state) {
  write_records(state, {.indent = 2}, false);
}
void expand_and_write(benchmark::State& state) {
  write_records(state, {}, true);
}
void sort_keys(benchmark::State& state) {
  write_records(state, {.sort_keys = true}, true);
}
BENCHMARK(minify);
BENCHMARK(indent);
BENCHMARK(expand_and_write);
BENCHMARK(sort_keys);

void split(benchmark::State& state) {
  ValueSplitter splitter;
  in_chunks(state, [&](std::string_view chunk) { benchmark::DoNotOptimize(splitter.feed(chunk)); });
}
BENCHMARK(split);

}  // namespace
}  // namespace weir::record
