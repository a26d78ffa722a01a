#include "filter/bit_program.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace weir::filter {
namespace {

using Op = BitProgram::Op;
using Register = std::uint8_t;
using Cursors = std::optional<Register>;  // nullopt, as what a part starts from: everywhere

// More would take longer than a database that skips most of the text.
constexpr std::size_t kMaxRegisters = 64;
constexpr std::size_t kLeastBetweenSkips = 2;
constexpr std::size_t kMaxParts = 1000;  // repeats of what is empty add no registers

AsciiSet word_characters() {
  AsciiSet set;
  for (unsigned c = 0; c < set.size(); ++c)
    set[c] = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  return set;
}

class NotForBits {};  // thrown inside this file only

class Compiler {
 public:
  BitProgram run(const std::vector<const Tree*>& patterns, Boundary boundary) {
    Node all{.kind = Node::Kind::alternate};
    for (const Tree* tree : patterns)
      all.parts.push_back(boundary == Boundary::none ? without_loose_ends(tree->root) : tree->root);
    make_places(all, boundary);
    const Cursors ends = surrounded(all.parts.size() == 1 ? all.parts.front() : all, boundary);
    program_.result = ends ? *ends : add({.op = Op::ones});
    return std::move(program_);
  }

 private:
  static AsciiSet newline() { return AsciiSet().set('\n'); }

  static AsciiSet in_line(const CharSet& set) {
    AsciiSet ascii = set.ascii;
    return ascii.reset('\n');
  }

  Register add(BitProgram::Instruction instruction) {
    if (program_.registers >= kMaxRegisters) throw NotForBits();
    instruction.target = static_cast<Register>(program_.registers++);
    program_.instructions.push_back(instruction);
    return instruction.target;
  }

  // Made where it is first needed, which a skip may leave out; so it is made anew for each branch.
  Register members(const AsciiSet& set) {
    auto& classes = program_.classes;
    const auto at = std::find(classes.begin(), classes.end(), set);
    const auto index = static_cast<Register>(at - classes.begin());
    if (at == classes.end()) classes.push_back(set);
    for (const auto& [known, where] : made_)
      if (known == index) return where;
    made_.emplace_back(index, add({.op = Op::members, .a = index}));
    return made_.back().second;
  }

  // Streams that a skip must not leave out: what they carry is hardly ever empty.
  void make_places(const Node& root, Boundary boundary) {
    if (boundary == Boundary::line || holds(root, {Node::Kind::line_begin, Node::Kind::text_begin})) {
      const Register ends = members(newline());
      line_begins_ = add({.op = Op::step, .a = ends, .b = ends, .carries_in = true});
    }
    const bool boundaries = holds(root, {Node::Kind::word_boundary, Node::Kind::not_word_boundary});
    if (!boundaries && boundary != Boundary::word) return;
    const Register words = members(word_characters());
    behind_word_ = add({.op = Op::step, .a = words, .b = words});
    if (!boundaries) return;
    boundaries_ = add({.op = Op::one_of, .a = behind_word_, .b = words});
    not_boundaries_ = add({.op = Op::complement, .a = boundaries_});
  }

  static bool holds(const Node& node, std::initializer_list<Node::Kind> kinds) {
    if (std::find(kinds.begin(), kinds.end(), node.kind) != kinds.end()) return true;
    return std::any_of(node.parts.begin(), node.parts.end(),
                       [&](const Node& inner) { return holds(inner, kinds); });
  }

  Cursors surrounded(const Node& root, Boundary boundary) {
    if (boundary == Boundary::none) return part(root, std::nullopt);
    if (boundary == Boundary::line) return both(part(root, line_begins_), members(newline()));
    const Cursors end = part(root, add({.op = Op::complement, .a = behind_word_}));
    return both(end, add({.op = Op::complement, .a = members(word_characters())}));
  }

  Cursors both(Cursors at, Register places) {
    return at ? add({.op = Op::both, .a = *at, .b = places}) : places;
  }

  // From everywhere and from somewhere is from everywhere.
  Cursors either(Cursors a, Cursors b) {
    if (!a || !b) return std::nullopt;
    return add({.op = Op::either, .a = *a, .b = *b});
  }

  Cursors part(const Node& node, Cursors at) {
    if (++parts_ > kMaxParts) throw NotForBits();
    switch (node.kind) {
      case Node::Kind::empty:
        return at;
      case Node::Kind::set: {
        const Register set = members(in_line(node.set));
        return add({.op = Op::step, .a = at.value_or(set), .b = set});
      }
      case Node::Kind::concat:
        return concat(node, at);
      case Node::Kind::alternate:
        return alternate(node, at);
      case Node::Kind::repeat:
        return repeat(node, at);
      case Node::Kind::line_begin:
      case Node::Kind::text_begin:
        return both(at, line_begins_);
      case Node::Kind::line_end:
      case Node::Kind::text_end:
        return both(at, members(newline()));
      case Node::Kind::word_boundary:
        return both(at, boundaries_);
      case Node::Kind::not_word_boundary:
        return both(at, not_boundaries_);
      default:
        throw NotForBits();
    }
  }

  // Where no cursor is left, the rest of the parts has nothing to do.
  Cursors concat(const Node& node, Cursors at) {
    auto& instructions = program_.instructions;
    const auto known = made_;
    std::vector<std::size_t> skips;
    std::size_t last = instructions.size();
    for (const Node& inner : node.parts) {
      if (at && !repeats_ && instructions.size() >= last + kLeastBetweenSkips) {
        skips.push_back(instructions.size());
        instructions.push_back({.op = Op::skip_if_empty, .a = *at});
        last = instructions.size();
      }
      at = part(inner, at);
    }
    for (const std::size_t skip : skips) {
      instructions[skip].target = *at;
      instructions[skip].b = static_cast<std::uint8_t>(instructions.size() - skip - 1);
    }
    if (!skips.empty()) made_ = known;
    return at;
  }

  Cursors alternate(const Node& node, Cursors at) {
    Cursors all = part(node.parts.front(), at);
    for (std::size_t i = 1; i < node.parts.size(); ++i)
      all = either(all, part(node.parts[i], at));
    return all;
  }

  Cursors repeat(const Node& node, Cursors at) {
    const Node& inner = node.parts.front();
    const bool repeats = std::exchange(repeats_, true);
    for (std::uint32_t i = 0; i < node.min; ++i)
      at = part(inner, at);
    if (node.max == Node::kNoLimit) {
      if (inner.kind != Node::Kind::set) throw NotForBits();
      if (at) at = add({.op = Op::star, .a = *at, .b = members(in_line(inner.set))});
    } else {
      for (std::uint32_t i = node.min; i < node.max; ++i)
        at = either(at, part(inner, at));
    }
    repeats_ = repeats;
    return at;
  }

  BitProgram program_;
  std::size_t parts_ = 0;
  bool repeats_ = false;  // inside a repeat, whose copies share classes and are not worth a skip each
  std::vector<std::pair<Register, Register>> made_;  // class, and the register of its members
  Register line_begins_ = 0;
  Register behind_word_ = 0;
  Register boundaries_ = 0;
  Register not_boundaries_ = 0;
};

}  // namespace

std::optional<BitProgram> make_bit_program(const std::vector<const Tree*>& patterns, Boundary boundary) {
  try {
    return Compiler().run(patterns, boundary);
  } catch (const NotForBits&) {
    return std::nullopt;
  }
}

}  // namespace weir::filter
