#include "cli/grep_options.hpp"

#include "cli/option_adders.hpp"

namespace weir::cli {

namespace {

void add_pattern_options(Command& app, GrepArguments& a) {
  constexpr const char* group = "Patterns";
  add_list(app, "-e,--regexp", a.patterns, "A pattern to look for; may be given many times", "PATTERN",
           group);
  add_list(app, "-f,--file", a.pattern_files, "Patterns from FILE, one a line; - is standard input", "FILE",
           group);
  add_list(app, "--and", a.and_patterns, "Of the lines that match, only those that match PATTERN too",
           "PATTERN", group);
  add_list(app, "--not", a.not_patterns, "Of the lines that match, only those that do not match PATTERN",
           "PATTERN", group);
  add_choice(app, "-F,--fixed-strings", a.syntax, GrepSyntax::fixed,
             "Patterns are plain text, not regular expressions", group);
  add_choice(app, "-G,--basic-regexp", a.syntax, GrepSyntax::basic,
             "Patterns are POSIX basic regular expressions, as grep reads them", group);
  add_choice(app, "-E,--extended-regexp", a.syntax, GrepSyntax::extended,
             "Patterns are POSIX extended regular expressions, as grep -E reads them", group);
  add_choice(app, "-P,--perl-regexp", a.syntax, GrepSyntax::perl, "Patterns are PCRE2's (the default)",
             group);
  add_choice(app, "-i,--ignore-case", a.case_mode, GrepCase::insensitive, "Upper and lower case are the same",
             group);
  add_choice(app, "-S,--smart-case", a.case_mode, GrepCase::smart,
             "Like -i, unless a pattern has an upper-case letter", group);
  add_choice(app, "--case-sensitive", a.case_mode, GrepCase::sensitive, "Undo -i and -S (the default)",
             group);
  add_flag(app, "-v,--invert-match", a.invert, "Select the lines that do not match", group);
  add_flag(app, "-w,--word-regexp", a.word, "Matches must be whole words", group);
  add_flag(app, "-x,--line-regexp", a.whole_line, "Matches must be whole lines", group);
  add_choice(app, "--crlf", a.line_end, GrepLineEnd::crlf,
             "Lines may end with \\r\\n; patterns do not see the \\r", group);
  add_choice(app, "-z,--null-data", a.line_end, GrepLineEnd::null,
             "Lines end with a NUL byte, in the output too", group);
}

void add_record_options(Command& app, GrepArguments& a) {
  constexpr const char* group = "Records";
  add_flag(app, "-U,--multiline", a.multiline, "Matches may reach over several lines", group);
  add_flag(app, "--multiline-dotall", a.multiline_dot_all, "With -U a dot matches a newline too", group);
  add_value(app, "--record", a.record,
            "What is selected: line, or auto: records of several lines, such as stack traces", "KIND", group);
  add_value(app, "--record-start", a.record_start,
            "A line that matches REGEX starts a record of several lines, which is selected as one", "REGEX",
            group);
}

void add_condition_options(Command& app, GrepArguments& a) {
  constexpr const char* group = "Records";
  add_value(app, "--where", a.where,
            "Of the lines that match, only those whose record meets EXPR, in the language of jq; a pattern "
            "then takes -e",
            "EXPR", group);
  add_value(app, "--from", a.from, "What the records are for --where: auto, json, or as in weir jq", "FORMAT",
            group);
}

void add_context_options(Command& app, GrepArguments& a) {
  constexpr const char* group = "Context";
  add_value(app, "-A,--after-context", a.after_context, "Show NUM lines after each selected one too", "NUM",
            group);
  add_value(app, "-B,--before-context", a.before_context, "Show NUM lines before each selected one too",
            "NUM", group);
  add_value(app, "-C,--context", a.context, "Both, where -A or -B does not say otherwise", "NUM", group);
  add_setter(
      app, "--context-separator,--group-separator",
      [&a](const std::string& text) { a.context_separator = text; },
      "What stands between groups of lines (default: --)", "TEXT", group);
  add_choice(app, "--no-context-separator,--no-group-separator", a.context_separator,
             std::optional<std::string>(), "Nothing stands between groups of lines", group);
  add_flag(app, "--passthru,--passthrough", a.passthru, "Show all lines, the selected ones marked as such",
           group);
}

void add_output_options(Command& app, GrepArguments& a) {
  constexpr const char* group = "Output";
  add_flag(app, "-c,--count", a.count, "Only the number of selected lines of each file", group);
  add_flag(app, "--count-matches", a.count_matches, "Only the number of matches in each file", group);
  add_flag(app, "--count-by-pattern", a.count_by_pattern,
           "Only how many lines match each pattern, COUNT<tab>NAME; with -H for each file; see --label",
           group);
  add_flag(app, "--total", a.total, "After the counts their sum; without -c or --count-matches as with -c",
           group);
  add_choice(app, "--include-zero", a.zero_counts, true, "Print counts of 0 too (the default)", group);
  add_choice(app, "--no-include-zero", a.zero_counts, false, "No counts of 0", group);
  add_choice(app, "-l,--files-with-matches", a.listing, GrepOutput::files_with_matches,
             "Only the names of files with a selected line", group);
  add_choice(app, "--files-without-match", a.listing, GrepOutput::files_without_match,
             "Only the names of files without one", group);
  add_flag(app, "-o,--only-matching", a.only_matching, "Only the matching parts, each on a line", group);
  add_value(app, "-m,--max-count", a.max_count, "At most NUM selected lines a file", "NUM", group);
  add_setter(
      app, "--limit", [&a](const std::string& number) { a.limit = number; },
      "At most NUM selected lines in all, or file names with -l; then stop", "NUM", group);
  add_choice(app, "--first", a.limit, std::optional<std::string>("1"),
             "Only the first selected line of all, then stop; the same as --limit=1", group);
  add_flag(app, "-q,--quiet,--silent", a.quiet, "No output; stop at the first selected line", group);
  add_flag(app, "-n,--line-number", a.line_number, "Print line numbers", group);
  add_flag(app, "--column", a.column, "Print the column of the first match, in bytes; implies -n", group);
  add_flag(app, "--vimgrep", a.vimgrep, "FILE:LINE:COLUMN:TEXT, a line for each match", group);
  add_flag(app, "--label", a.label,
           "Print the names of the patterns that match, given as NAME:=PATTERN, or their numbers", group);
  add_choice(app, "--heading", a.heading, true, "File names stand above the lines of each file", group);
  add_choice(app, "--no-heading", a.heading, false, "File names stand in front of lines (the default)",
             group);
  add_value(app, "-M,--max-columns", a.max_columns, "Of longer lines show NUM bytes around the first match",
            "NUM", group);
  add_value(app, "-r,--replace", a.replacement,
            "Show TEXT in place of matches; $1, $name and ${name} stand for groups, $$ for $", "TEXT", group);
  add_flag(app, "--json", a.json, "JSON Lines: begin, match, context, end for each file, and a summary",
           group);
  add_flag(app, "--trim", a.trim, "Without white space at the start of lines", group);
  add_flag(app, "-b,--byte-offset", a.byte_offset, "Print byte offsets", group);
  add_choice(app, "-H,--with-filename", a.names, GrepNames::always,
             "Print file names (the default for more than one file)", group);
  add_choice(app, "-h,--no-filename", a.names, GrepNames::never, "Do not print file names", group);
  add_flag(app, "-0,-Z,--null", a.null,
           "A NUL byte behind file names; with --files-from also between those read", group);
  add_color_option(app, a);
  add_list(app, "--colors", a.colors,
           "Colours of parts: TYPE:fg:COLOUR, TYPE:bg:COLOUR, TYPE:style:STYLE or TYPE:none", "SPEC", group);
  add_value(app, "--hyperlink-format", a.hyperlink_format,
            "With colours, names are links: file, vscode, none (the default) ... or an address with {path}",
            "FORMAT", group);
  add_writing_options(app, a, ShortNames::all);
}

}  // namespace

void add_grep_options(Command& app, GrepArguments& arguments) {
  add_pattern_options(app, arguments);
  add_record_options(app, arguments);
  add_condition_options(app, arguments);
  add_input_options(app, arguments, ShortNames::all);
  add_time_options(app, arguments);
  add_context_options(app, arguments);
  add_output_options(app, arguments);
  add_run_options(app, arguments, ShortNames::all);
  add_value(app, "--engine", arguments.engine,
            "Force a matching engine: auto, literal, bitstream, vectorscan or pcre2", "NAME", "Running");
}

}  // namespace weir::cli
