#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <sstream>

#include "cli/completions.hpp"
#include "cli/config.hpp"
#include "cli/exit_status.hpp"
#include "cli/grep_command.hpp"
#include "cli/grep_options.hpp"
#include "cli/jq_command.hpp"
#include "cli/monitor_command.hpp"
#include "weir/grep.hpp"

namespace weir::cli {

namespace {

constexpr const char* kMonitorFooter =
    "[PID|SOCKET] [where ID|cancel ID]: the process (default: the only one there is), and what to do.\n"
    "Exit status: 0 done, 1 there is no such process or task, 2 an error occurred.\n"
    "Example: weir monitor 4711 where 1.7";
constexpr const char* kFooter =
    "Exit status: 0 a line was selected, 1 none was, 2 an error occurred.\n"
    "Example: weir grep -n 'timeout|refused' /var/log";

// "-e", alone or at the end of a bundle of flags.
bool awaits_pattern(const std::string& argument) {
  const bool is_bundle = argument.size() > 1 && argument.front() == '-' && argument[1] != '-';
  return is_bundle && argument.find_first_of("efgmjtT") == argument.size() - 1 && argument.back() == 'e';
}

// How many words behind this one are its values, however they look.
int values_of(const std::string& argument) {
  constexpr std::string_view kNamed[] = {"--arg", "--argjson", "--slurpfile", "--rawfile"};
  return std::find(std::begin(kNamed), std::end(kNamed), argument) == std::end(kNamed) ? 0 : 2;
}

// What stands behind "--" is never an option. An option whose value is optional takes it only with '='.
std::vector<std::string> split_arguments(int argc, char** argv, std::vector<std::string>& positionals) {
  std::vector<std::string> arguments;
  bool only_positionals = false;
  std::string command;
  int values = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (arguments.empty()) command = argument;
    if (only_positionals) {
      positionals.push_back(argument);
    } else if (values-- > 0) {
      arguments.push_back(argument);
    } else if (command == "grep" && argument.size() > 1 && argument.front() == '-' &&
               awaits_pattern(arguments.back())) {
      // The value of -e, however it looks.
      arguments.back().pop_back();
      if (arguments.back() == "-") arguments.pop_back();
      arguments.push_back("--regexp=" + argument);
    } else if (argument == "--") {
      only_positionals = true;
    } else if (argument == "--color" || argument == "--colour") {
      arguments.push_back("--color=auto");
    } else {
      arguments.push_back(argument);
      values = command == "jq" ? values_of(argument) : 0;
    }
  }
  return arguments;
}

// A file opened later must not become a standard stream that the caller had closed. The stand-ins are opened
// the wrong way round, so that their use still fails as on a closed one.
void occupy_closed_streams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

int usage_error(const std::string& text) {
  std::fprintf(stderr, "weir: %s (see weir --help)\n", text.c_str());
  return kExitError;
}

int report_error(const std::string& text) {
  std::fprintf(stderr, "weir: %s\n", text.c_str());
  return kExitError;
}

// The options of all commands, and what a command line has made of them.
class CommandLine {
 public:
  enum class Options { all, of_the_words };

  CommandLine(const std::vector<std::string>& words, Options options) : has_all_(options == Options::all) {
    app.set_help_flag("--help", "Print this help");
    app.set_version_flag("-V,--version",
                         [] { return std::string("weir ") + WEIR_VERSION + "\ncodecs: " + grep_codecs(); });
    app.require_subcommand(0, 1);  // the name of a command may be an argument of another
    app.allow_extras();            // to name the first unknown word, not all of them
    app.add_option("--generate", generated, "Print complete-bash, complete-zsh or complete-fish")
        ->type_name("WHAT");
    for (Command* command : {&grep, &jq, &monitor}) {
      command->allow_extras();
      if (!has_all_) command->expect(OptionWords(words));
    }
    grep.set_help_flag("--help", "Print this help");
    grep.footer(kFooter);
    add_grep_options(grep, arguments);
    jq.set_help_flag("-h,--help", "Print this help");
    add_jq_options(jq, jq_arguments);
    monitor.set_help_flag("--help", "Print this help");
    monitor.footer(kMonitorFooter);
    add_monitor_options(monitor, monitor_arguments);
  }

  // An exit status when there is nothing more to do.
  std::optional<int> parse(const std::vector<std::string>& words) {
    try {
      app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::Success& success) {
      if (!has_all_) return CommandLine(words, Options::all).parse(words);
      std::ostringstream text;
      app.exit(success, text, text);
      return write_output(text.str());
    } catch (const CLI::ParseError& error) {
      return usage_error(usage_text(error));
    }
    return std::nullopt;
  }

