// embedded: a JSON object inside of other text, as `2026-03-01T12:00:00Z app[3]: {"level":"info"}`.
//
// The record is the object. The text in front of it is added as "@prefix", what is behind it as "@suffix",
// both without the blanks around them and not when they are blank; "@timestamp" is the prefix's. The first
// object that is whole counts, and it is not empty.
#include "parse/format_rows.hpp"
#include "parse/inner_object.hpp"

namespace weir::parse {

namespace {

constexpr auto kNone = std::string_view::npos;
constexpr int kMostAttempts = 8;  // at lines full of brackets

// Where a '{' has a member behind it.
std::size_t find_object(std::string_view line, std::size_t from) noexcept {
  for (std::size_t at = line.find('{', from); at != kNone; at = line.find('{', at + 1)) {
    const std::size_t next = line.find_first_not_of(" \t", at + 1);
    if (next == kNone) return kNone;
    if (line[next] == '"') return at;
    at = next - 1;
  }
  return kNone;
}

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == kNone) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

class EmbeddedParser : public LineParser {
 public:
  using LineParser::LineParser;

 private:
  bool read(std::string_view line) override {
    std::size_t begin = 0;
    for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
      begin = find_object(line, begin);
      if (begin == kNone) break;
      const std::size_t end = end_of_object(line, begin);
      const record::Object* object = end == kNone ? nullptr : read_object(line.substr(begin, end - begin));
      if (object) {
        add_members(*object, fields());
        add_around("@prefix", line.substr(0, begin));
        add_around("@suffix", line.substr(end));
        add_timestamp(begin > 0 ? line.substr(0, begin) : line);
        return true;
      }
      ++begin;
    }
    return refuse("no JSON object");
  }

  const record::Object* read_object(std::string_view text) { return inner_.read(fields().text(text).text()); }

  void add_around(std::string_view key, std::string_view text) {
    text = trimmed(text);
    if (!text.empty()) fields().add(key, fields().text(text));
  }

  ObjectReader inner_;
};

int score(HeadLines lines) {
  const auto has_text_before = [](std::string_view line) { return line.front() != '{'; };
  return std::min(score_of(lines, 98, has_text_before), score_by_parser(kEmbedded, lines, 98));
}

}  // namespace

const FormatRow kEmbedded = {"embedded", "", "a JSON object behind or inside of other text",
                             make_plain<EmbeddedParser>, score};

}  // namespace weir::parse
