#include "pipeline/source_format.hpp"

#include <sys/stat.h>

#include <fstream>

#include "input/codec.hpp"
#include "record/json_reader.hpp"
#include "text/chunk.hpp"
#include "text/newlines.hpp"

namespace weir::pipeline {

namespace {

constexpr std::size_t kHeadBytes = 64 * 1024;

std::string_view first_line(std::string_view head) {
  std::string_view line = head.substr(0, text::line_end(head, 0));
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

std::string format_of(std::string_view head, const RecordPlan& plan) {
  if (plan.options.raw_input) return std::string(kLineFormat);
  const bool is_json = plan.options.array || plan.options.seq || plan.options.from == kJsonFormat;
  if (is_json) return std::string(kJsonFormat);
  if (plan.options.from != "auto") return plan.options.from;
  const std::string_view detected = parse::detect(head);
  // A few lines, many of them bad: what begins as JSON is taken for JSON, and the bad lines for what they
  // are.
  const std::size_t first = head.find_first_not_of(" \t\r\n");
  const bool begins_as_json = first != std::string_view::npos && (head[first] == '{' || head[first] == '[');
  const bool holds_json = detected == "raw" && (begins_as_json || record::looks_like_lines(head));
  return std::string(holds_json ? kJsonFormat : detected);
}

}  // namespace

void settle_format(input::Source& source, std::string_view head, const RecordPlan& plan) {
  if (!source.record_format.empty()) return;
  head = head.substr(0, kHeadBytes);  // the same, however the text is read
  source.record_format = format_of(head, plan);
  if (source.record_format == kLineFormat) return;
  if (source.record_format == kJsonFormat) {
    if (plan.is_condition) return;
    source.joins_lines = plan.options.array || (!head.empty() && !record::reads_best_by_lines(head));
    return;
  }
  const auto parser = parse::make_parser(source.record_format, plan.parse_options);
  if (parser && parser.value()->wants_header()) source.record_header = first_line(head);
}

std::string explain_format(const std::string& path, const RecordPlan& plan) {
  struct ::stat info = {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return "";
  std::ifstream file(path, std::ios::binary);
  std::string head(input::kRecordSampleBytes, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  head.append(text::kPadding, '\0');
  const std::string_view text = std::string_view(head).substr(0, head.size() - text::kPadding);
  if (input::sniff(text, path, true).codec) return path + ": compressed, known when it is read";
  input::Found found;
  found.path = path;
  input::Source source(0, std::move(found));
  settle_format(source, text, plan);
  const bool is_json = source.record_format == kJsonFormat;
  return path + ": " + source.record_format +
         (!is_json             ? ""
          : source.joins_lines ? ", values over several lines: one shard"
                               : ", a record a line");
}

bool needs_head(const RecordPlan& plan) noexcept {
  return !plan.options.raw_input;
}

}  // namespace weir::pipeline
