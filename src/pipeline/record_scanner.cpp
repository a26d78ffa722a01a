#include "pipeline/record_scanner.hpp"

#include <algorithm>

#include "pipeline/source_format.hpp"
#include "text/newlines.hpp"
#include "text/utf8.hpp"

namespace weir::pipeline {

namespace {

using record::JsonFraming;

std::string_view without_return(std::string_view line) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

}  // namespace

RecordScanner::RecordScanner(const RecordPlan& plan, RunControl& control)
    : plan_(plan), runner_(plan, control), raw_filter_(plan), reader_(runner_.fields()) {}

void RecordScanner::scan(const text::Chunk& chunk, UnitState& state, output::Block& block) {
  block_ = &block;
  if (!has_copies_) raw_filter_.forget();
  is_ended_ = false;
  runner_.begin_text();
  state.totals.lines += chunk.skipped_lines;
  input::Source& source = *state.unit.source;
  if (source.record_format.empty() && !chunk.text.empty()) settle_format(source, chunk.text, plan_);
  const bool is_start = state.unit.is_first() && state.totals.bytes == 0 && chunk.offset == 0;
  std::string_view text = chunk.text;
  std::uint64_t line = state.totals.lines;
  if ((!text.empty() || chunk.is_last) && !state.wants_no_more) {
    begin_source(state);
    if (is_start && !source.record_header.empty() && !text.empty()) {
      text.remove_prefix(std::min(text.size(), text::line_end(text, 0) + 1));
      ++line;
    }
    const std::uint64_t offset = chunk.offset + static_cast<std::uint64_t>(text.data() - chunk.text.data());
    if (source.joins_lines) {
      scan_joined(chunk, state);
    } else if (state.window) {
      scan_stretches(chunk, chunk.text.size() - text.size(), state);
    } else {
      scan_text(text, offset, line);
    }
  }
  state.totals.bytes += chunk.text.size();
  state.totals.lines += raw_filter_.count_newlines(chunk.text);
  if (is_over()) state.wants_no_more = true;
  has_copies_ = false;
}

// What lies in the window of time, from `from` on.
void RecordScanner::scan_stretches(const text::Chunk& chunk, std::size_t from, UnitState& state) {
  LineCounter lines;
  lines.begin(chunk.text, state.totals.lines);
  for (const WindowFilter::Stretch& stretch : state.window->find_stretches(chunk.text)) {
    const std::size_t begin = std::max(stretch.begin, from);
    if (begin >= stretch.end || is_over()) continue;
    scan_text(chunk.text.substr(begin, stretch.end - begin), chunk.offset + begin,
              lines.line_of(chunk.text.data() + begin));
  }
}

// The parser, and what it has to know of the source.
void RecordScanner::begin_source(const UnitState& state) {
  if (source_ == state.unit.source) return;
  source_ = state.unit.source;
  const bool is_input = source_->has_path();
  runner_.begin_source(is_input ? std::string_view(source_->path) : std::string_view());
  const bool is_parsed = source_->record_format != kJsonFormat && source_->record_format != kLineFormat &&
                         !source_->record_format.empty();
  if (!is_parsed) return;
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

void RecordScanner::scan_text(std::string_view text, std::uint64_t offset, std::uint64_t line) {
  text_ = text;
  offset_ = offset;
  lines_.begin(text, line);
  if (has_copies_) {
    scan_copies(text);
  } else if (source_->record_format == kJsonFormat) {
    if (const std::vector<filter::Line>* lines = raw_filter_.find(text)) {
      scan_required(text, *lines);
    } else {
      scan_json(text, JsonFraming::lines);
    }
  } else if (!text.empty()) {
    scan_lines(text);
  }
}

void RecordScanner::scan_json(std::string_view text, JsonFraming framing) {
  reader_.open(text, framing);
  while (!is_over() && reader_.next(record_)) {
    if (window_ && !is_in_window(record_.text)) continue;
    const FoundRecord record = found(record_.text);
    if (record_.status == record::RecordStatus::ok) {
      runner_.run(record, record_.root, reader_.slots(), *block_);
    } else if (!runner_.run_text(record, *block_)) {
      reject(record, runner_.problem());
    }
    record_.root = record::Value();
  }
}

void RecordScanner::scan_required(std::string_view text, const std::vector<filter::Line>& lines) {
  std::size_t scanned = 0;
  for (std::size_t i = 0; i < lines.size() && !is_over();) {
    const std::size_t begin = lines[i].begin;
    std::size_t end = lines[i].end;
    while (++i < lines.size() && lines[i].begin == end + 1)
      end = lines[i].end;
    scan_json(text.substr(begin, end - begin), JsonFraming::lines);
    scanned += end - begin;
  }
  runner_.counts().filtered_bytes += text.size() - scanned;
}

bool RecordScanner::take_lines(const text::Chunk& chunk, const input::Source& source) {
  has_copies_ = false;
  if (source.record_format != kJsonFormat || source.joins_lines) return false;
  raw_filter_.forget();
  const std::vector<filter::Line>* lines = raw_filter_.find(chunk.text);
  if (!lines) return false;
  copied_.clear();
  copies_.clear();
  for (std::size_t i = 0; i < lines->size();) {
    const std::size_t begin = (*lines)[i].begin;
    std::size_t end = (*lines)[i].end;
    while (++i < lines->size() && (*lines)[i].begin == end + 1)
      end = (*lines)[i].end;
    copied_.push_back({begin, copies_.size(), end - begin});
    copies_.append(chunk.text.substr(begin, end - begin));
    copies_.append(text::kPadding, '\0');
  }
  has_copies_ = chunk.buffer.lender()->is_intact_up_to(chunk.text.data() + chunk.text.size());
  return has_copies_;
}

void RecordScanner::scan_copies(std::string_view text) {
  std::size_t scanned = 0;
  for (const Copied& copied : copied_) {
    if (is_over()) break;
    const std::string_view copy = std::string_view(copies_).substr(copied.from, copied.bytes);
    lines_.also_counts(copy, copied.at);
    scan_json(copy, JsonFraming::lines);
    scanned += copied.bytes;
  }
  runner_.counts().filtered_bytes += text.size() - scanned;
}

void RecordScanner::scan_lines(std::string_view text) {
  for (std::size_t at = 0; at < text.size() && !is_over();) {
    const std::size_t end = text::line_end(text, at);
    scan_line(text.substr(at, end - at));
    at = end + 1;
  }
}

void RecordScanner::scan_line(std::string_view line) {
  const FoundRecord record = found(line);
  if (source_->record_format == kLineFormat) {
    std::string valid;
    const bool is_valid = text::is_utf8(line);
    if (!is_valid) text::append_valid(valid, line);
    runner_.run(record, record::Value::borrowed(is_valid ? line : valid), {}, *block_);
    return;
  }
  line = without_return(line);
  if (line.find_first_not_of(" \t") == std::string_view::npos) return;
  if (header_is_bad_) {
    ++runner_.counts().malformed;
    return reject(record, "the header is bad: " + std::string(parser_->reason()));
  }
  if (!parser_->parse(line, fields_)) {
    ++runner_.counts().malformed;
    return reject(record, std::string(parser_->reason()));
  }
  runner_.run(record, fields_, {}, *block_);
}

void RecordScanner::reject(const FoundRecord& found, std::string reason) {
  if (plan_.options.malformed == JqMalformed::pass) {
    block_->text.append(found.text);
    block_->text.append('\n');
  }
  if (!plan_.reads_all()) return;
  is_ended_ = plan_.options.malformed == JqMalformed::fail;
  output::RecordNote note;
  note.kind = output::RecordNote::Kind::malformed;
  note.line = found.line();
  note.offset = found.offset;
  note.text = std::move(reason);
  if (!plan_.options.reject_file.empty()) note.record = found.text;
  block_->notes.push_back(std::move(note));
  if (plan_.options.malformed == JqMalformed::fail) runner_.end();
}

// A value over several lines is stamped as a whole, or by the first of them that has a stamp, or as the value
// before it.
bool RecordScanner::is_in_window(std::string_view record) {
  input::RecordTime time = window_->time_of(record);
  for (std::size_t at = 0; at < record.size() && time == input::RecordTime::none;) {
    std::size_t end = text::line_end(record, at);
    while (at < end && (record[at] == ' ' || record[at] == '\t'))
      ++at;
    // A line of an object stands for the object: only so are keys known for what they are.
    if (at < end) {
      std::string line(1, '{');
      time = window_->time_of(line.append(record.substr(at, end - at)));
    }
    at = end + 1;
  }
  if (time != input::RecordTime::none) window_->set_current(time);
  return window_->current() == input::RecordTime::inside;
}

// Values over several lines: what is finished is scanned, the rest waits for the next chunk.
void RecordScanner::scan_joined(const text::Chunk& chunk, UnitState& state) {
  const auto mode =
      plan_.options.array ? record::ValueSplitter::Mode::array : record::ValueSplitter::Mode::values;
  if (!state.joined) state.joined.emplace().splitter = record::ValueSplitter(mode);
  JoinedText& joined = *state.joined;
  std::string_view text = chunk.text;
  if (joined.was_cut) {
    const std::size_t end = joined.splitter.feed_one(text);
    if (end > text.size()) return;
    joined.was_cut = false;
    joined.in_array = joined.splitter.is_in_array();
    text.remove_prefix(end);
  }
  const auto place = [&](std::size_t at) {
    joined.offset = chunk.offset + at;
    joined.line = state.totals.lines + text::count_newlines(chunk.text.substr(0, at));
  };
  if (joined.text.empty()) {
    const std::size_t blank = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    joined.splitter.feed(text.substr(0, blank));
    text.remove_prefix(blank);
    place(chunk.text.size() - text.size());
  }
  const std::size_t cut = chunk.is_last ? text.size() : joined.splitter.feed(text);
  joined.text.append(text.substr(0, cut));
  if (cut > 0 || chunk.is_last) {
    scan_whole_values(joined, state);
    text.remove_prefix(cut);
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    place(chunk.text.size() - text.size());
    joined.text.append(text);
  } else {
    joined.text.append(text);
  }
  const std::size_t most =
      std::min<std::uint64_t>(plan_.options.max_line_bytes, plan_.options.memory_bytes / 2);
  if (joined.text.size() > most) drop_joined(state);
}

void RecordScanner::scan_whole_values(JoinedText& joined, UnitState& state) {
  const JsonFraming framing = !plan_.options.array ? JsonFraming::values
                              : joined.in_array    ? JsonFraming::elements
                                                   : JsonFraming::array;
  const std::size_t size = joined.text.size();
  joined.text.append(text::kPadding, '\0');
  text_ = std::string_view(joined.text).substr(0, size);
  offset_ = joined.offset;
  lines_.begin(text_, joined.line);
  window_ = state.window ? &*state.window : nullptr;
  scan_json(text_, framing);
  window_ = nullptr;
  joined.in_array = joined.splitter.is_in_array();
  joined.text.clear();
  if (size > std::size_t{4} << 20) joined.text.shrink_to_fit();
}

// A value that is longer than may be kept.
void RecordScanner::drop_joined(UnitState& state) {
  JoinedText& joined = *state.joined;
  text_ = joined.text;
  offset_ = joined.offset;
  lines_.begin(text_, joined.line);
  ++runner_.counts().malformed;
  const FoundRecord record = found(text_);
  reject(record, "a value is longer than may be kept (--max-line, half of --memory)");
  joined.text = std::string();
  joined.was_cut = true;
}

}  // namespace weir::pipeline
