#include "record/json_reader.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "record/json_scalar.hpp"
#include "record/value_splitter.hpp"
#include "text/chunk.hpp"

namespace weir::record {

namespace {

constexpr std::size_t kBatch = 64 * 1024;

bool is_blank(char byte) noexcept {
  return is_json_space(byte) || byte == '\x1e';
}

// Behind the next newline at or after `from`.
std::size_t next_line(std::string_view text, std::size_t from) noexcept {
  if (from >= text.size()) return text.size();
  const void* newline = std::memchr(text.data() + from, '\n', text.size() - from);
  return newline ? static_cast<std::size_t>(static_cast<const char*>(newline) - text.data()) + 1
                 : text.size();
}

}  // namespace

JsonReader::JsonReader(const FieldSet* fields) : walk_(fields) {}

JsonReader::~JsonReader() = default;

void JsonReader::open(std::string_view text, JsonFraming framing, JsonLifetime lifetime) {
  text_ = text;
  framing_ = framing;
  lifetime_ = lifetime;
  in_array_ = framing == JsonFraming::elements;
  used_ = 0;
  position_ = 0;
  begin_ = end_ = line_end_ = damaged_end_ = 0;
  size_ = kBatch;
  index_ = nullptr;
  is_bad_piece_ = false;
}

// One that no living record refers to.
JsonIndex& JsonReader::free_index() {
  if (lifetime_ == JsonLifetime::record) used_ = 0;
  if (used_ == indexes_.size()) indexes_.push_back(std::make_unique<JsonIndex>());
  return *indexes_[used_];
}

// Indexes the text from end_ on: as much as makes a batch, up to the end of a line.
bool JsonReader::next_batch() {
  begin_ = end_;
  position_ = 0;
  if (begin_ >= text_.size()) return false;
  if (begin_ < damaged_end_) return next_piece();
  end_ = text_.size() - begin_ <= size_ ? text_.size() : next_line(text_, begin_ + size_ - 1);
  index_ = &free_index();
  if (!index_->build(text_.substr(begin_, end_ - begin_))) {
    damaged_end_ = end_;
    return next_piece();
  }
  size_ = std::max(kBatch, size_ / 2);
  ++used_;
  return true;
}

// Indexes one line, or what the splitter takes for one value.
bool JsonReader::next_piece() {
  while (begin_ < text_.size() && skip_separator(text_[begin_]))
    ++begin_;
  end_ = begin_;
  if (begin_ == text_.size()) return false;
  end_ = piece_end(begin_);
  index_ = &free_index();
  is_bad_piece_ = !index_->build(text_.substr(begin_, end_ - begin_));
  if (!is_bad_piece_) ++used_;
  return true;
}

std::size_t JsonReader::piece_end(std::size_t begin) const {
  if (is_in_lines()) return next_line(text_, begin);
  ValueSplitter splitter;
  return begin + std::min(splitter.feed_one(text_.substr(begin)), text_.size() - begin);
}

bool JsonReader::skip_separator(char byte) noexcept {
  if (is_blank(byte)) return true;
  if (!is_of_array()) return false;
  if (in_array_ && byte == ',') return true;
  if (byte != (in_array_ ? ']' : '[')) return false;
  in_array_ = !in_array_;
  return true;
}

// A scalar directly behind a separator byte (0x1e) is not in the index: the line is read anew from there.
void JsonReader::skip_separators() {
  while (index_ && position_ < index_->size() && skip_separator(index_->at(position_))) {
    const std::uint32_t at = index_->offsets()[position_++];
    if (index_->text()[at] != '\x1e') continue;
    std::size_t behind = begin_ + at;
    while (behind < end_ && is_blank(text_[behind]))
      ++behind;
    if (behind == end_ || behind == begin_ + index_->offsets()[position_]) continue;
    damaged_end_ = std::max(damaged_end_, next_line(text_, behind));
    end_ = behind;
    position_ = index_->size();
  }
}

// Where to go on behind a bad value, which begins at `begin` and stopped being one at `error`.
std::size_t JsonReader::resume_at(std::size_t begin, std::size_t error) const {
  if (is_in_lines()) return line_end_;
  if (is_of_array()) return piece_end(begin);
  const std::size_t line = next_line(text_, error > begin ? error - 1 : begin);
  for (std::size_t at = line; at < text_.size(); at = next_line(text_, at)) {
    if (text_[at] == '{' || text_[at] == '[') return at;
  }
  return line;
}

void JsonReader::go_to(std::size_t offset) {
  if (offset >= end_) {
    end_ = offset;
    position_ = index_->size();
    return;
  }
  const std::uint32_t* offsets = index_->offsets();
  const auto* found = std::lower_bound(offsets + position_, offsets + index_->size(), offset - begin_);
  position_ = static_cast<std::uint32_t>(found - offsets);
}

void JsonReader::spoil(Record& record, std::size_t begin, std::size_t end) {
  record.text = text_.substr(begin, end - begin);
  while (!record.text.empty() && is_blank(record.text.back()))
    record.text.remove_suffix(1);
  record.offset = begin;
  record.root = Value();
  record.status = RecordStatus::doubtful;
}

// For the writer: whether the value at the current position is as jq would write it.
void JsonReader::note_compact(std::size_t begin, std::size_t end) {
  const bool is_compact = walk_.shape() && walk_.shape()->is_compact() &&
                          index_->next_escape(static_cast<std::uint32_t>(begin)) >= end;
  index_->set_compact(position_, is_compact ? static_cast<std::uint32_t>(end - begin) : 0);
}

// The end of the lines that the value at `begin` may take up.
std::size_t JsonReader::limit_of(std::size_t begin) {
  const bool is_one_line = walk_.shape() && walk_.shape()->is_one_line();
  if (!is_in_lines() || is_one_line) return text_.size();
  if (begin >= line_end_) line_end_ = next_line(text_, begin);
  return line_end_;
}

void JsonReader::accept(Record& record, std::size_t begin) {
  const std::uint32_t* offsets = index_->offsets();
  const std::uint32_t last = walk_.end() - 1;
  const std::size_t end =
      last == position_ ? token_end(index_->text(), offsets[last + 1]) : offsets[last] + 1U;
  record.text = text_.substr(begin, begin_ + end - begin);
  record.offset = begin;
  record.root = index_->value(position_);
  record.status = RecordStatus::ok;
  note_compact(begin - begin_, end);
  position_ = walk_.end();
}

// Reads the value at the current position. False: it goes on behind the batch, which is left for a larger
// one.
bool JsonReader::read_value(Record& record) {
  const std::size_t begin = begin_ + index_->offsets()[position_];
  const JsonWalk::Outcome outcome = walk_.walk(*index_, position_);
  const std::size_t limit = limit_of(begin);
  if (outcome == JsonWalk::Outcome::valid && begin_ + index_->offsets()[walk_.end() - 1] < limit) {
    accept(record, begin);
    return true;
  }
  const bool has_more = !is_in_lines() && end_ < text_.size() && begin_ >= damaged_end_;
  if (outcome == JsonWalk::Outcome::unfinished && has_more) {
    if (begin == begin_) size_ = 2 * (end_ - begin_);
    end_ = begin;
    position_ = index_->size();
    return false;
  }
  const std::size_t error = begin_ + index_->offsets()[std::min(walk_.end(), index_->size())];
  const std::size_t resume = resume_at(begin, error);
  spoil(record, begin, resume);
  go_to(resume);
  return true;
}

bool JsonReader::next(Record& record) {
  for (;;) {
    if (is_bad_piece_) {
      is_bad_piece_ = false;
      spoil(record, begin_, end_);
      if (!record.text.empty()) return true;
    }
    skip_separators();
    if (index_ && position_ < index_->size()) {
      if (read_value(record)) return true;
      continue;
    }
    if (!next_batch()) return false;
  }
}

namespace {

// The whole lines of a file's beginning, padded.
class WholeLines {
 public:
  explicit WholeLines(std::string_view head)
      : size_(head.rfind('\n') + 1), text_(head.substr(0, size_)) {  // 0 when there is none
    text_.append(text::kPadding, ' ');
  }

