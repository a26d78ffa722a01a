#include "filter/scan.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "text/newlines.hpp"

namespace weir::filter {
namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

Fit fits_beside(char c) {
  if (static_cast<unsigned char>(c) >= 0x80) return Fit::unknown;
  const char folded = lower(c);
  const bool word = (folded >= 'a' && folded <= 'z') || (c >= '0' && c <= '9') || c == '_';
  return word ? Fit::no : Fit::yes;
}

// Goes on window by window, so that a rare literal is not sought to the text's end for every line.
class EachLiteralScan final : public Scan {
 public:
  EachLiteralScan(const std::vector<Literal>& literals, Boundary boundary) {
    for (const Literal& literal : literals)
      scans_.push_back(make_literal_scan(literal, boundary));
  }

  Occurrence next(std::string_view text, std::size_t from) const override {
    constexpr std::size_t kWindow = 4096;
    while (from < text.size()) {
      const std::size_t end = text::line_end(text, std::min(from + kWindow, text.size()));
      Occurrence first;
      for (const auto& scan : scans_) {
        const Occurrence found = scan->next(text.substr(0, end), from);
        if (found.at < first.at) first = found;
      }
      if (first.at != Occurrence::kNone) return first;
      from = end + 1;
    }
    return {};
  }

 private:
  std::vector<std::unique_ptr<Scan>> scans_;
};

}  // namespace

Fit fits(Boundary boundary, std::string_view text, std::size_t at, std::size_t length) {
  const std::size_t end = at + length;
  if (boundary == Boundary::none) return Fit::yes;
  if (boundary == Boundary::line) {
    const bool whole = (at == 0 || text[at - 1] == '\n') && (end == text.size() || text[end] == '\n');
    return whole ? Fit::yes : Fit::no;
  }
  const Fit before = at == 0 ? Fit::yes : fits_beside(text[at - 1]);
  const Fit after = end == text.size() ? Fit::yes : fits_beside(text[end]);
  if (before == Fit::no || after == Fit::no) return Fit::no;
  return before == Fit::unknown || after == Fit::unknown ? Fit::unknown : Fit::yes;
}

bool stands_at(const Literal& literal, const char* at) {
  if (!literal.caseless) return std::memcmp(at, literal.bytes.data(), literal.bytes.size()) == 0;
  for (std::size_t i = 0; i < literal.bytes.size(); ++i)
    if (lower(at[i]) != literal.bytes[i]) return false;
  return true;
}

std::unique_ptr<Scan> make_each_literal_scan(const std::vector<Literal>& literals, Boundary boundary) {
  return std::make_unique<EachLiteralScan>(literals, boundary);
}

std::unique_ptr<Scan> make_scan(std::vector<Literal> literals, Boundary boundary) {
  if (literals.size() == 1 && !literals.front().bytes.empty())
    return make_literal_scan(std::move(literals.front()), boundary);
  return make_literal_set_scan(std::move(literals), boundary);
}

}  // namespace weir::filter
