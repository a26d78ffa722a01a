// Programs on their way into libjq, and what its compiler says of them.
#include <algorithm>
#include <cctype>

#include "transform/jq/libjq_prelude.hpp"
#include "transform/jq/libjq_state.hpp"

namespace weir::transform::jq {

namespace {

constexpr std::size_t kMostProgramBytes = std::size_t{1} << 20;

struct Messages {
  const LibjqLibrary& library;
  std::vector<std::string>& texts;
};

void on_message(void* data, jv message) {
  auto* messages = static_cast<Messages*>(data);
  const LibjqLibrary& library = messages->library;
  if (library.jv_get_kind(message) != JV_KIND_STRING) message = library.jv_dump_string(message, 0);
  messages->texts.emplace_back(library.jv_string_value(message));
  library.jv_free(message);
}

jv string_value(const LibjqLibrary& library, std::string_view text) {
  return library.jv_string_sized(text.data() ? text.data() : "", static_cast<int>(text.size()));
}

// The value of one JSON text; null if it is none.
jv parsed(const LibjqLibrary& library, std::string_view json) {
  jv_parser* parser = library.jv_parser_new(0);
  library.jv_parser_set_buf(parser, json.data() ? json.data() : "", static_cast<int>(json.size()), 0);
  jv value = library.jv_parser_next(parser);
  library.jv_parser_free(parser);
  if (library.jv_get_kind(value) != JV_KIND_INVALID) return value;
  library.jv_free(value);
  return library.jv_null();
}

jv arguments_of(const LibjqLibrary& library, const LibjqProgram& program) {
  jv named = library.jv_object();
  for (const LibjqProgram::Variable& variable : program.named) {
    named =
        library.jv_object_set(named, string_value(library, variable.name), parsed(library, variable.json));
  }
  jv positional = library.jv_array();
  for (const std::string& json : program.positional) {
    positional = library.jv_array_append(positional, parsed(library, json));
  }
  jv both = library.jv_object();
  both = library.jv_object_set(both, string_value(library, "positional"), positional);
  both = library.jv_object_set(both, string_value(library, "named"), library.jv_copy(named));
  return library.jv_object_set(named, string_value(library, "ARGS"), both);
}

void set_paths(const LibjqLibrary& library, jq_state* state, const LibjqProgram& program) {
  static const std::vector<std::string> usual{"~/.jq", "$ORIGIN/../lib/jq", "$ORIGIN/lib"};
  jv paths = library.jv_array();
  for (const std::string& path : program.library_paths.empty() ? usual : program.library_paths) {
    paths = library.jv_array_append(paths, string_value(library, path));
  }
  library.jq_set_attr(state, string_value(library, "JQ_LIBRARY_PATH"), paths);
  library.jq_set_attr(state, string_value(library, "JQ_ORIGIN"), string_value(library, "/usr/bin"));
  library.jq_set_attr(state, string_value(library, "PROGRAM_ORIGIN"), string_value(library, program.origin));
}

// "message at <top-level>, line 3:\n..." in its parts.
void take_apart(std::string_view text, LibjqProgramError& error) {
  constexpr std::string_view kPrefix = "jq: error: ";
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  constexpr std::string_view kLine = " at <top-level>, line ";
  if (const std::size_t at = text.find(kLine); at != std::string_view::npos) {
    for (const char digit : text.substr(at + kLine.size())) {
      if (digit < '0' || digit > '9') break;
      error.line = error.line * 10 + static_cast<std::size_t>(digit - '0');
    }
    text = text.substr(0, at);
  }
  constexpr std::string_view kHint = " (Unix shell quoting issues?)";
  if (text.ends_with(kHint)) text.remove_suffix(kHint.size());
  error.message = text;
}

std::string_view line_of(std::string_view program, std::size_t line) {
  for (; line > 1; --line)
    program.remove_prefix(std::min(program.find('\n') + 1, program.size()));
  return program.substr(0, program.find('\n'));
}

// Where the line has what the message says is not defined, or was not expected; 0 when that is not clear.
std::size_t column_of(std::string_view message, std::string_view line) {
  std::string_view name;
  if (const std::size_t at = message.find(" is not defined"); at != std::string_view::npos) {
    name = message.substr(0, at);
    name = name.substr(0, name.rfind('/'));
  } else if (const std::size_t quote = message.find("unexpected '"); quote != std::string_view::npos) {
    name = message.substr(quote + 12, 1);
  }
  if (name.empty()) return 0;
  const std::size_t found = line.find(name);
  return found != std::string_view::npos && found == line.rfind(name) ? found + 1 : 0;
}

}  // namespace

jq_state* compile_for_libjq(const LibjqLibrary& library, const LibjqProgram& program,
                            std::vector<std::string>& messages) {
  if (program.text.size() > kMostProgramBytes || program.text.find('\0') != std::string::npos) {
    messages.emplace_back(program.text.size() > kMostProgramBytes ? "the program is too long for libjq"
                                                                  : "the program has a NUL in it");
    return nullptr;
  }
  jq_state* state = library.jq_init();
  if (!state) {
    messages.emplace_back("libjq got no memory");
    return nullptr;
  }
  Messages sink{library, messages};
  library.jq_set_error_cb(state, &on_message, &sink);
  set_paths(library, state, program);
  const std::string text = prepare_for_libjq(program.text).text;
  const int is_good = library.jq_compile_args(state, text.c_str(), arguments_of(library, program));
  library.jq_set_error_cb(state, nullptr, nullptr);
  if (is_good == 0) library.jq_teardown(&state);
  return state;
}

LibjqProgramError read_libjq_messages(const std::vector<std::string>& messages, const LibjqProgram& program) {
  LibjqProgramError error;
  if (messages.empty()) {
    error.message = "the program does not compile";
    return error;
  }
  take_apart(messages.front(), error);
  if (error.line > 0) {
    error.line_text = line_of(program.text, error.line);
    error.column = column_of(error.message, error.line_text);
  }
  return error;
}

std::optional<LibjqProgramError> check(const LibjqProgram& program) {
  LibjqProgramError error;
  const LibjqLibrary* library = LibjqLibrary::load(error.message);
  if (!library || !library->is_usable_here()) return library ? std::nullopt : std::optional(error);
  std::vector<std::string> messages;
  if (jq_state* state = compile_for_libjq(*library, program, messages)) {
    library->jq_teardown(&state);
    return std::nullopt;
  }
  return read_libjq_messages(messages, program);
}

std::string LibjqProgramError::text() const {
  std::string all = message;
  if (line == 0) return all;
  all += " in line " + std::to_string(line) + "\n  " + line_text;
  if (column == 0) return all;
  all += "\n  ";
  for (const char byte : std::string_view(line_text).substr(0, column - 1)) {
    const auto bits = static_cast<unsigned char>(byte);
    if (bits < 0x80 || bits >= 0xc0) all += byte == '\t' ? '\t' : ' ';
  }
  return all + '^';
}

}  // namespace weir::transform::jq
