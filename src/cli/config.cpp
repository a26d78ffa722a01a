#include "cli/config.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "cli/grep_options.hpp"
#include "cli/text_file.hpp"
#include "pipeline/resolve.hpp"

namespace weir::cli {

namespace {

constexpr std::size_t kMostBytes = 1U << 20;  // an endless file named by mistake must not be read for ever
constexpr std::string_view kSpace = " \t\r\n\v\f";

struct Place {
  std::string path;
  bool is_named = false;  // by WEIR_CONFIG: then it has to be there
};

struct Entry {
  std::vector<std::string> arguments;  // an option, and its value where it needs a word of its own
  std::size_t line = 0;
};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::optional<Place> find_file() {
  if (std::getenv("WEIR_CONFIG")) {
    const std::string path = variable("WEIR_CONFIG");
    if (path.empty()) return std::nullopt;
    return Place{path, true};
  }
  const std::string base = variable("XDG_CONFIG_HOME");
  if (!base.empty() && base.front() == '/') return Place{base + "/weir/config", false};
  const std::string home = variable("HOME");
  if (home.empty()) return std::nullopt;
  return Place{home + "/.config/weir/config", false};
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(kSpace), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

// The option that `word` names, alone and without a value behind '='.
const CLI::Option* option_of(const CLI::App& app, const std::string& word) {
  const bool is_long = word.size() > 2 && word.compare(0, 2, "--") == 0;
  const bool is_short = word.size() == 2 && word[0] == '-' && word[1] != '-';
  return is_long || is_short ? app.get_option_no_throw(word) : nullptr;
}

// Whether the next line is the value of `word`.
bool awaits_value(const CLI::App& app, const std::string& word) {
  const CLI::Option* option = option_of(app, word);
  return option && option->get_items_expected_max() > 0;
}

// In one word, so that a value may begin with a dash.
std::string with_value(const CLI::App& app, const std::string& word, std::string_view value) {
  return "--" + option_of(app, word)->get_lnames().front() + "=" + std::string(value);
}

class Parser {
 public:
  explicit Parser(std::string path) : path_(std::move(path)) {
    app_.set_help_flag();  // --help is for the command line, and -h means something else
    add_grep_options(app_, arguments_);
  }

  // The entries for `weir grep`.
  Result<std::vector<Entry>> parse(std::string_view text) {
    if (text.substr(0, 3) == "\xef\xbb\xbf") text.remove_prefix(3);
    for (std::size_t line = 1; !text.empty(); ++line) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      const auto error = take(trimmed(text.substr(0, end)), line);
      if (error) return *error;
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (!open_.empty()) return at(open_line_, open_ + " lacks its value");
    return std::move(entries_);
  }

  // An error with its place.
  Error at(std::size_t line, const std::string& what, ErrorCode code = ErrorCode::bad_argument) const {
    return Error(code, path_ + ":" + std::to_string(line) + ": " + what);
  }

 private:
  std::optional<Error> take(std::string_view text, std::size_t line) {
    if (text.empty() || text.front() == '#') return std::nullopt;
    const std::string word(text);
    if (!open_.empty()) {
      entries_.push_back({{with_value(app_, open_, text)}, open_line_});
      open_.clear();
    } else if (text.front() == '[') {
      if (text != "[grep]") return at(line, word + " is not a section: there is [grep]");
    } else if (text.front() != '-' || text == "-" || text == "--") {
      return at(line, "'" + word + "' is not an option");
    } else if (text == "--no-config") {
      return at(line, "--no-config belongs on the command line");
    } else if (text == "--color" || text == "--colour") {
      entries_.push_back({{"--color=auto"}, line});  // as on the command line
    } else if (awaits_value(app_, word)) {
      open_ = word;
      open_line_ = line;
    } else {
      entries_.push_back({{word}, line});
    }
    return std::nullopt;
  }

  std::string path_;
  Command app_;
  GrepArguments arguments_;
  std::vector<Entry> entries_;
  std::string open_;  // an option that waits for its value
  std::size_t open_line_ = 0;
};

// What is wrong with these options, as the command line would have it.
std::optional<Error> complaint(const std::vector<std::string>& words) {
  Command app;
  app.set_help_flag();
  app.allow_extras();
  GrepArguments arguments;
  add_grep_options(app, arguments);
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return Error(ErrorCode::bad_argument, usage_text(error));
  }
  const std::vector<std::string> unknown = app.remaining();
  if (!unknown.empty()) return Error(ErrorCode::bad_argument, "unknown option " + unknown.front());
  arguments.files = true;  // no pattern is missing
  arguments.pattern_files.clear();
  if (arguments.io == "auto")
    arguments.io = "threads";  // not what WEIR_IO says: that is no option of the file
  const auto options = to_grep_options(arguments);
  if (!options) return options.error();
  const auto resolved = pipeline::resolve(options.value(), pipeline::Purpose::list);
  if (!resolved) return resolved.error();
  return std::nullopt;
}

// The lines one by one, once it is known that something is wrong.
std::optional<Error> find_complaint(const Parser& parser, const std::vector<Entry>& entries) {
  for (const Entry& entry : entries) {
    const auto error = complaint(entry.arguments);
    if (error) return parser.at(entry.line, error->what, error->code);
  }
  return std::nullopt;
}

}  // namespace

Result<Config> read_config() {
  Config config;
  const auto place = find_file();
  if (!place) return config;
  std::string text;
  const int failure = read_text_file(place->path, text, kMostBytes);
  if (failure != 0) {
    const bool is_missing = failure == ENOENT || failure == ENOTDIR;
    if (place->is_named || !is_missing)
      config.unreadable = place->path + ": configuration file: " + std::strerror(failure);
    return config;
  }
  Parser parser(place->path);
  const auto entries = parser.parse(text);
  if (!entries) return entries.error();
  for (const Entry& entry : entries.value())
    config.arguments.insert(config.arguments.end(), entry.arguments.begin(), entry.arguments.end());
  const auto whole = config.arguments.empty() ? std::nullopt : complaint(config.arguments);
  if (!whole) return config;
  const auto one = find_complaint(parser, entries.value());
  return one ? *one : Error(whole->code, place->path + ": " + whole->what);
}

}  // namespace weir::cli
