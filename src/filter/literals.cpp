#include "filter/literals.hpp"

#include <algorithm>
#include <utility>

#include "filter/byte_rank.hpp"
#include "text/utf8.hpp"

namespace weir::filter {
namespace {

constexpr std::size_t kMaxPrefilterLiterals = 16;
constexpr std::size_t kMaxLength = 256;

// While texts are put together: whether the letters so far were pairs of cases.
enum class Letters { none, exact, pairs };

struct Text {
  std::string bytes;
  Letters letters = Letters::none;
};
using Texts = std::vector<Text>;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::optional<Texts> set_texts(const CharSet& set, std::size_t limit) {
  if (set.code_point != 0) {
    Text text;
    text::append_utf8(text.bytes, set.code_point);
    return Texts{text};
  }
  const std::size_t count = set.ascii.count();
  if (count == 2) {
    for (char c = 'a'; c <= 'z'; ++c) {
      const auto lower = static_cast<unsigned char>(c);
      const bool folds = c == 'k' || c == 's';
      if (set.ascii[lower] && set.ascii[lower ^ 0x20u] && set.non_ascii == folds && set.folded == folds)
        return Texts{{std::string(1, c), Letters::pairs}};
    }
  }
  if (set.non_ascii || count == 0 || count > limit) return std::nullopt;
  Texts texts;
  for (unsigned i = 0; i < 128; ++i) {
    if (!set.ascii[i]) continue;
    const char c = static_cast<char>(i);
    texts.push_back({std::string(1, c), is_letter(c) ? Letters::exact : Letters::none});
  }
  return texts;
}

std::optional<Texts> joined(const Texts& heads, const Texts& tails, std::size_t limit) {
  if (heads.size() * tails.size() > limit) return std::nullopt;
  Texts texts;
  for (const Text& head : heads) {
    for (const Text& tail : tails) {
      Text text{head.bytes + tail.bytes, head.letters};
      if (head.letters == Letters::none) text.letters = tail.letters;
      const bool mixed = tail.letters != Letters::none && tail.letters != text.letters;
      if (mixed || text.bytes.size() > kMaxLength) return std::nullopt;
      texts.push_back(std::move(text));
    }
  }
  return texts;
}

std::optional<Texts> texts_of(const Node& node, std::size_t limit);

std::optional<Texts> concat_texts(const Node& node, std::size_t limit) {
  Texts texts{Text{}};
  for (const Node& part : node.parts) {
    const auto tails = texts_of(part, limit);
    if (!tails) return std::nullopt;
    auto longer = joined(texts, *tails, limit);
    if (!longer) return std::nullopt;
    texts = std::move(*longer);
  }
  return texts;
}

std::optional<Texts> texts_of(const Node& node, std::size_t limit) {
  switch (node.kind) {
    case Node::Kind::empty:
      return Texts{Text{}};
    case Node::Kind::set:
      return set_texts(node.set, limit);
    case Node::Kind::concat:
      return concat_texts(node, limit);
    case Node::Kind::alternate: {
      Texts all;
      for (const Node& part : node.parts) {
        auto texts = texts_of(part, limit);
        if (!texts || all.size() + texts->size() > limit) return std::nullopt;
        all.insert(all.end(), texts->begin(), texts->end());
      }
      return all;
    }
    case Node::Kind::repeat: {
      if (node.max > 8) return std::nullopt;
      const auto one = texts_of(node.parts.front(), limit);
      if (!one) return std::nullopt;
      Texts all;
      Texts texts{Text{}};
      for (std::uint32_t n = 0; n <= node.max; ++n) {
        if (n >= node.min) all.insert(all.end(), texts.begin(), texts.end());
        if (n == node.max) break;
        auto longer = joined(texts, *one, limit);
        if (!longer) return std::nullopt;
        texts = std::move(*longer);
      }
      return all.size() <= limit ? std::optional(std::move(all)) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

Literal to_literal(const Text& text) {
  return {text.bytes, text.letters == Letters::pairs};
}

std::vector<Literal> to_literals(const Texts& texts) {
  std::vector<Literal> literals;
  for (const Text& text : texts) {
    Literal literal = to_literal(text);
    if (std::find(literals.begin(), literals.end(), literal) == literals.end())
      literals.push_back(std::move(literal));
  }
  return literals;
}

double rarity_of(const Literal& literal) {
  // Bytes that occur together are not independent: only the rarest few of a literal count.
  std::vector<unsigned> information;
  for (const char c : literal.bytes)
    information.push_back(byte_information(c) - (literal.caseless ? 2u : 0u));
  std::sort(information.rbegin(), information.rend());
  double bits = 0;
  double weight = 1.0;
  for (std::size_t i = 0; i < information.size() && i < 8; ++i, weight *= 0.7)
    bits += weight * information[i] / 8.0;
  return bits;
}

void keep_rarer(std::vector<Literal>& best, std::vector<Literal> other) {
  if (!other.empty() && rarity(other) > rarity(best)) best = std::move(other);
}

bool is_assertion(const Node& node) {
  switch (node.kind) {
    case Node::Kind::line_begin:
    case Node::Kind::line_end:
    case Node::Kind::text_begin:
    case Node::Kind::text_end:
    case Node::Kind::word_boundary:
    case Node::Kind::not_word_boundary:
      return true;
    default:
      return false;
  }
}

// Neighbours with few texts each are tried as one run, the rest one by one.
std::vector<Literal> required_of_concat(const Node& node) {
  std::vector<Literal> best;
  Texts run{Text{}};
  const auto finish_run = [&] {
    keep_rarer(best, to_literals(run));
    run = Texts{Text{}};
  };
  for (const Node& part : node.parts) {
    if (is_assertion(part)) continue;  // takes no room: what surrounds it stays adjacent
    const auto texts = texts_of(part, kMaxPrefilterLiterals);
    auto longer = texts ? joined(run, *texts, kMaxPrefilterLiterals) : std::nullopt;
    if (longer) {
      run = std::move(*longer);
      continue;
    }
    finish_run();
    if (texts) {
      run = *texts;
    } else {
      keep_rarer(best, required_literals(part));
    }
  }
  finish_run();
  return best;
}

}  // namespace

std::optional<std::vector<Literal>> expand(const Node& node, std::size_t limit) {
  const auto texts = texts_of(node, limit);
  if (!texts) return std::nullopt;
  return to_literals(*texts);
}

std::vector<Literal> required_literals(const Node& node) {
  switch (node.kind) {
    case Node::Kind::set: {
      const auto texts = set_texts(node.set, kMaxPrefilterLiterals);
      return texts ? to_literals(*texts) : std::vector<Literal>{};
    }
    case Node::Kind::concat:
      return required_of_concat(node);
    case Node::Kind::repeat:
      return node.min > 0 ? required_literals(node.parts.front()) : std::vector<Literal>{};
    case Node::Kind::alternate: {
      std::vector<Literal> all;
      for (const Node& part : node.parts) {
        auto literals = required_literals(part);
        if (literals.empty() || all.size() + literals.size() > kMaxPrefilterLiterals) return {};
        all.insert(all.end(), literals.begin(), literals.end());
      }
      return all;
    }
    default:
      return {};
  }
}

double rarity(const std::vector<Literal>& literals) {
  if (literals.empty()) return 0;
  double lowest = rarity_of(literals.front());
  for (const Literal& literal : literals)
    lowest = std::min(lowest, rarity_of(literal));
  return lowest;
}

bool any_folds_beyond_ascii(const std::vector<Literal>& literals) {
  return std::any_of(literals.begin(), literals.end(),
                     [](const Literal& literal) { return literal.folds_beyond_ascii(); });
}

std::vector<Literal> without_redundant(std::vector<Literal> literals) {
  std::vector<Literal> kept;
  for (std::size_t i = 0; i < literals.size(); ++i) {
    const Literal& literal = literals[i];
    bool redundant = false;
    for (std::size_t j = 0; j < literals.size() && !redundant; ++j) {
      const Literal& other = literals[j];
      if (i == j || other.caseless != literal.caseless) continue;
      redundant =
          literal.bytes.find(other.bytes) != std::string::npos && (literal.bytes != other.bytes || j < i);
    }
    if (!redundant) kept.push_back(literal);
  }
  return kept;
}

}  // namespace weir::filter
