// logfmt: key=value pairs, as Go's and Heroku's loggers write them.
//
// Values are numbers where they look like JSON's, true, false and null; in quotes they are strings. A key
// without '=' is true, one with nothing behind the '=' an empty string. The time is that of the first field
// with a usual name, or stands at the start of the line.
#include "parse/escapes.hpp"
#include "parse/format_rows.hpp"
#include "text/stamp_fields.hpp"

namespace weir::parse {

using record::Value;

namespace {

bool is_blank(char c) noexcept {
  return static_cast<unsigned char>(c) <= ' ';
}

std::string_view between(const char* begin, const char* end) noexcept {
  return {begin, static_cast<std::size_t>(end - begin)};
}

class LogfmtParser : public LineParser {
 public:
  using LineParser::LineParser;

 private:
  bool read(std::string_view line) override {
    p_ = line.data();
    end_ = p_ + line.size();
    bool has_pair = false;
    bool has_stamp = false;
    for (;;) {
      while (p_ < end_ && is_blank(*p_))
        ++p_;
      if (p_ == end_) break;
      const std::string_view key = take_key();
      if (key.empty()) return refuse("'=' or '\"' where a key should be");
      if (p_ == end_ || *p_ != '=') {
        fields().add(key, Value::boolean(true));
        continue;
      }
      has_pair = true;
      ++p_;
      if (!take_value(key)) return false;
      if (!has_stamp && text::stamps::is_time_field(key)) stamp_ = raw_, has_stamp = true;
    }
    if (!has_pair) return refuse("no key=value");
    if (!has_stamp || !add_timestamp(stamp_)) add_timestamp(line);
    return true;
  }

  std::string_view take_key() noexcept {
    const char* begin = p_;
    while (p_ < end_ && !is_blank(*p_) && *p_ != '=' && *p_ != '"')
      ++p_;
    return p_ < end_ && *p_ == '"' ? std::string_view() : between(begin, p_);
  }

  bool take_value(std::string_view key) {
    if (p_ < end_ && *p_ == '"') return take_quoted(key);
    const char* begin = p_;
    while (p_ < end_ && !is_blank(*p_))
      ++p_;
    raw_ = between(begin, p_);
    fields().add(key, bare(raw_));
    return true;
  }

  Value bare(std::string_view word) {
    if (word.empty()) return Value::borrowed("");
    switch (word.front()) {
      case 't':
        if (word == "true") return Value::boolean(true);
        break;
      case 'f':
        if (word == "false") return Value::boolean(false);
        break;
      case 'n':
        if (word == "null") return Value();
        break;
      default:
        return fields().scalar(word);
    }
    return fields().text(word);
  }

  bool take_quoted(std::string_view key) {
    bool escapes = false;
    const char* quote = closing_quote(p_ + 1, end_, escapes);
    if (!quote) return refuse("a quote is not closed");
    raw_ = between(p_ + 1, quote);
    p_ = quote + 1;
    if (p_ < end_ && !is_blank(*p_)) return refuse("text right behind a closing quote");
    fields().add(key, escapes ? unescape_json(raw_, fields()) : fields().text(raw_));
    return true;
  }

  const char* p_ = nullptr;
  const char* end_ = nullptr;
  std::string_view raw_;    // the value taken last, without quotes
  std::string_view stamp_;  // that of the first field with the name of a time
};

// A line that begins with a pair, and has others; a word now and then is no text with an '=' in it.
bool looks_like_logfmt(std::string_view line) noexcept {
  const std::size_t equals = line.find('=');
  const std::size_t blank = line.find(' ');
  if (equals == 0 || equals == std::string_view::npos || blank < equals || line.front() == '{') return false;
  for (const char c : line.substr(0, equals)) {
    const bool is_word = text::stamps::is_word(c) || c == '.' || c == '-' || c == '@' || c == '/' || c == '#';
    if (!is_word) return false;
  }
  return blank == std::string_view::npos || line.find('=', blank) != std::string_view::npos;
}

int score(HeadLines lines) {
  const int fitting = score_of(lines, 96, looks_like_logfmt);
  return fitting == 0 ? 0 : std::min(fitting, score_by_parser(kLogfmt, lines, 96));
}

}  // namespace

const FormatRow kLogfmt = {"logfmt", "", "key=value pairs", make_plain<LogfmtParser>, score};

}  // namespace weir::parse
