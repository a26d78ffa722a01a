#include "transform/jq/libjq_prelude.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace weir::transform::jq {

namespace {

// Needed by programs that mention one of the words.
struct Definitions {
  std::array<std::string_view, 4> words;
  std::string_view text;
};

constexpr std::array kDefinitions{
    Definitions{{"input_filename"}, R"(def input_filename: ["\u0001weir", "f"] | debug | input; )"},
    Definitions{{"input_line_number"}, R"(def input_line_number: ["\u0001weir", "l"] | debug | input; )"},
    Definitions{{"stderr"}, R"(def stderr: (["\u0001weir", "e", .] | debug | empty), .; )"},
    // Endless in jq 1.6 for an empty string.
    Definitions{{"indices", "index", "rindex"},
                "def weir_indices(i): indices(i); "
                "def indices($i): if type == \"string\" and $i == \"\" then [] else weir_indices($i) end; "
                "def index($i): indices($i) | .[0]; "
                "def rindex($i): indices($i) | .[-1:][0]; "},
    // Assertions fail in jq 1.6 for times out of range, and for formats that are no strings.
    Definitions{
        {"strftime", "todate", "todateiso8601", "strflocaltime"},
        "def weir_format(f): f | if type == \"string\" then . else "
        "error(\"strftime/1 requires a string format\") end; "
        "def weir_strftime(f): strftime(f); "
        "def strftime(f): weir_format(f) as $f | if type == \"number\" then gmtime else . end "
        "| weir_strftime($f); "
        "def weir_strflocaltime(f): strflocaltime(f); "
        "def strflocaltime(f): weir_format(f) as $f | if type == \"number\" then localtime else . end "
        "| weir_strflocaltime($f); "
        "def todate: strftime(\"%Y-%m-%dT%H:%M:%SZ\"); "
        "def todateiso8601: todate; "},
};

bool is_word_byte(char byte) noexcept {
  return byte == '_' || std::isalnum(static_cast<unsigned char>(byte)) != 0;
}

bool mentions(std::string_view text, std::string_view word) noexcept {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !is_word_byte(text[at - 1]);
    const std::size_t end = at + word.size();
    if (begins && (end == text.size() || !is_word_byte(text[end]))) return true;
  }
  return false;
}

std::size_t skip_space(std::string_view text, std::size_t at) noexcept {
  while (at < text.size()) {
    if (text[at] == '#') {
      at = std::min(text.find('\n', at), text.size());
    } else if (std::isspace(static_cast<unsigned char>(text[at])) != 0) {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

std::size_t skip_string(std::string_view text, std::size_t at) noexcept {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

// Behind the semicolon that ends the directive at `at`.
std::size_t skip_directive(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && text[at] != ';') {
    if (text[at] == '"') {
      at = skip_string(text, at);
    } else if (text[at] == '#') {
      at = skip_space(text, at);
    } else {
      ++at;
    }
  }
  return std::min(at + 1, text.size());
}

// Where definitions may begin: behind module, import and include.
std::size_t body_begin(std::string_view text) noexcept {
  for (std::size_t at = 0;;) {
    const std::size_t word = skip_space(text, at);
    std::size_t end = word;
    while (end < text.size() && is_word_byte(text[end]))
      ++end;
    const std::string_view name = text.substr(word, end - word);
    if (name != "module" && name != "import" && name != "include") return word;
    at = skip_directive(text, end);
  }
}

}  // namespace

LibjqPreparedProgram prepare_for_libjq(std::string_view program) {
  LibjqPreparedProgram prepared;
  prepared.offset = body_begin(program);
  std::string needed;
  for (const Definitions& definitions : kDefinitions) {
    for (const std::string_view word : definitions.words) {
      if (word.empty() || !mentions(program, word)) continue;
      needed += definitions.text;
      break;
    }
  }
  prepared.length = needed.size();
  prepared.text.append(program.substr(0, prepared.offset))
      .append(needed)
      .append(program.substr(prepared.offset));
  return prepared;
}

}  // namespace weir::transform::jq
