#include "pipeline/record_condition.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "pipeline/program_runner.hpp"
#include "pipeline/source_format.hpp"
#include "text/newlines.hpp"
#include "text/utf8.hpp"

namespace weir::pipeline {

namespace {

using filter::Line;

// The sieve reads all of a chunk: not for a few lines of it.
constexpr std::size_t kSieveShare = 4;

std::string_view text_of(std::string_view text, const Line& line) {
  return text.substr(line.begin, line.end - line.begin);
}

}  // namespace

RecordCondition::RecordCondition(const RecordPlan& plan, const std::atomic<bool>* interrupt)
    : plan_(plan),
      environment_(program_environment()),
      machine_(plan.native, context_, interrupt),
      reader_(&plan.native->fields()),
      mended_reader_(&plan.native->fields()),
      raw_filter_(plan) {
  context_.environment = &environment_;
}

void RecordCondition::begin(const text::Chunk& chunk, const input::Unit& unit) {
  input::Source& source = *unit.source;
  if (source.record_format.empty() && !chunk.text.empty()) settle_format(source, chunk.text, plan_);
  begins_source_ = unit.is_first();
  if (source_ == unit.source || source.record_format.empty()) return;
  source_ = unit.source;
  context_.input_filename = source_->has_path() ? std::string_view(source_->path) : std::string_view();
  if (source_->record_format != kJsonFormat) begin_parser();
}

void RecordCondition::begin_parser() {
  if (parser_format_ != source_->record_format) {
    auto parser = parse::make_parser(source_->record_format, plan_.parse_options);
    if (!parser) return;
    parser_ = std::move(parser).value();
    parser_format_ = source_->record_format;
    fields_ = record::Value();
  }
  parser_->begin_source(source_->modified_ns);
  header_is_bad_ = parser_->wants_header() && !parser_->set_header(source_->record_header);
}

void RecordCondition::keep(std::string_view text, std::uint64_t offset, std::uint64_t limit,
                           std::vector<Line>& lines) {
  kept_.clear();
  if (!lines.empty() && source_) {
    Lines asked = lines;
    const bool has_header = begins_source_ && offset == 0 && !source_->record_header.empty();
    if (has_header && asked.front().begin == 0) asked = asked.subspan(1);
    if (source_->record_format != kJsonFormat) {
      keep_parsed(text, asked, limit);
    } else {
      sieve(text, lines);
      keep_json(text, lines, limit);
    }
  }
  lines.swap(kept_);
}

// Drops lines without any of the bytes that the condition asks for, where that can be said of all lines.
void RecordCondition::sieve(std::string_view text, std::vector<Line>& lines) {
  const std::size_t reach = lines.back().end - lines.front().begin;
  const bool is_worth_it = plan_.required && lines.size() > 1 && reach * kSieveShare > text.size();
  const std::vector<Line>* sieved = is_worth_it ? raw_filter_.find(text) : nullptr;
  if (!sieved) return;
  auto next = sieved->begin();
  const auto is_dropped = [&](const Line& line) {
    while (next != sieved->end() && next->begin < line.begin)
      ++next;
    return next == sieved->end() || next->begin != line.begin;
  };
  std::erase_if(lines, is_dropped);
}

// Neighbours are read in one go.
void RecordCondition::keep_json(std::string_view text, Lines lines, std::uint64_t limit) {
  while (!lines.empty() && kept_.size() < limit && !is_interrupted_) {
    std::size_t count = 1;
    while (count < lines.size() && lines[count].begin == lines[count - 1].end + 1)
      ++count;
    keep_json_run(text, lines.first(count), limit);
    lines = lines.subspan(count);
  }
}

// A line may hold several values: one that meets the condition is enough.
void RecordCondition::keep_json_run(std::string_view text, Lines lines, std::uint64_t limit) {
  const std::size_t begin = lines.front().begin;
  reader_.open(text.substr(begin, lines.back().end - begin), record::JsonFraming::lines);
  std::size_t at = 0;
  bool is_kept = false;  // lines[at]
  while (kept_.size() < limit && !is_interrupted_ && reader_.next(record_)) {
    const auto place = static_cast<std::size_t>(record_.text.data() - text.data());
    for (; lines[at].end <= place && at + 1 < lines.size(); ++at)
      is_kept = false;
    if (is_kept) continue;
    const bool is_sure = record_.status == record::RecordStatus::ok;
    is_kept = is_sure ? meets(record_.root, reader_.slots()) : meets_mended(record_.text);
    if (is_kept) kept_.push_back(lines[at]);
    record_.root = record::Value();
  }
}

// Bytes that are no UTF-8 stand for U+FFFD, as everywhere in jq.
bool RecordCondition::meets_mended(std::string_view text) {
  if (text::is_utf8(text)) return false;
  mended_.clear();
  text::append_valid(mended_, text);
  const std::size_t size = mended_.size();
  mended_.append(text::kPadding, '\0');
  mended_reader_.open(std::string_view(mended_).substr(0, size), record::JsonFraming::lines);
  record::Record record;
  bool is_met = false;
  while (!is_met && !is_interrupted_ && mended_reader_.next(record)) {
    is_met = record.status == record::RecordStatus::ok && meets(record.root, mended_reader_.slots());
    record.root = record::Value();
  }
  return is_met;
}

void RecordCondition::keep_parsed(std::string_view text, Lines lines, std::uint64_t limit) {
  if (!parser_ || header_is_bad_) return;
  for (const Line& line : lines) {
    if (kept_.size() >= limit || is_interrupted_) return;
    const std::string_view record = text_of(text, line);
    if (record.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (parser_->parse(record, fields_) && meets(fields_, {})) kept_.push_back(line);
  }
}

bool RecordCondition::meets(const record::Value& root, std::span<const record::FieldSlot> slots) {
  using transform::jq::Outcome;
  bool any = false;
  const auto sink = [&any](record::Value&) {
    any = true;
    return false;
  };
  const Outcome outcome = machine_.run(root, slots, sink);
  if (outcome == Outcome::interrupted) is_interrupted_ = true;
  return any && outcome != Outcome::gave_up;
}

}  // namespace weir::pipeline
