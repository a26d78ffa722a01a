#include "cli/colors.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <iterator>
#include <string_view>

namespace weir::cli {

namespace {

constexpr std::string_view kColorNames[] = {"black", "red",     "green", "yellow",
                                            "blue",  "magenta", "cyan",  "white"};  // as SGR numbers them

struct Part {
  std::string_view type;
  std::string_view grep_key;
  std::string GrepColors::*place;
};

constexpr Part kParts[] = {
    {"match", "mt", &GrepColors::match},         {"match", "ms", &GrepColors::match},
    {"path", "fn", &GrepColors::file_name},      {"line", "ln", &GrepColors::line_number},
    {"column", "", &GrepColors::column},         {"offset", "bn", &GrepColors::byte_offset},
    {"separator", "se", &GrepColors::separator},
};

// A foreground or background: one of the eight colours, or the parameters behind SGR 38 or 48.
struct Ink {
  std::optional<int> named;
  std::string extended;

  std::string sgr(int base, bool intense) const {
    if (!extended.empty()) return std::to_string(base + 8) + ";" + extended;
    return named ? std::to_string(base + *named + (intense ? 60 : 0)) : std::string();
  }
};

// SGR parameters, taken apart so that one thing can be changed and the others stay.
struct Look {
  Ink foreground;
  Ink background;
  bool bold = false;
  bool italic = false;
  bool underline = false;
  bool intense = false;
  std::vector<std::string> rest;
};

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> pieces;
  for (;;) {
    const std::size_t end = std::min(text.find(separator), text.size());
    pieces.emplace_back(text.substr(0, end));
    if (end == text.size()) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::string joined(const std::vector<std::string>& pieces) {
  std::string text;
  for (const std::string& piece : pieces)
    if (!piece.empty()) text += (text.empty() ? "" : ";") + piece;
  return text;
}

// "5;N" or "2;R;G;B" behind a 38 or 48 at `at`, which moves to its last number.
std::string extended_at(const std::vector<std::string>& numbers, std::size_t& at) {
  const std::size_t more = at + 1 < numbers.size() && std::atoi(numbers[at + 1].c_str()) == 5 ? 2 : 4;
  const std::size_t end = std::min(at + more + 1, numbers.size());
  const std::vector<std::string> taken(numbers.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                                       numbers.begin() + static_cast<std::ptrdiff_t>(end));
  at = end - 1;
  return joined(taken);
}

Look parse_look(const std::string& sgr) {
  Look look;
  const std::vector<std::string> numbers = split(sgr, ';');
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const int number = std::atoi(numbers[i].c_str());
    const int color = number % 10;
    const int base = number - color;
    Ink& ink = base == 40 || base == 100 ? look.background : look.foreground;
    if (number == 38 || number == 48) {
      ink.extended = extended_at(numbers, i);
    } else if ((base == 30 || base == 40 || base == 90 || base == 100) && color < 8) {
      ink = {color, {}};
      look.intense = look.intense || base >= 90;
    } else if (number == 1) {
      look.bold = true;
    } else if (number == 3) {
      look.italic = true;
    } else if (number == 4) {
      look.underline = true;
    } else {
      look.rest.push_back(numbers[i]);
    }
  }
  return look;
}

std::string sgr_of(const Look& look) {
  std::vector<std::string> numbers = look.rest;
  if (look.bold) numbers.emplace_back("1");
  if (look.italic) numbers.emplace_back("3");
  if (look.underline) numbers.emplace_back("4");
  numbers.push_back(look.foreground.sgr(30, look.intense));
  numbers.push_back(look.background.sgr(40, look.intense));
  return joined(numbers);
}

// "200" or "0xc8", up to 255.
std::optional<std::string> parse_level(std::string_view text) {
  const bool is_hex = text.starts_with("0x") || text.starts_with("0X");
  if (is_hex) text.remove_prefix(2);
  unsigned value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, is_hex ? 16 : 10);
  if (error != std::errc() || stop != end || value > 255) return std::nullopt;
  return std::to_string(value);
}

std::optional<Ink> parse_ink(const std::string& text) {
  const auto* const name = std::find(std::begin(kColorNames), std::end(kColorNames), text);
  if (name != std::end(kColorNames)) return Ink{static_cast<int>(name - kColorNames), {}};
  const std::vector<std::string> levels = split(text, ',');
  if (levels.size() != 1 && levels.size() != 3) return std::nullopt;
  std::string extended = levels.size() == 1 ? "5" : "2";
  for (const std::string& level : levels) {
    const auto value = parse_level(level);
    if (!value) return std::nullopt;
    extended += ";" + *value;
  }
  return Ink{std::nullopt, std::move(extended)};
}

bool apply_style(std::string_view style, Look& look) {
  struct Row {
    std::string_view name;
    bool Look::*place;
  };
  constexpr Row kStyles[] = {{"bold", &Look::bold},
                             {"italic", &Look::italic},
                             {"underline", &Look::underline},
                             {"intense", &Look::intense}};
  const bool on = !style.starts_with("no");
  const std::string_view name = on ? style : style.substr(2);
  const auto* const row =
      std::find_if(std::begin(kStyles), std::end(kStyles), [&](const Row& one) { return one.name == name; });
  if (row == std::end(kStyles)) return false;
  look.*(row->place) = on;
  return true;
}

Error bad_spec(const std::string& spec, const std::string& why) {
  return Error(ErrorCode::bad_argument, "--colors: '" + spec + "': " + why);
}

std::optional<Error> apply_one(const std::string& spec, GrepColors& colors) {
  const std::vector<std::string> pieces = split(spec, ':');
  const auto* const part = std::find_if(std::begin(kParts), std::end(kParts),
                                        [&](const Part& one) { return one.type == pieces[0]; });
  if (part == std::end(kParts))
    return bad_spec(spec, "what it colours is none of match, path, line, column, offset and separator");
  std::string& place = colors.*(part->place);
  if (pieces.size() == 2 && pieces[1] == "none") {
    place.clear();
    return std::nullopt;
  }
  Look look = parse_look(place);
  if (pieces.size() == 3 && (pieces[1] == "fg" || pieces[1] == "bg")) {
    const auto ink = parse_ink(pieces[2]);
    if (!ink)
      return bad_spec(spec,
                      "the colour is no name (red, blue, green, cyan, magenta, yellow, white, black), "
                      "no number up to 255 and no three of them with commas");
    (pieces[1] == "fg" ? look.foreground : look.background) = *ink;
  } else if (pieces.size() == 3 && pieces[1] == "style") {
    if (!apply_style(pieces[2], look))
      return bad_spec(spec, "the style is none of bold, intense, underline and italic, with or without no");
  } else {
    return bad_spec(spec, "it is not TYPE:fg:COLOUR, TYPE:bg:COLOUR, TYPE:style:STYLE or TYPE:none");
  }
  place = sgr_of(look);
  return std::nullopt;
}

}  // namespace

void apply_grep_colors(GrepColors& colors) {
  const char* text = std::getenv("GREP_COLORS");
  if (!text) return;
  for (const std::string& entry : split(text, ':')) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos || equals == 0) continue;
    const std::string value = entry.substr(equals + 1);
    if (value.find_first_not_of("0123456789;") != std::string::npos) continue;
    for (const Part& part : kParts)
      if (part.grep_key == std::string_view(entry).substr(0, equals)) colors.*(part.place) = value;
  }
}

std::optional<Error> apply_colors(const std::vector<std::string>& specs, GrepColors& colors) {
  for (const std::string& spec : specs) {
    auto error = apply_one(spec, colors);
    if (error) return error;
  }
  return std::nullopt;
}

}  // namespace weir::cli
