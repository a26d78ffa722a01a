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
    case Op::path:
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
    default:
      return single(node.a) && single(node.b) && single(node.c);
  }
}

// Which nodes have the program's input as theirs, and which of them are fields of it.
class Roots {
 public:
  explicit Roots(Code& code) : code_(code) {}

  // `tail`: what it gives is an output of the program.
  void visit(Node* node, bool tail);

 private:
  void visit_list(Node* node) {
    for (Node* child : node->list)
      visit(child, false);
  }
  bool visit_pass(Node* node);
  void visit_pipe(Node* node, bool tail);
  bool take_field(Node* node);
  bool take_pattern(Node* node);
  void visit_other(Node* node, bool tail);

  Code& code_;
};

// Whether it hands on its input; then all in it has been visited.
bool Roots::visit_pass(Node* node) {
  if (node->op == Op::identity) return true;
  if (node->op == Op::select) {
    visit(node->a, false);
    return true;
  }
  return node->op == Op::pipe && visit_pass(node->a) && visit_pass(node->b);
}

void Roots::visit_pipe(Node* node, bool tail) {
  // A pipe that is visited in part is visited again: that changes nothing.
  if (visit_pass(node->a)) return visit(node->b, tail);
  visit(node->a, false);
}

bool Roots::take_field(Node* node) {
  std::vector<std::string_view> keys;
  const Node* step = node;
  for (; step->op == Op::index; step = step->a) {
    if (step->b->op != Op::literal || !step->b->value.is_string()) return false;
    keys.push_back(step->b->value.text());
  }
  if (step->op != Op::identity) return false;
  std::reverse(keys.begin(), keys.end());
  node->has_slot = true;
  node->slot = code_.fields.add(keys);
  return true;
}

// `. as {$a, b: $c}`: the fields of the input, by their names.
bool Roots::take_pattern(Node* node) {
  if (node->a->op != Op::identity || node->patterns.size() != 1) return false;
  Pattern& pattern = *node->patterns[0];
  if (pattern.form != Pattern::Form::object) return false;
  for (const Pattern::Entry& entry : pattern.entries) {
    if (entry.key->op != Op::literal || !entry.key->value.is_string()) return false;
  }
  for (Pattern::Entry& entry : pattern.entries) {
    const std::string_view key = entry.key->value.text();
    entry.has_field = true;
    entry.field = code_.fields.add(std::span<const std::string_view>(&key, 1));
  }
  return true;
}

void Roots::visit(Node* node, bool tail) {
  if (node == nullptr) return;
  node->is_root = true;
  switch (node->op) {
    case Op::identity:
      (tail ? code_.passes_root : code_.uses_root) = true;
      return;
    case Op::index:
      if (take_field(node)) return;
      visit(node->a, false);
      return visit(node->b, false);
    case Op::pipe:
      return visit_pipe(node, tail);
    case Op::comma:
    case Op::alternative:
      visit(node->a, tail);
      return visit(node->b, tail);
    case Op::condition:
      visit(node->a, false);
      visit(node->b, tail);
      return visit(node->c, tail);
    case Op::define:
    case Op::label:
    case Op::first:
    case Op::attempt:  // the handler has the error
      return visit(node->a, tail);
    case Op::bind:
      if (!take_pattern(node)) visit(node->a, false);
      return visit(node->b, tail);
    case Op::limit:
      visit(node->a, false);
      return visit(node->b, tail);
    case Op::select:
      visit(node->a, false);
      (tail ? code_.passes_root : code_.uses_root) = true;
      return;
    default:
      return visit_other(node, tail);
  }
}

void Roots::visit_other(Node* node, bool) {
  switch (node->op) {
    case Op::literal:
    case Op::variable:
    case Op::argument:
    case Op::environment:
    case Op::location:
    case Op::empty:
    case Op::break_out:
      return;
    case Op::object:
    case Op::text:
      return visit_list(node);
    case Op::array:
    case Op::negate:
    case Op::each:
    case Op::fail:
    case Op::any:
    case Op::all:
    case Op::repeat:
      return visit(node->a, false);
    case Op::slice:
    case Op::calculate:
    case Op::either:
    case Op::both:
    case Op::range:
      visit(node->a, false);
      visit(node->b, false);
      if (node->op == Op::slice) visit(node->c, false);
      return;
    case Op::reduce:
    case Op::foreach:  // with several starts, the items are taken from null in the end
      if (node->b->is_single) {
        visit(node->a, false);
      } else {
        code_.uses_root = true;
      }
      return visit(node->b, false);
    case Op::call_builtin:
      code_.uses_root = true;
      return visit_list(node);
    default:
      code_.uses_root = true;
  }
}

// What may be evaluated while it is being evaluated already, with the same variables.
void mark_reentrant(Node* node, bool reentrant) {
  if (node == nullptr) return;
  node->is_reentrant = reentrant;
  const bool goes_round = node->op == Op::recurse || node->op == Op::repeat || node->op == Op::while_do ||
                          node->op == Op::until || node->op == Op::path;
  const bool is_call = node->op == Op::call_function;
  for (Node* child : {node->a, node->b, node->c, node->d})
    mark_reentrant(child, reentrant || goes_round);
  for (Node* child : node->list)
    mark_reentrant(child, reentrant || is_call);
}

}  // namespace

void analyze(Code& code) {
  Singles(code).run();
  mark_reentrant(code.main.body, false);
  for (Function& function : code.functions) {
    if (function.is_resolved) mark_reentrant(function.body, false);
  }
  Roots(code).visit(code.main.body, true);
}

}  // namespace weir::transform::jq
