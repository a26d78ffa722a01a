#include "output/hyperlink.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstdlib>
#include <memory>
#include <optional>

namespace weir::output {

namespace {

struct Alias {
  std::string_view name;
  std::string_view format;
};

constexpr Alias kAliases[] = {
    {"default", "file://{host}{path}"},
    {"none", ""},
    {"file", "file://{host}{path}"},
    {"cursor", "cursor://file{path}:{line}:{column}"},
    {"grep+", "grep+://{path}:{line}"},
    {"kitty", "file://{host}{path}#{line}"},
    {"macvim", "mvim://open?url=file://{path}&line={line}&column={column}"},
    {"textmate", "txmt://open?url=file://{path}&line={line}&column={column}"},
    {"vscode", "vscode://file{path}:{line}:{column}"},
    {"vscode-insiders", "vscode-insiders://file{path}:{line}:{column}"},
    {"vscodium", "vscodium://file{path}:{line}:{column}"},
};

struct Variable {
  std::string_view name;
  LinkValue value;
};

constexpr Variable kVariables[] = {{"path", LinkValue::path},
                                   {"host", LinkValue::host},
                                   {"line", LinkValue::line},
                                   {"column", LinkValue::column},
                                   {"wslprefix", LinkValue::wsl_prefix}};

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// What may stand in an address between ESC ] and ESC \ is printable ASCII.
std::string percent_encoded(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text;
  for (const char c : path) {
    if (is_letter_or_digit(c) || std::string_view("/:-._~").find(c) != std::string_view::npos) {
      text += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    text += '%';
    text += kHex[byte >> 4];
    text += kHex[byte & 15];
  }
  return text;
}

std::string host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return {};
  return percent_encoded(name.data());
}

std::string wsl_prefix() {
  const char* name = std::getenv("WSL_DISTRO_NAME");
  return name ? std::string("wsl$/").append(percent_encoded(name)) : std::string();
}

bool begins_with_scheme(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() &&
         (is_letter_or_digit(text[at]) || text[at] == '+' || text[at] == '-' || text[at] == '.'))
    ++at;
  return at > 0 && at < text.size() && text[at] == ':';
}

// Why `format` is none; the pieces if it is one.
std::optional<std::string> read_pieces(std::string_view format, std::vector<LinkPiece>& pieces) {
  LinkPiece piece;
  for (std::size_t at = 0; at < format.size(); ++at) {
    const char c = format[at];
    const bool is_double = format.substr(at, 2) == "{{" || format.substr(at, 2) == "}}";
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f)
      return "it may hold printable ASCII without spaces only";
    if ((c != '{' && c != '}') || is_double) {
      piece.text += c;
      at += is_double ? 1 : 0;
      continue;
    }
    if (c == '}') return "a } without a { (}} stands for one)";
    const std::size_t end = format.find('}', at);
    if (end == std::string_view::npos) return "a { without a } ({{ stands for one)";
    const std::string_view name = format.substr(at + 1, end - at - 1);
    const auto* const found = std::find_if(std::begin(kVariables), std::end(kVariables),
                                           [&](const Variable& one) { return one.name == name; });
    if (found == std::end(kVariables))
      return std::string("{").append(name) + "} is none of {path}, {line}, {column}, {host} and {wslprefix}";
    piece.behind = found->value;
    pieces.push_back(std::exchange(piece, {}));
    at = end;
  }
  pieces.push_back(std::move(piece));
  return std::nullopt;
}

}  // namespace

bool HyperlinkFormat::has(LinkValue value) const noexcept {
  return std::any_of(pieces_.begin(), pieces_.end(),
                     [value](const LinkPiece& piece) { return piece.behind == value; });
}

Result<HyperlinkFormat> HyperlinkFormat::parse(const std::string& format) {
  const auto* const alias = std::find_if(std::begin(kAliases), std::end(kAliases),
                                         [&](const Alias& one) { return one.name == format; });
  const std::string_view text = alias == std::end(kAliases) ? std::string_view(format) : alias->format;
  HyperlinkFormat parsed;
  if (text.empty()) return parsed;
  auto wrong = read_pieces(text, parsed.pieces_);
  if (!wrong && !parsed.has(LinkValue::path))
    wrong =
        "it is no alias (default, none, file, cursor, grep+, kitty, macvim, textmate, vscode, "
        "vscode-insiders, vscodium) and has no {path}";
  if (!wrong && parsed.has(LinkValue::column) && !parsed.has(LinkValue::line))
    wrong = "{column} needs a {line}";
  if (!wrong && !begins_with_scheme(text)) wrong = "it does not begin with a scheme such as file:";
  if (!wrong) return parsed;
  return Error(ErrorCode::bad_argument, "hyperlink format '" + format + "': " + *wrong);
}

std::vector<LinkPiece> HyperlinkFormat::opening(std::string_view path) const {
  std::vector<LinkPiece> opening;
  if (pieces_.empty()) return opening;
  const std::unique_ptr<char, decltype(&std::free)> absolute(::realpath(std::string(path).c_str(), nullptr),
                                                             &std::free);
  if (!absolute) return opening;
  LinkPiece open{"\33]8;;", LinkValue::none};
  for (const LinkPiece& piece : pieces_) {
    open.text += piece.text;
    if (piece.behind == LinkValue::path) open.text += percent_encoded(absolute.get());
    if (piece.behind == LinkValue::host) open.text += host_name();
    if (piece.behind == LinkValue::wsl_prefix) open.text += wsl_prefix();
    if (piece.behind != LinkValue::line && piece.behind != LinkValue::column) continue;
    open.behind = piece.behind;
    opening.push_back(std::exchange(open, {}));
  }
  open.text += "\33\\";
  opening.push_back(std::move(open));
  return opening;
}

}  // namespace weir::output
