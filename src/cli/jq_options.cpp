#include "cli/jq_options.hpp"

#include <fmt/format.h>

#include "cli/option_adders.hpp"

namespace weir::cli {

namespace {

using Kind = NamedValue::Kind;

// NAME and VALUE are two words, however they look.
void add_named(Command& command, JqArguments& a, const char* option, Kind kind, std::string_view help,
               const char* type, const char* group) {
  const auto take = [&a, kind](const std::vector<std::string>& words) {
    a.named.push_back({kind, words[0], words[1]});
  };
  command.declare(option, [&](CLI::App& app) {
    app.add_option_function<std::vector<std::string>>(option, take, std::string(help))
        ->type_name(type)
        ->type_size(2)
        ->expected(1)
        ->allow_extra_args(false)
        ->take_last()
        ->trigger_on_parse()
        ->group(group);
  });
}

void add_mode(Command& command, JqArguments& a, const char* option, PositionalMode::Kind kind,
              std::string_view help, const char* group) {
  const auto begin = [&command, &a, kind] { a.modes.push_back({kind, command.remaining_size()}); };
  add_action(command, option, begin, help, group);
}

void add_program_options(Command& app, JqArguments& a) {
  constexpr const char* group = "Filter";
  add_flag(app, "-f,--from-file", a.from_file, "The first argument is a file that holds the filter", group);
  add_list(app, "-L", a.libraries, "Look for modules in DIR; may be given many times", "DIR", group);
  add_named(app, a, "--arg", Kind::text, "$NAME is the string VALUE", "NAME VALUE", group);
  add_named(app, a, "--argjson", Kind::json, "$NAME is the JSON value VALUE", "NAME VALUE", group);
  add_named(app, a, "--slurpfile", Kind::json_file, "$NAME is an array of the JSON values in FILE",
            "NAME FILE", group);
  add_named(app, a, "--rawfile", Kind::text_file, "$NAME is the text of FILE, as a string", "NAME FILE",
            group);
  add_mode(app, a, "--args", PositionalMode::Kind::texts,
           "Further arguments are strings in $ARGS.positional, no paths", group);
  add_mode(app, a, "--jsonargs", PositionalMode::Kind::json, "The same for JSON values", group);
}

std::string names_of(const std::vector<JqFormat>& formats) {
  std::string names;
  for (const auto& format : formats)
    names += (names.empty() ? "" : ", ") + format.first;
  return names;
}

void add_record_options(Command& app, JqArguments& a) {
  constexpr const char* group = "Records";
  add_value(app, "--from", a.from, "What records are, listed below (default auto)", "FORMAT", group);
  add_flag(app, "--array", a.array, "The elements of an outer JSON array are the records", group);
  add_flag(app, "-n,--null-input", a.null_input, "Run the filter once, on null; it reads records by input",
           group);
  add_flag(app, "-s,--slurp", a.slurp, "Run the filter once, on an array of all records", group);
  add_flag(app, "-R,--raw-input", a.raw_input, "Records are lines, as strings; with -s all is one string",
           group);
  add_flag(app, "--stream", a.stream, "Records are the [path, leaf] events of JSON values", group);
  add_flag(app, "--seq", a.seq, "RS bytes stand between records, and in front of each output", group);
  add_value(
      app, "--malformed", a.malformed,
      "Text that is no record: skip (count it; the default), fail (stop there) or pass (print it as it is)",
      "HOW", group);
  add_value(app, "--reject", a.reject_file, "Write a line of JSON to FILE for each malformed record", "FILE",
            group);
}

void add_output_options(Command& app, JqArguments& a) {
  constexpr const char* group = "Output";
  const auto compact = [&a] { a.indent = "0", a.tabs = false; };
  const auto tabs = [&a] { a.tabs = true; };
  const auto indent = [&a](const std::string& number) { a.indent = number, a.tabs = false; };
  add_value(app, "--to", a.to, "How outputs are written: " + names_of(jq_output_formats()), "FORMAT", group);
  add_action(app, "-c,--compact-output", compact, "Each output on one line", group);
  add_action(app, "--tab", tabs, "A tab for each level, in place of two spaces", group);
  add_setter(app, "--indent", indent, "NUM spaces for each level, up to 7; 0 is the same as -c", "NUM",
             group);
  add_flag(app, "-r,--raw-output", a.raw_output, "Strings as their text, without quotes", group);
  add_flag(app, "-j,--join-output", a.join_output, "Like -r, and no newline behind outputs", group);
  add_flag(app, "-a,--ascii-output", a.ascii, "Only ASCII; other characters as \\uXXXX", group);
  add_flag(app, "-S,--sort-keys", a.sort_keys, "The keys of objects in order", group);
  add_flag(app, "-C,--color-output", a.color_output, "Colours, also where there is no terminal", group);
  add_flag(app, "-M,--monochrome-output", a.monochrome, "No colours", group);
  add_color_option(app, a);
  add_flag(app, "-e,--exit-status", a.exit_status,
           "Status 1 if the last output is false or null, 4 if there is none", group);
  add_flag(app, "-0,-Z,--null", a.null, "Paths in the file of --files-from end with a NUL byte", group);
  add_writing_options(app, a, ShortNames::but_those_of_jq);
}

void add_own_run_options(Command& app, JqArguments& a) {
  constexpr const char* group = "Running";
  add_value(app, "--timeout", a.timeout, "Give up on a record after TIME, such as 500ms, 2s or 1m", "TIME",
            group);
  add_flag(app, "--no-raw-filter", a.no_raw_filter,
           "Parse all records, also those that lack a text the filter asks for", group);
}

std::string list_of(const std::string& title, const std::vector<JqFormat>& formats) {
  std::size_t width = 0;
  for (const auto& format : formats)
    width = std::max(width, format.first.size());
  std::string text = title;
  for (const auto& [name, help] : formats)
    text += fmt::format("\n  {:<{}}  {}", name, width, help);
  return text;
}

}  // namespace

void add_jq_options(Command& app, JqArguments& arguments) {
  add_program_options(app, arguments);
  add_record_options(app, arguments);
  add_input_options(app, arguments, ShortNames::but_those_of_jq);
  add_time_options(app, arguments);
  add_output_options(app, arguments);
  add_run_options(app, arguments, ShortNames::but_those_of_jq);
  add_own_run_options(app, arguments);
  if (!app.has_all()) return;
  app.footer(list_of("Formats of --from:", jq_input_formats()) + "\n" +
             list_of("Formats of --to:", jq_output_formats()) +
             "\n\nExit status: 0 done, 2 a bad option or an unreadable file, 3 the filter does not compile,\n"
             "5 it failed on a record; 1 and 4 see -e.\n"
             "Example: weir jq -c 'select(.level == \"error\") | {ts, msg}' /var/log/app");
}

}  // namespace weir::cli
