#include "cli/completions.hpp"

#include <CLI/CLI.hpp>

#include "weir/jq.hpp"

namespace weir::cli {

namespace {

struct Entry {
  std::string short_name;  // without dash; may be empty
  std::string long_name;
  std::string help;
  int values;  // words that follow it
};

std::vector<Entry> entries_of(const CLI::App& app) {
  std::vector<Entry> entries;
  for (const CLI::Option* option : app.get_options()) {
    const auto& shorts = option->get_snames();
    const auto& longs = option->get_lnames();
    const std::size_t rows = std::max(shorts.size(), longs.size());
    for (std::size_t i = 0; i < rows; ++i) {
      entries.push_back({i < shorts.size() ? shorts[i] : "", i < longs.size() ? longs[i] : "",
                         option->get_description(), option->get_items_expected_max()});
    }
  }
  return entries;
}

std::string names_of(const std::vector<JqFormat>& formats) {
  std::string names;
  for (const auto& format : formats)
    names += (names.empty() ? "" : " ") + format.first.substr(0, format.first.find(':'));
  return names;
}

std::string values_of(const std::string& option) {
  if (option == "from") return names_of(jq_input_formats());
  if (option == "to") return names_of(jq_output_formats());
  if (option == "malformed") return "skip fail pass";
  if (option == "color" || option == "colour") return "auto always never";
  if (option == "io") return "auto uring threads";
  if (option == "binary") return "text skip";
  if (option == "record") return "line auto";
  if (option == "encoding")
    return "auto none utf-8 utf-16 utf-16le utf-16be utf-32 latin1 cp1252 shift_jis euc-jp gbk gb18030 big5 "
           "koi8-r";
  if (option == "engine") return "auto literal bitstream vectorscan pcre2";
  if (option == "sort" || option == "sortr") return "path modified accessed created none";
  if (option == "hyperlink-format")
    return "default none file cursor grep+ kitty macvim textmate vscode vscode-insiders vscodium";
  if (option == "since" || option == "until") return "today yesterday now 10m 1h 1d 1w";
  if (option == "tz") return "local UTC";
  if (option == "generate") return "complete-bash complete-zsh complete-fish";
  return {};
}

std::string names_of(const std::vector<Entry>& entries) {
  std::string words;
  for (const Entry& entry : entries) {
    if (!entry.short_name.empty()) words += " -" + entry.short_name;
    if (!entry.long_name.empty()) words += " --" + entry.long_name;
  }
  return words;
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::string names_of(const std::vector<const CLI::App*>& commands) {
  std::string words;
  for (const CLI::App* command : commands)
    words += (words.empty() ? "" : " ") + command->get_name();
  return words;
}

// What is offered once the command is known.
std::string bash_command(const CLI::App& command) {
  const std::vector<Entry> entries = entries_of(command);
  std::string text = "  elif [[ $command == " + command.get_name() + " ]]; then\n    case $previous in\n";
  for (const Entry& entry : entries) {
    const std::string values = values_of(entry.long_name);
    if (values.empty()) continue;
    text += "      --" + entry.long_name + ") COMPREPLY=($(compgen -W '" + values +
            "' -- \"$current\")); return;;\n";
  }
  return text + "    esac\n    [[ $current == -* ]] && words='" + names_of(entries) + "'\n";
}

std::string bash(const CLI::App& app) {
  std::string text = "# bash completion for weir\n_weir() {\n  local current=${COMP_WORDS[COMP_CWORD]}\n";
  text += "  local previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} words=\n";
  text += "  if [[ $COMP_CWORD == 1 ]]; then\n    words='" + names_of(commands_of(app)) +
          names_of(entries_of(app)) + "'\n";
  for (const CLI::App* command : commands_of(app))
    text += bash_command(*command);
  text += "  fi\n  if [[ -n $words ]]; then COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n";
  text += "  else COMPREPLY=($(compgen -f -- \"$current\")); fi\n}\ncomplete -o filenames -F _weir weir\n";
  return text;
}

std::string zsh_quoted(std::string text) {
  std::string quoted;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':') quoted += '\\';
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  }
  return quoted;
}

std::string zsh_values(const Entry& entry) {
  const std::string values = values_of(entry.long_name);
  if (entry.values == 0) return {};
  return (entry.values > 1 ? ":name: :value:" : ":value:") + (values.empty() ? "_files" : "(" + values + ")");
}

std::string zsh_command(const CLI::App& command) {
  std::string text = "_weir_" + command.get_name() + "() {\n  _arguments -s \\\n";
  for (const Entry& entry : entries_of(command)) {
    for (const std::string& name : {entry.short_name.empty() ? "" : "-" + entry.short_name,
                                    entry.long_name.empty() ? "" : "--" + entry.long_name}) {
      if (!name.empty())
        text += "    '*" + name + "[" + zsh_quoted(entry.help) + "]" + zsh_values(entry) + "' \\\n";
    }
  }
  return text + "    '*:file:_files'\n}\n";
}

std::string zsh(const CLI::App& app) {
  std::string text = "#compdef weir\n# zsh completion for weir\n";
  for (const CLI::App* command : commands_of(app))
    text += zsh_command(*command);
  text += "_weir() {\n  if (( CURRENT == 2 )); then\n    compadd " + names_of(commands_of(app)) +
          names_of(entries_of(app)) + "\n  else\n    shift words; (( CURRENT-- ))\n    case $words[1] in\n";
  for (const CLI::App* command : commands_of(app))
    text += "      " + command->get_name() + ") _weir_" + command->get_name() + ";;\n";
  return text + "    esac\n  fi\n}\n_weir \"$@\"\n";
}

std::string fish_quoted(const std::string& text) {
  std::string quoted;
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted;
}

std::string fish_options(const CLI::App& app, const std::string& condition) {
  std::string text;
  for (const Entry& entry : entries_of(app)) {
    text += "complete -c weir -n '" + condition + "'";
    if (!entry.short_name.empty()) text += " -s " + entry.short_name;
    if (!entry.long_name.empty()) text += " -l " + entry.long_name;
    const std::string values = values_of(entry.long_name);
    if (entry.values > 0) text += values.empty() ? " -r" : " -x -a '" + values + "'";
    text += " -d '" + fish_quoted(entry.help) + "'\n";
  }
  return text;
}

std::string fish(const CLI::App& app) {
  std::string text = "# fish completion for weir\ncomplete -c weir -n __fish_use_subcommand -f -a '" +
                     names_of(commands_of(app)) + "'\n" + fish_options(app, "__fish_use_subcommand");
  for (const CLI::App* command : commands_of(app))
    text += fish_options(*command, "__fish_seen_subcommand_from " + command->get_name());
  return text;
}

}  // namespace

std::string generate(const CLI::App& app, const std::string& what) {
  if (what == "complete-bash") return bash(app);
  if (what == "complete-zsh") return zsh(app);
  if (what == "complete-fish") return fish(app);
  return {};
}

}  // namespace weir::cli
