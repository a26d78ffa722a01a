// docker: what container runtimes wrap around the lines of a program.
//
//   {"log":"...\n","stream":"stdout","time":"2026-03-01T12:00:00.123456789Z"}     Docker's json-file
//   2026-03-01T12:00:00.123456789Z stdout F ...                                   Kubernetes (CRI)
//
// A wrapped JSON object becomes the record, with "stream", "@timestamp" and what else the wrapper has where
// the object has no such field; any other text is "log". Runtimes cut long lines into parts, of which all but
// the last are marked: by P in place of F, or by a missing \n. Parts are not joined, as ranges of a file are
// read apart: such a part is {"log": ..., "partial": true}, and not taken for JSON.
#include "parse/format_rows.hpp"
#include "parse/inner_object.hpp"
#include "text/stamp_formats.hpp"

namespace weir::parse {

using record::Value;

namespace {

constexpr auto kNone = std::string_view::npos;

class DockerParser : public LineParser {
 public:
  using LineParser::LineParser;

 private:
  bool read(std::string_view line) override {
    return !line.empty() && line.front() == '{' ? read_json_file(line) : read_cri(line);
  }

  bool read_json_file(std::string_view line) {
    const record::Object* wrapper = wrapper_.read(fields().text(line).text());
    if (!wrapper) return refuse("no JSON object");
    const Value* log = wrapper->find("log");
    const Value* time = wrapper->find("time");
    if (!log || !log->is_string()) return refuse("no text in \"log\"");
    std::string_view text = log->text();
    const bool is_whole = !text.empty() && text.back() == '\n';
    if (is_whole) text.remove_suffix(1);
    add_log(text, !is_whole);
    for (const record::Object::Field& field : *wrapper) {
      const std::string_view key = field.key.text();
      if (key != "log" && key != "time" && !fields().has(key)) fields().add(key, field.value);
    }
    if (time && time->is_string() && !add_timestamp(time->text()) && !fields().has("time"))
      fields().add("time", *time);
    return true;
  }

  // TIME STREAM TAGS TEXT; of the tags the first says whether the text is a whole line.
  bool read_cri(std::string_view line) {
    const std::string_view time = take_word(line);
    const std::string_view stream = take_word(line);
    const std::string_view tags = take_word(line);
    if (stream != "stdout" && stream != "stderr") return refuse("no wrapped line");
    text::Stamp stamp;
    if (!text::stamps::parse_iso(time.data(), time.data() + time.size(), stamp)) return refuse("no time");
    const std::string_view tag = tags.substr(0, tags.find(':'));
    if (tag != "F" && tag != "P") return refuse("neither F nor P");
    add_log(line, tag == "P");
    if (!fields().has("stream")) fields().add("stream", Value::borrowed(stream));
    add_timestamp(time);
    return true;
  }

  static std::string_view take_word(std::string_view& rest) noexcept {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    return word;
  }

  void add_log(std::string_view text, bool is_partial) {
    const std::size_t begin = text.find_first_not_of(" \t");
    const bool may_be_object = !is_partial && begin != kNone && text[begin] == '{';
    const Value valid = fields().repaired(text);
    const record::Object* object = may_be_object ? inner_.read(valid.text()) : nullptr;
    if (object) return add_members(*object, fields());
    fields().add("log", valid);
    if (is_partial) fields().add("partial", Value::boolean(true));
  }

  ObjectReader wrapper_;
  ObjectReader inner_;
};

}  // namespace

const FormatRow kDocker = {
    "docker", "", "lines in the wrappers of Docker and Kubernetes, JSON inside taken out",
    make_plain<DockerParser>, [](HeadLines lines) { return score_by_parser(kDocker, lines, 100); }};

}  // namespace weir::parse
