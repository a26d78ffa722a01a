// Questions about trees that need no engine: what always matches, and what at the ends does not matter.
#include <algorithm>

#include "filter/syntax.hpp"

namespace weir::filter {
namespace {

bool matches_empty_anywhere(const Node& node) {
  switch (node.kind) {
    case Node::Kind::empty:
    case Node::Kind::anything:
      return true;
    case Node::Kind::concat:
      return std::all_of(node.parts.begin(), node.parts.end(), matches_empty_anywhere);
    case Node::Kind::alternate:
      return std::any_of(node.parts.begin(), node.parts.end(), matches_empty_anywhere);
    case Node::Kind::repeat:
      return node.min == 0 || matches_empty_anywhere(node.parts.front());
    default:
      return false;
  }
}

Node trim(const Node& node, bool left, bool right);

// Trims from one end inwards for as long as what is there vanishes.
void trim_end(std::vector<Node>& parts, bool left) {
  while (!parts.empty()) {
    Node& end = left ? parts.front() : parts.back();
    end = trim(end, left, !left);
    if (end.kind != Node::Kind::empty) return;
    parts.erase(left ? parts.begin() : parts.end() - 1);
  }
}

Node trim_repeat(const Node& node, bool left, bool right) {
  if (node.min == 0) return Node{};
  if (node.min == 1) return trim(node.parts.front(), left, right);
  Node shrunk = node;
  shrunk.max = shrunk.min;
  return shrunk;
}

Node trim(const Node& node, bool left, bool right) {
  if (node.kind == Node::Kind::repeat) return trim_repeat(node, left, right);
  Node copy = node;
  if (node.kind == Node::Kind::alternate) {
    for (Node& part : copy.parts)
      part = trim(part, left, right);
  } else if (node.kind == Node::Kind::concat) {
    if (left) trim_end(copy.parts, true);
    if (right) trim_end(copy.parts, false);
    if (copy.parts.empty()) return Node{};
    if (copy.parts.size() == 1) return Node(copy.parts.front());
  }
  return copy;
}

}  // namespace

bool always_matches(const Tree& tree) {
  return !tree.superset && matches_empty_anywhere(tree.root);
}

Node without_loose_ends(const Node& root) {
  return trim(root, true, true);
}

}  // namespace weir::filter
