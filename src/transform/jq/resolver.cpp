#include "transform/jq/resolver.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace weir::transform::jq {

namespace {

// Calls that are more than a calculation on values.
struct Form {
  std::string_view name;
  std::size_t arity;
  Op op;
};
constexpr std::array<Form, 17> kForms = {{
    {"empty", 0, Op::empty},
    {"error", 0, Op::fail},
    {"error", 1, Op::fail},
    {"select", 1, Op::select},
    {"map", 1, Op::map},
    {"recurse", 0, Op::recurse},
    {"recurse", 1, Op::recurse},
    {"range", 1, Op::range},
    {"range", 2, Op::range},
    {"first", 1, Op::first},
    {"limit", 2, Op::limit},
    {"until", 2, Op::until},
    {"while", 2, Op::while_do},
    {"repeat", 1, Op::repeat},
    {"any", 2, Op::any},
    {"all", 2, Op::all},
    {"path", 1, Op::path},
}};

// What jq 1.6 has besides: it may not be defined here.
constexpr std::string_view kKnown =
    " builtins/0 capture/1 capture/2 debug/0 format/1 fromdate/0 fromdateiso8601/0 get_jq_origin/0 "
    "get_prog_origin/0"
    " get_search_list/0 gmtime/0 gsub/2 gsub/3 halt/0 halt_error/0 halt_error/1 input/0 input_filename/0"
    " input_line_number/0 inputs/0 localtime/0 ltrimstr/1 match/1 match/2 mktime/0 modulemeta/0 now/0 "
    "rtrimstr/1"
    " scan/1 split/1 split/2 splits/1 splits/2 stderr/0 strflocaltime/1 strftime/1 strptime/1 sub/2 sub/3 "
    "test/1"
    " test/2 todate/0 todateiso8601/0 ";

std::string signature(std::string_view name, std::size_t arity) {
  return std::string(name) + "/" + std::to_string(arity);
}

struct Scope {
  enum class Kind : std::uint8_t { function, parameter, variable, label };
  const Scope* up;
  Kind kind;
  std::string_view name;
  Function* function = nullptr;
  std::uint32_t level = 0;
  std::uint32_t slot = 0;
};

class Resolver {
 public:
  Resolver(Code& code, const std::vector<std::string>& names) : code_(code), names_(names) {}

  Resolution run(Node* body) {
    code_.main.body = body;
    current_ = &code_.main;
    visit(body, nullptr);
    return std::move(resolution_);
  }

 private:
  void visit(Node* node, const Scope* scope);
  void visit_children(Node& node, const Scope* scope);
  void visit_function(Function& function, const Scope* scope);
  void visit_parameters(Function& function, std::size_t first, const Scope* scope);
  void visit_bound(Node& node, const Scope* scope);
  void with_variables(Node& node, std::size_t first, const Scope* scope);
  void collect(Pattern& pattern, Node& node, const Scope* scope);
  void declare(const std::string& name, std::uint32_t& slot, Node& node);
  void visit_label(Node& node, const Scope* scope);
  void visit_break(Node& node, const Scope* scope);
  void visit_variable(Node& node, const Scope* scope);
  void visit_call(Node& node, const Scope* scope);
  bool call_defined(Node& node, const Scope* scope);
  bool call_form(Node& node);
  void parse_prelude();
  bool call_prelude(Node& node);
  void call_unknown(Node& node);
  void complain(const Node& node, std::string what) {
    resolution_.complaints.push_back(Complaint{std::move(what), node.begin, node.end});
  }
  void refuse(const Node& node, const std::string& what);
  std::uint32_t new_slot() { return current_->slots++; }

