#include "pipeline/replacement.hpp"

#include <algorithm>

#include "text/utf8.hpp"

namespace weir::pipeline {

namespace {

constexpr std::string_view kNameCharacters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

}  // namespace

Replacement::Replacement(std::string_view source) {
  while (!source.empty()) {
    const std::size_t dollar = std::min(source.find('$'), source.size());
    add_text(source.substr(0, dollar));
    source.remove_prefix(dollar);
    if (source.empty()) break;
    const std::size_t name_end = std::min(source.find_first_not_of(kNameCharacters, 1), source.size());
    const std::size_t brace = source.starts_with("${") ? source.find('}') : std::string_view::npos;
    if (source.starts_with("$$")) {
      add_text("$");
      source.remove_prefix(2);
    } else if (brace != std::string_view::npos) {
      pieces_.push_back({std::string(source.substr(2, brace - 2)), true});
      source.remove_prefix(brace + 1);
    } else if (name_end > 1) {
      pieces_.push_back({std::string(source.substr(1, name_end - 1)), true});
      source.remove_prefix(name_end);
    } else {
      add_text("$");
      source.remove_prefix(1);
    }
  }
}

void Replacement::add_text(std::string_view text) {
  if (!text.empty()) pieces_.push_back({std::string(text), false});
}

void Replacement::expand(filter::MatchFinder& finder, std::string_view line, std::size_t from,
                         std::string& out) const {
  for (const Piece& piece : pieces_)
    out += piece.is_group ? finder.group(line, from, piece.text) : std::string_view(piece.text);
}

void Replacement::replace_all(filter::MatchFinder& finder, std::string_view line, ReplacedLine& out) const {
  out.text.clear();
  out.replaced.clear();
  filter::Match match{};
  std::size_t done = 0;
  bool any = false;
  for (std::size_t from = 0; from <= line.size() && finder.find(line, from, match);) {
    const bool is_empty = match.begin == match.end;
    if (!is_empty || !any || match.begin > done) {
      out.text += line.substr(done, std::max<std::size_t>(match.begin, done) - done);  // \K may look back
      const auto begin = static_cast<std::uint32_t>(out.text.size());
      expand(finder, line, from, out.text);
      out.replaced.push_back({begin, static_cast<std::uint32_t>(out.text.size())});
      done = std::max<std::size_t>(match.end, done);
      any = true;
    }
    from = is_empty ? text::next_character(line, match.end) : match.end;
  }
  out.text += line.substr(done);
}

}  // namespace weir::pipeline
