#include "pipeline/record_report.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "record/json.hpp"
#include "text/chunk.hpp"
#include "text/utf8.hpp"

namespace weir::pipeline {

namespace {

using output::RecordNote;
using record::Value;

Value valid_string(std::string_view bytes) {
  std::string text;
  text::append_valid(text, bytes);
  return Value::string(text);
}

// 0, or the errno of what went wrong.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(fd, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return 0;
}

}  // namespace

RecordReport::RecordReport(const RecordPlan& plan, base::Diagnostics& diagnostics)
    : plan_(plan), diagnostics_(diagnostics) {
  const output::RecordFormatRow* row = output::find_record_format(plan.options.to);
  if (row && row->make) format_ = row->make([this](std::string_view text) { diagnostics_.note(text); });
}

bool RecordReport::open() {
  const std::string& path = plan_.options.reject_file;
  if (path.empty()) return true;
  reject_file_.reset(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (reject_file_.get() >= 0) return true;
  diagnostics_.error(path + ": " + base::errno_text(errno));
  return false;
}

void RecordReport::take(const input::Source& source, std::uint64_t lines, const output::Block& block) {
  for (const RecordNote& note : block.notes) {
    if (ends_run()) break;
    tell(source, lines + note.line + 1, note);
  }
  if (block.last_output != output::LastOutput::none) last_output_ = block.last_output;
}

void RecordReport::tell(const input::Source& source, std::uint64_t line, const RecordNote& note) {
  const std::string place = std::string(input::display_name(source)) + ":" + std::to_string(line) + ": ";
  switch (note.kind) {
    case RecordNote::Kind::failed:
      any_failed_ = true;
      diagnostics_.note(place + note.text);
      return;
    case RecordNote::Kind::message:
      diagnostics_.as_it_is(note.text);
      return;
    case RecordNote::Kind::halted:
      if (!note.text.empty()) diagnostics_.as_it_is(note.text);
      halt_status_ = note.status;
      return;
    case RecordNote::Kind::malformed:
      reject(source, line, note);
      if (plan_.options.malformed != JqMalformed::fail) return;
      ended_by_malformed_ = true;
      diagnostics_.error(place + note.text + " (--malformed=fail)");
  }
}

void RecordReport::reject(const input::Source& source, std::uint64_t line, const RecordNote& note) {
  if (reject_file_.get() < 0) return;
  Value record = Value::object();
  record::Object& fields = record.edit_object();
  fields.add(Value::borrowed("file"), valid_string(input::display_name(source)));
  fields.add(Value::borrowed("line"), Value::number(static_cast<double>(line)));
  fields.add(Value::borrowed("offset"), Value::number(static_cast<double>(note.offset)));
  fields.add(Value::borrowed("reason"), valid_string(note.text));
  fields.add(Value::borrowed("text"), valid_string(note.record));
  std::string text = record::to_json(record);
  text += '\n';
  if (const int error = write_all(reject_file_.get(), text); error != 0) {
    diagnostics_.error(plan_.options.reject_file + ": write: " + base::errno_text(error));
    reject_file_.reset();
  }
}

std::string_view RecordReport::reformat(base::TextBuffer& lines) {
  if (!format_) return lines.view();
  formatted_.clear();
  lines.room(text::kPadding);
  reader_.open(lines.view(), record::JsonFraming::lines);
  for (record::Record record; reader_.next(record); record.root = Value()) {
    if (record.status == record::RecordStatus::ok) {
      format_->write(record.root, formatted_);
    } else {
      formatted_.append(record.text);  // a malformed record that is passed on
      formatted_.append('\n');
    }
  }
  return formatted_.view();
}

std::string_view RecordReport::finish() {
  formatted_.clear();
  if (format_) format_->finish(formatted_);
  return formatted_.view();
}

}  // namespace weir::pipeline