  Code& code_;
  const std::vector<std::string>& names_;
  std::unordered_map<std::string, Function*> prelude_;  // empty until a call asks for it
  Function* current_ = nullptr;
  const Node* caller_ = nullptr;  // what led from the program into the prelude
  std::vector<std::pair<std::string, std::uint32_t>> declared_;
  Resolution resolution_;
};

void Resolver::refuse(const Node& node, const std::string& what) {
  const Node& place = caller_ == nullptr ? node : *caller_;
  if (!resolution_.reason.empty()) return;
  const auto from = code_.text.begin();
  const auto upto = from + static_cast<std::ptrdiff_t>(std::min<std::size_t>(place.begin, code_.text.size()));
  const std::size_t newline = code_.text.rfind('\n', place.begin == 0 ? 0 : place.begin - 1);
  const std::size_t line_begin = place.begin == 0 || newline == std::string::npos ? 0 : newline + 1;
  resolution_.reason = what + " at line " + std::to_string(std::count(from, upto, '\n') + 1) + ", column " +
                       std::to_string(place.begin - line_begin + 1);
}

void Resolver::visit_children(Node& node, const Scope* scope) {
  for (Node* child : {node.a, node.b, node.c, node.d}) {
    if (child != nullptr) visit(child, scope);
  }
  for (Node* child : node.list)
    visit(child, scope);
}

void Resolver::visit(Node* node, const Scope* scope) {
  switch (node->op) {
    case Op::define: {
      Function& function = *node->function;
      function.level = current_->level + 1;
      const Scope inner{scope, Scope::Kind::function, function.name, &function, function.level, 0};
      visit_function(function, &inner);
      return visit(node->a, &inner);
    }
    case Op::bind:
    case Op::reduce:
    case Op::foreach:
      return visit_bound(*node, scope);
    case Op::label:
      return visit_label(*node, scope);
    case Op::break_out:
      return visit_break(*node, scope);
    case Op::variable:
      return visit_variable(*node, scope);
    case Op::call:
      return visit_call(*node, scope);
    case Op::not_native:
      return refuse(*node, node->text);
    case Op::location:
      node->slot = static_cast<std::uint32_t>(
          std::count(code_.text.begin(), code_.text.begin() + static_cast<std::ptrdiff_t>(node->begin),
                     '\n') +
          1);
      return;
    default:
      return visit_children(*node, scope);
  }
}

// `scope` holds the function itself already.
void Resolver::visit_function(Function& function, const Scope* scope) {
  Function* outer = std::exchange(current_, &function);
  auto declared = std::exchange(declared_, {});
  function.is_resolved = true;
  visit_parameters(function, 0, scope);
  declared_ = std::move(declared);
  current_ = outer;
}

void Resolver::visit_parameters(Function& function, std::size_t first, const Scope* scope) {
  if (first == function.parameters.size()) return visit(function.body, scope);
  Parameter& parameter = function.parameters[first];
  const auto number = static_cast<std::uint32_t>(first);
  const Scope closure{scope, Scope::Kind::parameter, parameter.name, &function, function.level, number};
  if (!parameter.is_value) return visit_parameters(function, first + 1, &closure);
  parameter.slot = new_slot();
  const Scope variable{&closure, Scope::Kind::variable, parameter.name,
                       nullptr,  function.level,        parameter.slot};
  visit_parameters(function, first + 1, &variable);
}

void Resolver::declare(const std::string& name, std::uint32_t& slot, Node& node) {
  const auto known = std::find_if(declared_.begin(), declared_.end(),
                                  [&](const auto& declared) { return declared.first == name; });
  const bool is_alternative = node.patterns.size() > 1;
  if (known != declared_.end() && is_alternative) {
    slot = known->second;
    return;
  }
  slot = new_slot();
  node.slots.push_back(slot);
  if (known == declared_.end()) declared_.emplace_back(name, slot);
}

// In the order in which values are assigned: arrays from behind.
void Resolver::collect(Pattern& pattern, Node& node, const Scope* scope) {
  if (pattern.form == Pattern::Form::variable) return declare(pattern.name, pattern.slot, node);
  if (pattern.form == Pattern::Form::array) std::reverse(pattern.entries.begin(), pattern.entries.end());
  std::uint32_t position = static_cast<std::uint32_t>(pattern.entries.size());
  for (Pattern::Entry& entry : pattern.entries) {
    if (pattern.form == Pattern::Form::array) entry.position = --position;
    if (entry.key != nullptr) {
      auto declared = std::exchange(declared_, {});
      visit(entry.key, scope);
      declared_ = std::move(declared);
    }
    if (!entry.name.empty()) declare(entry.name, entry.slot, node);
    if (entry.pattern != nullptr) collect(*entry.pattern, node, scope);
  }
}

void Resolver::with_variables(Node& node, std::size_t first, const Scope* scope) {
  if (first < declared_.size()) {
    // The names outlive the scope: those of the patterns are in `declared_` no longer than that.
    const std::string name = declared_[first].first;
    const Scope inner{scope, Scope::Kind::variable, name, nullptr, current_->level, declared_[first].second};
    return with_variables(node, first + 1, &inner);
  }
  declared_.clear();
  if (node.op == Op::bind) return visit(node.b, scope);
  visit(node.c, scope);
  if (node.d != nullptr) visit(node.d, scope);
}

void Resolver::visit_bound(Node& node, const Scope* scope) {
  visit(node.a, scope);
  if (node.op != Op::bind) visit(node.b, scope);
  auto outer = std::exchange(declared_, {});
  for (Pattern* pattern : node.patterns)
    collect(*pattern, node, scope);
  with_variables(node, 0, scope);
  declared_ = std::move(outer);
}

void Resolver::visit_label(Node& node, const Scope* scope) {
  node.slot = new_slot();
  const Scope inner{scope, Scope::Kind::label, node.text, nullptr, current_->level, node.slot};
  visit(node.a, &inner);
}

void Resolver::visit_break(Node& node, const Scope* scope) {
  for (; scope != nullptr; scope = scope->up) {
    if (scope->kind != Scope::Kind::label || scope->name != node.text) continue;
    node.slot = scope->slot;
    node.depth = current_->level - scope->level;
    return;
  }
  complain(node, "label $" + node.text + " is not defined");
}

void Resolver::visit_variable(Node& node, const Scope* scope) {
  for (; scope != nullptr; scope = scope->up) {
    if (scope->kind != Scope::Kind::variable || scope->name != node.text) continue;
    node.slot = scope->slot;
    node.depth = current_->level - scope->level;
    return;
  }
  const auto named = std::find(names_.begin(), names_.end(), node.text);
  if (named != names_.end()) {
    node.op = Op::argument;
    node.slot = static_cast<std::uint32_t>(named - names_.begin());
  } else if (node.text == "ENV") {
    node.op = Op::environment;
  } else {
    complain(node, "$" + node.text + " is not defined");
  }
}

bool Resolver::call_defined(Node& node, const Scope* scope) {
  for (; scope != nullptr; scope = scope->up) {
    if (scope->name != node.text) continue;
    if (scope->kind == Scope::Kind::parameter && node.list.empty()) {
      node.op = Op::call_parameter;
      scope->function->parameters[scope->slot].is_called = true;
      node.slot = scope->slot;
      node.depth = current_->level - scope->level;
      return true;
    }
    if (scope->kind == Scope::Kind::function && scope->function->parameters.size() == node.list.size()) {
      node.op = Op::call_function;
      node.function = scope->function;
      node.depth = current_->level + 1 - scope->level;
      return true;
    }
  }
  return false;
}

bool Resolver::call_form(Node& node) {
  const auto form = std::find_if(kForms.begin(), kForms.end(), [&](const Form& candidate) {
    return candidate.name == node.text && candidate.arity == node.list.size();
  });
  if (form == kForms.end()) return false;
  node.op = form->op;
  if (!node.list.empty()) node.a = node.list[0];
  if (node.list.size() > 1) node.b = node.list[1];
  if (form->op == Op::fail && node.a == nullptr) node.a = &code_.nodes.emplace_back();
  if (form->op == Op::range && node.b == nullptr) {
    Node& zero = code_.nodes.emplace_back();
    zero.op = Op::literal;
    zero.value = Value::number(0);
    node.b = std::exchange(node.a, &zero);
  }
  node.list.clear();
  return true;
}

void Resolver::parse_prelude() {
  std::vector<Function*> functions;
  parse_definitions(prelude(), code_, functions);
  for (Function* function : functions) {
    function->is_prelude = true;
    prelude_.emplace(signature(function->name, function->parameters.size()), function);
  }
}

bool Resolver::call_prelude(Node& node) {
  if (prelude_.empty()) parse_prelude();
  const auto found = prelude_.find(signature(node.text, node.list.size()));
  if (found == prelude_.end()) return false;
  Function& function = *found->second;
  node.op = Op::call_function;
  node.function = &function;
  node.depth = current_->level;
  if (function.is_resolved) return true;
  function.level = 1;
  const Node* outer = caller_;
  if (caller_ == nullptr) caller_ = &node;
  const Scope self{nullptr, Scope::Kind::function, function.name, &function, 1, 0};
  visit_function(function, &self);
  caller_ = outer;
  return true;
}

void Resolver::call_unknown(Node& node) {
  const std::string name = signature(node.text, node.list.size());
  const bool is_inner = caller_ != nullptr;
  if (is_inner || kKnown.find(" " + name + " ") != std::string_view::npos) {
    node.op = Op::not_native;
    const Node& place = is_inner ? *caller_ : node;
    return refuse(node, is_inner ? signature(place.text, place.list.size()) : name);
  }
  if (node.text.find("::") != std::string::npos) {
    node.op = Op::not_native;
    return refuse(node, name);
  }
  complain(node, name + " is not defined");
}

void Resolver::visit_call(Node& node, const Scope* scope) {
  for (Node* argument : node.list)
    visit(argument, scope);
  if (call_defined(node, scope) || call_form(node) || call_prelude(node)) return;
  if (const Builtin* builtin = find_builtin(node.text, static_cast<int>(node.list.size()))) {
    node.op = Op::call_builtin;
    node.builtin = builtin;
    return;
  }
  call_unknown(node);
}

}  // namespace

Resolution resolve(Code& code, Node* body, const std::vector<std::string>& names) {
  return Resolver(code, names).run(body);
}

}  // namespace weir::transform::jq
