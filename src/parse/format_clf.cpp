// clf and combined: the access logs of web servers.
//
//   host ident user [time] "METHOD path protocol" status bytes            clf, the Common Log Format
//   ... "referer" "user agent"                                            combined
//
// "-" is null. A request that is no request line has null for its three parts and is kept as `request`. What
// servers append to these formats is kept as `rest`.
#include <cstring>

#include "parse/escapes.hpp"
#include "parse/format_rows.hpp"

namespace weir::parse {

using record::Value;

namespace {

constexpr auto kNone = std::string_view::npos;

class AccessParser : public LineParser {
 public:
  AccessParser(const ParseOptions& options, bool is_combined)
      : LineParser(options), is_combined_(is_combined) {}

 private:
  bool read(std::string_view line) override {
    rest_ = line;
    std::string_view host, ident, user, time, request, status, bytes;
    if (!take_word(host) || !take_word(ident)) return refuse("no client at the start");
    if (!take_user_and_time(user, time)) return refuse("no [time] and request");
    bool escapes = false;
    if (!take_quoted(request, escapes)) return refuse("no quoted request");
    if (!take_number(status)) return refuse("no status");
    if (!take_number(bytes)) return refuse("no number of bytes");
    fields().add("host", fields().text_or_null(host));
    fields().add("ident", fields().text_or_null(ident));
    fields().add("user", fields().text_or_null(user));
    fields().add("time", fields().text(time));
    add_request(request, escapes);
    fields().add("status", fields().scalar_or_null(status));
    fields().add("bytes", fields().scalar_or_null(bytes));
    if (is_combined_ && (!add_quoted("referer") || !add_quoted("user_agent")))
      return refuse("no quoted referer and user agent");
    if (!rest_.empty()) fields().add("rest", fields().text(rest_));
    add_timestamp(time);
    return true;
  }

  // The words and texts behind each other are set off by one blank.
  void skip_blank() noexcept {
    if (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }

  bool take_word(std::string_view& word) noexcept {
    const std::size_t end = rest_.find(' ');
    if (end == kNone || end == 0) return false;
    word = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return true;
  }

  // Names of users may have blanks in them, and brackets: the time is what stands in front of a quote.
  bool take_user_and_time(std::string_view& user, std::string_view& time) noexcept {
    std::size_t end = 1;  // a user is not empty
    for (;;) {
      const std::size_t bracket = rest_.find(" [", end);
      if (bracket == kNone) return false;
      end = rest_.find(']', bracket);
      if (end == kNone) return false;
      user = rest_.substr(0, bracket);
      time = rest_.substr(bracket + 2, end - bracket - 2);
      const std::string_view behind = rest_.substr(end + 1, 2);
      if (behind == " \"" || behind.substr(0, 1) == "\"") break;
    }
    rest_.remove_prefix(end + 1);
    skip_blank();
    return true;
  }

  bool take_quoted(std::string_view& text, bool& escapes) noexcept {
    if (rest_.empty() || rest_.front() != '"') return false;
    const char* quote = closing_quote(rest_.data() + 1, rest_.data() + rest_.size(), escapes);
    if (!quote) return false;
    const auto end = static_cast<std::size_t>(quote - rest_.data());
    text = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    if (!rest_.empty() && rest_.front() != ' ') return false;
    skip_blank();
    return true;
  }

  // Digits or "-".
  bool take_number(std::string_view& number) noexcept {
    std::size_t end = 0;
    while (end < rest_.size() && rest_[end] != ' ')
      ++end;
    number = rest_.substr(0, end);
    rest_.remove_prefix(end);
    skip_blank();
    if (number == "-") return true;
    for (const char c : number) {
      if (!text::stamps::is_digit(c)) return false;
    }
    return !number.empty();
  }

  bool add_quoted(std::string_view key) {
    std::string_view text;
    bool escapes = false;
    if (!take_quoted(text, escapes)) return false;
    fields().add(key, escapes ? unescape_bytes(text, fields()) : fields().text_or_null(text));
    return true;
  }

  void add_request(std::string_view request, bool escapes) {
    const std::size_t method_end = request.find(' ');
    const std::size_t path_end = request.rfind(' ');
    const bool has_method = method_end != kNone && is_method(request.substr(0, method_end));
    if (!has_method) {
      for (const std::string_view key : {"method", "path", "protocol"})
        fields().add(key, Value());
      if (request == "-") return;
      fields().add("request", escapes ? unescape_bytes(request, fields()) : fields().text(request));
      return;
    }
    const std::string_view last = request.substr(path_end + 1);
    const bool has_protocol = path_end > method_end && last.substr(0, 5) == "HTTP/";
    const std::size_t path_size = has_protocol ? path_end - method_end - 1 : kNone;
    const std::string_view path = request.substr(method_end + 1, path_size);
    fields().add("method", fields().text(request.substr(0, method_end)));
    fields().add("path", escapes ? unescape_bytes(path, fields()) : fields().text(path));
    fields().add("protocol", has_protocol ? fields().text(last) : Value());
  }

  static bool is_method(std::string_view word) noexcept {
    for (const char c : word) {
      if (!text::stamps::is_letter(c) && c != '-' && c != '_') return false;
    }
    return !word.empty();
  }

  bool is_combined_;
  std::string_view rest_;  // of the line
};

Result<ParserPtr> make_clf(std::string_view /*argument*/, const ParseOptions& options) {
  return ParserPtr(std::make_unique<AccessParser>(options, false));
}

Result<ParserPtr> make_combined(std::string_view /*argument*/, const ParseOptions& options) {
  return ParserPtr(std::make_unique<AccessParser>(options, true));
}

}  // namespace

// A line of the combined format is one of the common format with something behind it.
const FormatRow kClf = {"clf", "", "access logs in the Common Log Format", make_clf,
                        [](HeadLines lines) { return score_by_parser(kClf, lines, 99); }};
const FormatRow kCombined = {"combined", "", "access logs of nginx and Apache, with referer and user agent",
                             make_combined,
                             [](HeadLines lines) { return score_by_parser(kCombined, lines, 100); }};

}  // namespace weir::parse
