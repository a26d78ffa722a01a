// syslog: RFC 5424, RFC 3164, and the latter as rsyslog writes it to files, with stamps of RFC 3339.
//
//   <34>1 2026-03-01T12:00:00.003Z host app 1234 ID47 [id@1 key="value"] message
//   <34>Mar  1 12:00:00 host app[1234]: message
//
// All with and without the priority. Fields: facility and severity by name (of a priority only), time, host,
// app, pid, in RFC 5424 also msgid and data (its structured data, an object of objects), and message. "-" of
// RFC 5424 is null; so are app and pid where a line has none.
#include "parse/format_rows.hpp"
#include "parse/syslog_data.hpp"
#include "text/stamp_formats.hpp"

namespace weir::parse {

using record::Value;

namespace {

constexpr std::string_view kFacilities[] = {"kern",   "user",   "mail",   "daemon", "auth",     "syslog",
                                            "lpr",    "news",   "uucp",   "cron",   "authpriv", "ftp",
                                            "ntp",    "audit",  "alert",  "clock",  "local0",   "local1",
                                            "local2", "local3", "local4", "local5", "local6",   "local7"};
constexpr std::string_view kSeverities[] = {"emerg",   "alert",  "crit", "err",
                                            "warning", "notice", "info", "debug"};
constexpr auto kNone = std::string_view::npos;

class SyslogParser : public LineParser {
 public:
  using LineParser::LineParser;

 private:
  bool read(std::string_view line) override {
    rest_ = line;
    if (!rest_.empty() && rest_.front() == '<' && !take_priority()) return refuse("bad priority");
    if (is_version()) return read_5424();
    std::string_view time, host;
    if (!take_time(time)) return refuse("no time at the start");
    take_word(host);
    if (host.empty()) return refuse("no host");
    fields().add("time", fields().text(time));
    fields().add("host", fields().text(host));
    add_tag();
    fields().add("message", fields().text(rest_));
    add_timestamp(time);
    return true;
  }

  // <0> to <191>.
  bool take_priority() {
    std::size_t value = 0;
    std::size_t at = 1;
    for (; at < rest_.size() && at < 4 && text::stamps::is_digit(rest_[at]); ++at)
      value = value * 10 + static_cast<std::size_t>(rest_[at] - '0');
    if (at == 1 || at == rest_.size() || rest_[at] != '>' || (rest_[1] == '0' && at > 2)) return false;
    if (value / 8 >= std::size(kFacilities)) return false;
    fields().add("facility", Value::borrowed(kFacilities[value / 8]));
    fields().add("severity", Value::borrowed(kSeverities[value % 8]));
    rest_.remove_prefix(at + 1);
    return true;
  }

  // The one version that there is, and what follows it must look like a time, or be left out.
  bool is_version() const noexcept {
    if (rest_.substr(0, 2) != "1 " || rest_.size() < 3) return false;
    return rest_[2] == '-' ||
           (rest_.size() > 7 && text::stamps::four_digits(&rest_[2]) >= 0 && rest_[6] == '-');
  }

  bool read_5424() {
    rest_.remove_prefix(2);
    std::string_view time;
    take_word(time);
    fields().add("time", fields().text_or_null(time));
    for (const std::string_view key : {"host", "app", "pid", "msgid"}) {
      std::string_view word;
      take_word(word);
      if (word.empty()) return refuse("the header is cut off");
      fields().add(key, key == "pid" ? fields().scalar_or_null(word) : fields().text_or_null(word));
    }
    Value data;
    if (!take_syslog_data(rest_, fields(), data)) return refuse("bad structured data");
    fields().add("data", std::move(data));
    if (!rest_.empty()) rest_.remove_prefix(1);
    if (rest_.substr(0, 3) == "\xef\xbb\xbf") rest_.remove_prefix(3);
    fields().add("message", fields().text(rest_));
    add_timestamp(time);
    return true;
  }

  // Up to the next blank, which is left out.
  void take_word(std::string_view& word) noexcept {
    word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(std::min(word.size() + 1, rest_.size()));
  }

  bool take_time(std::string_view& time) noexcept {
    if (rest_.empty()) return false;
    const char* begin = rest_.data();
    const char* end = begin + rest_.size();
    text::Stamp stamp;
    const char* behind = text::stamps::is_digit(*begin) ? text::stamps::parse_iso(begin, end, stamp)
                                                        : text::stamps::parse_syslog(begin, end, stamp);
    if (!behind || behind == end || *behind != ' ') return false;
    if (stamp.has_year && (!stamp.has_zone || begin[10] != 'T')) return false;
    time = rest_.substr(0, static_cast<std::size_t>(behind - begin));
    rest_.remove_prefix(time.size() + 1);
    return true;
  }

  // "app[1234]: " or "app: ".
  void add_tag() {
    const std::size_t end = rest_.find_first_of(" :[");
    std::string_view app, pid;
    std::size_t behind = kNone;
    if (end != kNone && end > 0 && rest_[end] == ':') behind = end;
    if (end != kNone && end > 0 && rest_[end] == '[') {
      const std::size_t close = rest_.find_first_of("] ", end);
      if (close != kNone && rest_.substr(close, 2) == "]:") behind = close + 1;
    }
    // A ':' inside of a word, as of an address, ends no tag.
    if (behind != kNone && (behind + 1 == rest_.size() || rest_[behind + 1] == ' ')) {
      app = rest_.substr(0, end);
      if (rest_[end] == '[') pid = rest_.substr(end + 1, behind - end - 2);
      rest_.remove_prefix(std::min(behind + 2, rest_.size()));
    }
    fields().add("app", app.empty() ? Value() : fields().text(app));
    fields().add("pid", pid.empty() ? Value() : fields().scalar(pid));
  }

  std::string_view rest_;  // of the line
};

// Many other logs begin with a stamp of RFC 3339 and a word: those must have a tag.
int score(HeadLines lines) {
  SyslogParser parser{ParseOptions()};
  Value record;
  return score_of(lines, 97, [&](std::string_view line) {
    if (!parser.parse(line, record)) return false;
    return !text::stamps::is_digit(line.front()) || !record.fields().find("app")->is_null();
  });
}

}  // namespace

const FormatRow kSyslog = {"syslog", "", "syslog, RFC 3164 and RFC 5424, with or without <PRI>",
                           make_plain<SyslogParser>, score};

}  // namespace weir::parse
