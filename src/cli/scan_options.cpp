#include "cli/scan_options.hpp"

#include "cli/option_adders.hpp"

namespace weir::cli {

namespace {

// `both` is a letter and a name, "-L,--follow".
std::string_view with_short(ShortNames names, std::string_view both) {
  return names == ShortNames::all ? both : both.substr(both.find(',') + 1);
}

// Of both the last one counts.
void add_sort(Command& app, const char* name, ScanArguments& a, bool reversed, std::string_view help,
              const char* group) {
  const auto set = [&a, reversed, name](const std::string& value) {
    a.sort = value;
    a.sort_option = name;
    a.sort_reversed = reversed;
  };
  add_setter(app, name, set, help, "KEY", group);
}

}  // namespace

// Of --count=3 the parser has words of its own.
std::string usage_text(const CLI::ParseError& error) {
  const std::string text = error.what();
  const std::size_t name = text.find(" was given a disallowed flag override");
  return name == std::string::npos ? text : "--" + text.substr(0, name) + " takes no value";
}

void add_input_options(Command& app, ScanArguments& a, ShortNames names) {
  constexpr const char* group = "Input";
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
  add_flag(app, with_short(names, "-L,--follow"), a.follow, "In directories, follow symbolic links", group);
  add_flag(app, "--one-file-system", a.one_file_system,
           "In directories, do not cross into other file systems", group);
  add_sort(app, "--sort", a, false,
           "Order of files: path (the default, as is none), modified, accessed, created", group);
  add_sort(app, "--sortr", a, true, "The same, reversed: the newest first", group);
  add_flag(app, "--files", a.files, "Print the names of the files that would be scanned, and scan none",
           group);
  add_flag(app, with_short(names, "-a,--text"), a.text, "Scan binary files like text (the default)", group);
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

void add_time_options(Command& app, ScanArguments& a) {
  constexpr const char* group = "Time";
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

void add_color_option(Command& app, ScanArguments& a) {
  add_value(app, "--color,--colour", a.color, "Colours: auto (on a terminal), always or never", "WHEN",
            "Output");
}

void add_writing_options(Command& app, ScanArguments& a, ShortNames names) {
  constexpr const char* group = "Output";
  add_choice(app, "--line-buffered", a.buffering, GrepBuffering::lines, "Write each line at once, by itself",
             group);
  add_choice(app, "--block-buffered", a.buffering, GrepBuffering::blocks,
             "Write 128 KiB at a time, even if the next line is long in coming", group);
  add_flag(app, with_short(names, "-s,--no-messages"), a.no_messages,
           "No messages about files that cannot be read", group);
}

void add_run_options(Command& app, ScanArguments& a, ShortNames names) {
  constexpr const char* group = "Running";
  add_value(app, with_short(names, "-j,--jobs"), a.jobs, "Shards, each a thread (default: one a core)", "NUM",
            group);
  add_value(app, "--memory", a.memory, "Budget for data read and not yet written (default 64M, at least 1M)",
            "SIZE", group);
  add_value(app, "--io", a.io, "How files are read: auto, uring or threads (default: WEIR_IO, then auto)",
            "BACKEND", group);
  add_choice(app, "--mmap", a.mapping, Mapping::always,
             "Map files where that can be done, even if it does not pay (default: where it pays)", group);
  add_choice(app, "--no-mmap", a.mapping, Mapping::never, "Map no files: read them", group);
  add_flag(app, "--no-config", a.no_config, "Do not read the configuration file", group);
  add_flag(app, "--stats", a.stats, "Figures about the run, on standard error", group);
  add_flag(app, "--explain", a.explain, "Say how the scan would be done, and do nothing", group);
  add_flag(app, "--debug", a.debug,
           "Say how the scan is done, on standard error, and do it; report what blocks it", group);
  add_flag(app, "--monitor", a.monitor, "Let weir monitor look at the run", group);
  add_value(app, "--chunk-size", a.chunk_bytes, "Bytes a read (default 256K); results do not depend on it",
            "SIZE", group);
}

}  // namespace weir::cli
