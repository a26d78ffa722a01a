#include "cli/grep_options.hpp"

#include <CLI/CLI.hpp>

namespace weir::cli {

namespace {

using Strings = std::vector<std::string>;

// One value an occurrence, taken as it is: CLI11 would otherwise read "[ab]" as a list.
void add_list(CLI::App& app, const std::string& names, Strings& values, const std::string& help,
              const std::string& value, const std::string& group) {
  app.add_option(names, values, help)->type_name(value)->allow_extra_args(false)->take_all()->group(group);
}

template <typename Value>
void add_value(CLI::App& app, const std::string& names, Value& value, const std::string& help,
               const std::string& type, const std::string& group) {
  app.add_option(names, value, help)->type_name(type)->take_last()->group(group);
}

void add_flag(CLI::App& app, const std::string& names, bool& value, const std::string& help,
              const std::string& group) {
  app.add_flag(names, value, help)->disable_flag_override()->group(group);
}

// A flag that sets `place` where it stands, so that the last one of several wins.
template <typename Place, typename Value>
void add_choice(CLI::App& app, const std::string& names, Place& place, Value value, const std::string& help,
                const std::string& group) {
  const auto set = [&place, value] { place = value; };
  app.add_flag_callback(names, set, help)->disable_flag_override()->trigger_on_parse()->group(group);
}

// Of both the last one counts.
void add_sort(CLI::App& app, const std::string& name, GrepArguments& a, bool reversed,
              const std::string& help, const std::string& group) {
  const auto set = [&a, reversed, name](const std::string& value) {
    a.sort = value;
    a.sort_option = name;
    a.sort_reversed = reversed;
  };
  app.add_option_function<std::string>(name, set, help)
      ->type_name("KEY")
      ->take_last()
      ->trigger_on_parse()
      ->group(group);
}

void add_pattern_options(CLI::App& app, GrepArguments& a) {
  const std::string group = "Patterns";
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

void add_record_options(CLI::App& app, GrepArguments& a) {
  const std::string group = "Records";
  add_flag(app, "-U,--multiline", a.multiline, "Matches may reach over several lines", group);
  add_flag(app, "--multiline-dotall", a.multiline_dot_all, "With -U a dot matches a newline too", group);
  add_value(app, "--record", a.record,
            "What is selected: line, or auto: records of several lines, such as stack traces", "KIND", group);
  add_value(app, "--record-start", a.record_start,
            "A line that matches REGEX starts a record of several lines, which is selected as one", "REGEX",
            group);
}

void add_input_options(CLI::App& app, GrepArguments& a) {
  const std::string group = "Input";
  add_value(app, "--files-from", a.files_from,
            "Scan the paths listed in FILE too, one a line; - is standard input", "FILE", group);
  add_list(app, "-g,--glob", a.globs,
           "In directories, only files that match GLOB; with a leading ! all but those", "GLOB", group);
  add_list(app, "--iglob", a.iglobs, "Like -g, in upper and lower case; behind those of -g", "GLOB", group);
  add_list(app, "-t,--type", a.types, "In directories, only files of TYPE, such as log or json", "TYPE",
           group);
  add_list(app, "-T,--type-not", a.types_not, "In directories, no files of TYPE", "TYPE", group);
  add_list(app, "--type-add", a.type_definitions, "Define a type: NAME:GLOB or NAME:include:TYPE,TYPE",
           "SPEC", group);
  add_flag(app, "--type-list", a.type_list, "Print the types and their globs, and do nothing", group);
  add_flag(app, "--ignore-files", a.ignore_files,
           "In directories, leave out what .gitignore and .ignore files say, and .git", group);
  add_value(app, "--max-depth", a.max_depth,
            "In directories, at most NUM levels down; 1: only what is right in them", "NUM", group);
  add_choice(app, "--hidden", a.hidden, true, "In directories, hidden files too (the default)", group);
  add_choice(app, "--no-hidden", a.hidden, false, "In directories, no names that begin with a dot", group);
  add_value(app, "--max-filesize", a.max_file_bytes, "In directories, no files larger than SIZE", "SIZE",
            group);
  add_flag(app, "-L,--follow", a.follow, "In directories, follow symbolic links", group);
  add_flag(app, "--one-file-system", a.one_file_system,
           "In directories, do not cross into other file systems", group);
  add_sort(app, "--sort", a, false,
           "Order of files: path (the default, as is none), modified, accessed, created", group);
  add_sort(app, "--sortr", a, true, "The same, reversed: the newest first", group);
  add_flag(app, "--files", a.files, "Print the names of the files that would be scanned; takes no pattern",
           group);
  add_flag(app, "-a,--text", a.text, "Scan binary files like text (the default)", group);
  add_value(app, "--binary", a.binary, "Files with a NUL byte near their start: text (scan them) or skip",
            "HOW", group);
  add_flag(app, "--no-decompress", a.no_decompress,
           "Scan compressed files and archives as the bytes they are", group);
  add_value(app, "--encoding", a.encoding,
            "Text is in: auto (UTF-8 or what a byte order mark says), none (bytes) or a name as iconv's",
            "NAME", group);
  add_value(app, "--max-line", a.max_line, "Longer lines are reported and skipped (default 64M)", "SIZE",
            group);
}

void add_time_options(CLI::App& app, GrepArguments& a) {
  const std::string group = "Time";
  add_value(app, "--since", a.since,
            "Only lines stamped at WHEN or later: '2026-03-01 12:00', RFC 3339, 10m, 2h, 3d (ago), today",
            "WHEN", group);
  add_value(app, "--until", a.until,
            "Only lines stamped before WHEN; lines without a stamp go with the one above them", "WHEN",
            group);
  add_value(app, "--time-format", a.time_format,
            "How the stamps look, as strptime: '%d.%m.%Y %H:%M:%S,%f'; usual ones are known", "FMT", group);
  add_value(app, "--tz", a.time_zone,
            "Zone of stamps and WHEN without one: Europe/Berlin, UTC, +02:00, local (the default)", "ZONE",
            group);
  add_flag(app, "--unsorted", a.unsorted,
           "Read large files whole, even if their lines seem to be in order of time", group);
}

void add_context_options(CLI::App& app, GrepArguments& a) {
  const std::string group = "Context";
  add_value(app, "-A,--after-context", a.after_context, "Show NUM lines after each selected one too", "NUM",
            group);
  add_value(app, "-B,--before-context", a.before_context, "Show NUM lines before each selected one too",
            "NUM", group);
  add_value(app, "-C,--context", a.context, "Both, where -A or -B does not say otherwise", "NUM", group);
  app.add_option_function<std::string>(
         "--context-separator,--group-separator",
         [&a](const std::string& text) { a.context_separator = text; },
         "What stands between groups of lines (default: --)")
      ->type_name("TEXT")
      ->take_last()
      ->trigger_on_parse()
      ->group(group);
  add_choice(app, "--no-context-separator,--no-group-separator", a.context_separator,
             std::optional<std::string>(), "Nothing stands between groups of lines", group);
  add_flag(app, "--passthru,--passthrough", a.passthru, "Show all lines, the selected ones marked as such",
           group);
}

void add_output_options(CLI::App& app, GrepArguments& a) {
  const std::string group = "Output";
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
  app.add_option_function<std::string>(
         "--limit", [&a](const std::string& number) { a.limit = number; },
         "At most NUM selected lines in all, or file names with -l; then stop")
      ->type_name("NUM")
      ->take_last()
      ->trigger_on_parse()
      ->group(group);
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
  add_value(app, "--color,--colour", a.color, "Colours: auto (on a terminal), always or never", "WHEN",
            group);
  add_list(app, "--colors", a.colors,
           "Colours of parts: TYPE:fg:COLOUR, TYPE:bg:COLOUR, TYPE:style:STYLE or TYPE:none", "SPEC", group);
  add_value(app, "--hyperlink-format", a.hyperlink_format,
            "With colours, names are links: file, vscode, none (the default) ... or an address with {path}",
            "FORMAT", group);
  add_choice(app, "--line-buffered", a.buffering, GrepBuffering::lines, "Write each line at once, by itself",
             group);
  add_choice(app, "--block-buffered", a.buffering, GrepBuffering::blocks,
             "Write 128 KiB at a time, even if the next line is long in coming", group);
  add_flag(app, "-s,--no-messages", a.no_messages, "No messages about files that cannot be read", group);
}

void add_run_options(CLI::App& app, GrepArguments& a) {
  const std::string group = "Running";
  add_value(app, "-j,--jobs", a.jobs, "Shards, each a thread (default: one a core)", "NUM", group);
  add_value(app, "--memory", a.memory, "Budget for data read and not yet written (default 64M, at least 1M)",
            "SIZE", group);
  add_value(app, "--io", a.io, "How files are read: auto, uring or threads (default: WEIR_IO, then auto)",
            "BACKEND", group);
  add_flag(app, "--no-config", a.no_config, "Do not read the configuration file", group);
  add_flag(app, "--stats", a.stats, "Figures about the run, on standard error", group);
  add_flag(app, "--explain", a.explain, "Say how the scan would be done, and do nothing", group);
  add_flag(app, "--debug", a.debug, "Say how the scan is done, on standard error, and do it", group);
  add_value(app, "--engine", a.engine,
            "Force a matching engine: auto, literal, bitstream, vectorscan or pcre2", "NAME", group);
  add_value(app, "--chunk-size", a.chunk_bytes, "Bytes a read (default 256K); results do not depend on it",
            "SIZE", group);
}

}  // namespace

// Of --count=3 the parser has words of its own.
std::string usage_text(const CLI::ParseError& error) {
  const std::string text = error.what();
  const std::size_t name = text.find(" was given a disallowed flag override");
  return name == std::string::npos ? text : "--" + text.substr(0, name) + " takes no value";
}

void add_grep_options(CLI::App& app, GrepArguments& arguments) {
  add_pattern_options(app, arguments);
  add_record_options(app, arguments);
  add_input_options(app, arguments);
  add_time_options(app, arguments);
  add_context_options(app, arguments);
  add_output_options(app, arguments);
  add_run_options(app, arguments);
}

}  // namespace weir::cli