  CLI::App app{"weir: scan logs, fast and in order", "weir"};
  Command& grep = add("grep", "Print the lines that match a pattern");
  Command& jq = add("jq", "Run a filter of the jq language over records");
  Command& monitor = add("monitor", "Look at the tasks of a running weir, or of any program on libweir");
  std::string generated;
  GrepArguments arguments;
  JqArguments jq_arguments;
  MonitorArguments monitor_arguments;

 private:
  Command& add(const std::string& name, const std::string& help) {
    const auto command = std::make_shared<Command>(help, name);
    app.add_subcommand(command);
    return *command;
  }

  bool has_all_;
};

int print_completion(const std::string& what) {
  const CommandLine line({}, CommandLine::Options::all);
  const std::string text = generate(line.app, what);
  if (!text.empty()) return write_output(text);
  return usage_error("--generate: '" + what + "' is not complete-bash, complete-zsh or complete-fish");
}

int no_command(const CommandLine& line) {
  const std::vector<std::string> unknown = line.app.remaining();
  if (unknown.empty()) return usage_error("a command is missing");
  const bool is_option = unknown.front().front() == '-';
  return usage_error((is_option ? "unknown option " : "unknown command ") + unknown.front());
}

// The arguments that are no options, in order; what looks like an option is one that the command lacks.
std::optional<int> take_positionals(const CLI::App& command, const std::vector<std::string>& behind_dashes,
                                    std::vector<std::string>& positionals) {
  for (const std::string& word : command.remaining()) {
    if (word.size() > 1 && word.front() == '-') return usage_error("unknown option " + word);
    positionals.push_back(word);
  }
  positionals.insert(positionals.end(), behind_dashes.begin(), behind_dashes.end());
  return std::nullopt;
}

int grep_command(CommandLine& line, const std::vector<std::string>& behind_dashes) {
  const auto status = take_positionals(line.grep, behind_dashes, line.arguments.positionals);
  return status ? *status : run_grep(line.arguments);
}

int jq_command(CommandLine& line, const std::vector<std::string>& behind_dashes) {
  const auto status = take_positionals(line.jq, behind_dashes, line.jq_arguments.positionals);
  return status ? *status : run_jq(line.jq_arguments);
}

int monitor_command(CommandLine& line, const std::vector<std::string>& behind_dashes) {
  const auto status = take_positionals(line.monitor, behind_dashes, line.monitor_arguments.positionals);
  return status ? *status : run_monitor(line.monitor_arguments);
}

int run(int argc, char** argv) {
  std::vector<std::string> behind_dashes;
  std::vector<std::string> words = split_arguments(argc, argv, behind_dashes);
  CommandLine line(words, CommandLine::Options::of_the_words);
  if (const auto status = line.parse(words)) return *status;
  if (!line.generated.empty()) return print_completion(line.generated);
  if (line.jq.parsed()) return jq_command(line, behind_dashes);
  if (line.monitor.parsed()) return monitor_command(line, behind_dashes);
  if (!line.grep.parsed()) return no_command(line);
  if (line.arguments.no_config) return grep_command(line, behind_dashes);
  const auto config = read_config();
  if (!config) return report_error(config.error().what);
  const std::optional<std::string>& unreadable = config.value().unreadable;
  if (unreadable) report_error(*unreadable);
  line.arguments.is_incomplete = unreadable.has_value();
  const std::vector<std::string>& configured = config.value().arguments;
  if (configured.empty()) return grep_command(line, behind_dashes);
  words.insert(std::find(words.begin(), words.end(), "grep") + 1, configured.begin(), configured.end());
  CommandLine both(words, CommandLine::Options::of_the_words);
  if (const auto status = both.parse(words)) return *status;
  return grep_command(both, behind_dashes);
}

}  // namespace
}  // namespace weir::cli

int main(int argc, char** argv) {
  weir::cli::occupy_closed_streams();
  std::signal(SIGPIPE, SIG_IGN);
  // Blocks of output go back to the system when they are freed; otherwise the heap would grow beyond the
  // budget by what lies between the holes.
  mallopt(M_MMAP_THRESHOLD, 128 * 1024);
  try {
    return weir::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "weir: %s\n", error.what());
    return weir::cli::kExitError;
  }
}
