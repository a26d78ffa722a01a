// From the arguments as given to what libweir is asked for: values are read, pattern files too.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>

#include "cli/colors.hpp"
#include "cli/grep_options.hpp"
#include "cli/terminal.hpp"

namespace weir::cli {

namespace {

using Strings = std::vector<std::string>;

// Patterns are separated by newlines wherever they come from, as in grep.
void split_patterns(const std::string& text, Strings& patterns) {
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    patterns.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  patterns.push_back(text.substr(begin));
}

// With -U a newline is part of a pattern.
void add_patterns(const GrepArguments& a, const std::string& text, Strings& patterns) {
  if (!a.multiline) return split_patterns(text, patterns);
  patterns.push_back(text);
}

// The error, if the file cannot be read.
std::string read_pattern_file(const std::string& path, Strings& patterns) {
  std::ifstream file;
  if (path != "-") {
    errno = 0;
    file.open(path, std::ios::binary);
    if (!file) return path + ": " + std::strerror(errno);
  }
  std::istream& in = path == "-" ? std::cin : file;
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (in.bad()) return path + ": cannot read";
  if (text.empty()) return {};  // no pattern at all, not an empty one
  if (text.back() == '\n') text.pop_back();
  split_patterns(text, patterns);
  return {};
}

void apply_output_mode(const GrepArguments& a, GrepOptions& options) {
  if (a.quiet) {
    options.output = GrepOutput::quiet;
  } else if (a.listing) {
    options.output = *a.listing;
  } else if (a.count_by_pattern) {
    options.output = GrepOutput::count_by_pattern;
  } else if (a.count_matches) {
    options.output = GrepOutput::count_matches;
  } else if (a.count || a.total) {
    options.output = GrepOutput::count;
  } else if (a.only_matching) {
    options.output = GrepOutput::only_matching;
  }
}

// "name:=pattern" gives a pattern its name; what has none keeps an empty one.
void take_names(GrepOptions& options) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  const auto is_part = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-'; };
  for (std::string& pattern : options.patterns) {
    std::string& name = options.pattern_names.emplace_back();
    const auto end = std::find_if_not(pattern.begin(), pattern.end(), is_part);
    const auto size = static_cast<std::size_t>(end - pattern.begin());
    if (size == 0 || !is_letter(pattern.front()) || pattern.compare(size, 2, ":=") != 0) continue;
    name = pattern.substr(0, size);
    pattern.erase(0, size + 2);
  }
}

void apply_flags(const GrepArguments& a, GrepOptions& options) {
  options.syntax = a.syntax;
  options.and_patterns = a.and_patterns;
  options.not_patterns = a.not_patterns;
  options.record_start = a.record_start;
  options.record_auto = a.record == "auto";
  options.multiline = a.multiline;
  options.multiline_dot_all = a.multiline_dot_all;
  options.case_mode = a.case_mode;
  options.invert = a.invert;
  options.word = a.word && !a.whole_line;
  options.whole_line = a.whole_line;
  options.line_numbers = a.line_number || a.column || a.vimgrep;
  options.columns = a.column || a.vimgrep;
  options.line_per_match = a.vimgrep;
  options.heading = a.heading && !a.vimgrep;
  options.trim = a.trim;
  options.json = a.json;
  options.replacement = a.replacement;
  options.passthru = a.passthru;
  options.groups = a.context || a.before_context || a.after_context;
  options.context_separator = a.context_separator;
  options.zero_counts = a.zero_counts;
  options.total = a.total;
  options.byte_offsets = a.byte_offset;
  options.labels = a.label;
  options.names = a.vimgrep && a.names == GrepNames::automatic ? GrepNames::always : a.names;
  options.null_after_names = a.null;
  options.line_end = a.line_end;
  options.hyperlink_format = a.hyperlink_format;
  options.engine = a.engine;
}

// The condition stands in for a pattern, as -e does: all that is left are paths.
std::optional<Error> apply_condition(const GrepArguments& a, bool has_patterns, GrepOptions& options) {
  if (!a.where && a.from) return Error(ErrorCode::bad_argument, "--from says what records are for --where");
  if (!a.where) return std::nullopt;
  options.where = a.where;
  if (a.from) options.from = *a.from;
  if (has_patterns) return std::nullopt;
  if (a.invert)
    return Error(ErrorCode::bad_argument,
                 "-v inverts patterns, and there is none: --where 'EXPR | not' inverts a condition");
  options.word = options.whole_line = false;
  return std::nullopt;
}

void apply_values(const GrepArguments& a, GrepOptions& options, ValueReader& values) {
  values.count("--max-count", a.max_count, options.max_count, GrepOptions::kNoLimit - 1);
  values.count("--limit", a.limit, options.limit, GrepOptions::kNoLimit - 1);
  values.count("--context", a.context, options.after_context, GrepOptions::kNoLimit);
  options.before_context = options.after_context;
  values.count("--after-context", a.after_context, options.after_context, GrepOptions::kNoLimit);
  values.count("--before-context", a.before_context, options.before_context, GrepOptions::kNoLimit);
  values.count("--max-columns", a.max_columns, options.max_columns, GrepOptions::kNoLimit);
  if (a.record != "auto" && a.record != "line") values.refuse("--record", a.record, "auto or line");
}

}  // namespace

Result<GrepOptions> to_grep_options(const GrepArguments& a) {
  GrepOptions options;
  options.paths = a.positionals;
  for (const std::string& pattern : a.patterns)
    add_patterns(a, pattern, options.patterns);
  for (const std::string& path : a.pattern_files) {
    const std::string error = read_pattern_file(path, options.patterns);
    if (!error.empty()) return Error(ErrorCode::io, error);
  }
  const bool has_patterns = !a.patterns.empty() || !a.pattern_files.empty();
  if (!has_patterns && a.where) {
    add_patterns(a, "", options.patterns);
  } else if (!has_patterns && !a.files && !a.type_list) {
    if (options.paths.empty())
      return Error(ErrorCode::bad_argument, "a pattern is missing: weir grep PATTERN [PATH...]");
    add_patterns(a, options.paths.front(), options.patterns);
    options.paths.erase(options.paths.begin());
  }
  apply_output_mode(a, options);
  apply_flags(a, options);
  if (const auto error = apply_condition(a, has_patterns, options)) return *error;
  if (a.label || a.count_by_pattern) take_names(options);
  ValueReader values;
  apply_values(a, options, values);
  apply_scan_arguments(a, options, values);
  if (values.error()) return *values.error();
  options.color = a.color == "always" || (a.color == "auto" && wants_color(options.output_fd));
  options.escape_controls = is_terminal(options.output_fd);
  apply_grep_colors(options.colors);
  if (auto error = apply_colors(a.colors, options.colors)) return *error;
  return options;
}

}  // namespace weir::cli
