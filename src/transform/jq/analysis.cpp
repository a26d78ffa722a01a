#include <algorithm>

#include "transform/jq/resolver.hpp"

namespace weir::transform::jq {

namespace {

// Which nodes have one output at most. What functions are is assumed at first, and taken back until all fits.
class Singles {
 public:
  explicit Singles(Code& code) : code_(code) {}

  void run() {
    do {
      changed_ = false;
      visit_function(code_.main);
      for (Function& function : code_.functions) {
        if (function.is_resolved) visit_function(function);
      }
    } while (changed_);
  }

 private:
  void visit_function(Function& function) {
    visit(function.body);
    if (function.is_single && !function.body->is_single) {
      function.is_single = false;
      changed_ = true;
    }
    if (!function.may_catch && function.body->may_catch) {
      function.may_catch = true;
      changed_ = true;
    }
  }
  void visit(Node* node);
  void visit_pattern(Pattern& pattern, bool& single, bool& may_catch);
  static bool single(const Node* node) { return node == nullptr || node->is_single; }
  bool is_single(const Node& node, bool patterns_single) const;
  static bool is_single_call(const Node& node);

  Code& code_;
  bool changed_ = false;
};

void Singles::visit_pattern(Pattern& pattern, bool& single, bool& may_catch) {
  for (Pattern::Entry& entry : pattern.entries) {
    if (entry.key != nullptr) {
      visit(entry.key);
      single = single && entry.key->is_single;
      may_catch = may_catch || entry.key->may_catch;
    }
    if (entry.pattern != nullptr) visit_pattern(*entry.pattern, single, may_catch);
  }
}

void Singles::visit(Node* node) {
  bool may_catch = node->op == Op::attempt || node->patterns.size() > 1;
  for (Node* child : {node->a, node->b, node->c, node->d}) {
    if (child == nullptr) continue;
    visit(child);
    may_catch = may_catch || child->may_catch;
  }
  for (Node* child : node->list) {
    visit(child);
    may_catch = may_catch || child->may_catch;
  }
  bool patterns_single = node->patterns.size() < 2;
  for (Pattern* pattern : node->patterns)
    visit_pattern(*pattern, patterns_single, may_catch);
  if (node->op == Op::call_function) may_catch = may_catch || node->function->may_catch;
  node->is_single = is_single(*node, patterns_single);
  node->may_catch = may_catch && !node->is_single;
}

bool Singles::is_single_call(const Node& node) {
  const Function& function = *node.function;
  for (std::size_t i = 0; i < node.list.size(); ++i) {
    if (function.parameters[i].is_value && !node.list[i]->is_single) return false;
  }
  return function.is_single;
}

bool Singles::is_single(const Node& node, bool patterns_single) const {
  const auto of_list = [](const Node* child) { return child->is_single; };
  switch (node.op) {
    case Op::each:
    case Op::comma:
    case Op::attempt:
    case Op::foreach:
    case Op::call_parameter:
    case Op::recurse:
    case Op::range:
    case Op::limit:
    case Op::while_do:
    case Op::repeat:
      return false;
    case Op::array:
    case Op::map:
    case Op::modify:
    case Op::any:
    case Op::all:
      return true;
    case Op::assign:
    case Op::update:
    case Op::reduce:
      return single(node.b);
    case Op::bind:
      return patterns_single && single(node.a) && single(node.b);
    case Op::first:
      return single(node.a) || !node.a->may_catch;
    case Op::call_function:
      return is_single_call(node);
    case Op::text:
    case Op::object:
    case Op::call_builtin:
      return std::all_of(node.list.begin(), node.list.end(), of_list);
    case Op::path:
      return is_single_path(*node.a);
    default:
      return single(node.a) && single(node.b) && single(node.c);
  }
}

}  // namespace

}  // namespace weir::transform::jq