  std::string_view text() const noexcept { return std::string_view(text_).substr(0, size_); }

 private:
  std::size_t size_;
  std::string text_;
};

// Whether a line of `text` is an object from its first byte to its last, as none is within a printed value.
bool has_object_line(std::string_view text) {
  JsonReader reader;
  reader.open(text, JsonFraming::lines);
  for (Record record; reader.next(record);) {
    const bool begins_line = record.offset == 0 || text[record.offset - 1] == '\n';
    const std::size_t end = record.offset + record.text.size();
    const bool ends_line = text[end] == '\n' || text[end] == '\r';
    if (record.status == RecordStatus::ok && begins_line && ends_line && record.text.front() == '{')
      return true;
  }
  return false;
}

// Whether `tail`, the end of `text`, may be the beginning of a value over several lines.
bool may_go_on(std::string_view tail, std::string_view text) {
  if (has_object_line(tail)) return false;
  std::string_view first = tail.substr(0, tail.find('\n'));
  while (!first.empty() && is_blank(first.back()))
    first.remove_suffix(1);
  constexpr std::string_view kOpen = "{[,:";
  const bool is_open = !first.empty() && kOpen.find(first.back()) != std::string_view::npos;
  return is_open || !has_object_line(text);
}

// What is in malformed records, but for a value that goes on behind the text.
std::size_t bytes_lost(std::string_view text, JsonFraming framing) {
  JsonReader reader;
  reader.open(text, framing);
  const std::size_t whole = text.find_last_not_of(" \t\r\n") + 1;
  std::size_t lost = 0;
  for (Record record; reader.next(record);) {
    if (record.status == RecordStatus::ok) continue;
    const bool is_unfinished = framing == JsonFraming::values &&
                               record.offset + record.text.size() >= whole &&
                               may_go_on(text.substr(record.offset), text);
    if (!is_unfinished) lost += record.text.size();
  }
  return lost;
}

}  // namespace

bool reads_best_by_lines(std::string_view head) {
  const WholeLines lines(head);
  if (lines.text().empty()) return false;
  const std::size_t lost = bytes_lost(lines.text(), JsonFraming::lines);
  return lost == 0 || lost <= bytes_lost(lines.text(), JsonFraming::values);
}

bool looks_like_lines(std::string_view head) {
  const WholeLines whole(head);
  const std::string_view lines = whole.text();
  JsonReader reader;
  reader.open(lines, JsonFraming::lines);
  std::size_t good = 0;
  std::size_t bad = 0;
  std::size_t line = 0;  // end of that of the last record
  for (Record record; reader.next(record);) {
    const bool is_good = record.status == RecordStatus::ok;
    if (record.offset >= line) {
      good += is_good;
      bad += !is_good;
    } else if (!is_good) {
      --good;  // what came before it was good, or the line would have ended
      ++bad;
    }
    line = next_line(lines, record.offset);
  }
  return good > 2 * bad;
}

}  // namespace weir::record
