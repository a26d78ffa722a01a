#include "transform/jq/program.hpp"

#include <algorithm>

#include "transform/jq/parser.hpp"
#include "transform/jq/resolver.hpp"

namespace weir::transform::jq {

namespace {

// The steps of the program's pipe: where each of their bars is. None in a program with but one step.
std::vector<const Node*> bars_of(const Node* node) {
  std::vector<const Node*> bars;
  while (node->op == Op::define)
    node = node->a;
  for (; node->op == Op::pipe && !node->is_enclosed; node = node->b)
    bars.push_back(node);
  return bars;
}

}  // namespace

Program::Program() : code_(std::make_unique<Code>()) {}
Program::~Program() = default;

Result<std::shared_ptr<const Program>> Program::compile(std::string_view text,
                                                        const ProgramOptions& options) {
  std::shared_ptr<Program> program(new Program());
  program->text_ = text;
  Code& code = *program->code_;
  code.text = text;
  Node* body = nullptr;
  if (const auto complaint = parse_program(program->text_, code, body))
    return Error(ErrorCode::bad_argument, describe(*complaint, text));
  std::vector<std::string> names;
  for (const auto& [name, value] : options.arguments) {
    names.push_back(name);
    program->names_.emplace_back(name, Value());
    code.arguments.push_back(value);
  }
  Resolution resolution = resolve(code, body, names);
  if (!resolution.complaints.empty()) {
    constexpr std::size_t kMostShown = 5;
    std::string what;
    for (std::size_t i = 0; i < std::min(kMostShown, resolution.complaints.size()); ++i)
      what += (i == 0 ? "" : "\n") + describe(resolution.complaints[i], text);
    return Error(ErrorCode::bad_argument, std::move(what));
  }
  program->reason_ = std::move(resolution.reason);
  if (program->is_native()) {
    analyze(code);
    find_required(code);
  }
  return std::shared_ptr<const Program>(std::move(program));
}

Split Program::split() const {
  if (is_native()) return Split{text_, "", ""};
  const Split nothing{"", text_, reason_};
  const Node* main = code_->main.body;
  std::string definitions;
  if (main->op == Op::define) {
    const Node* first = main;
    std::uint32_t end = 0;
    for (; first->op == Op::define; first = first->a)
      end = first->function->end;
    definitions = text_.substr(0, end) + " ";
  }
  const std::vector<const Node*> bars = bars_of(main);
  if (text_.find("__loc__") != std::string::npos) return nothing;
  for (auto bar = bars.rbegin(); bar != bars.rend(); ++bar) {
    const std::string front = text_.substr(0, (*bar)->bar_begin);
    ProgramOptions options;
    options.arguments = names_;
    const auto native = compile(front, options);
    if (!native || !native.value()->is_native()) continue;
    // An error of the rest would come back to it.
    if (native.value()->code().main.body->may_catch) continue;
    return Split{front, definitions + text_.substr((*bar)->bar_end), reason_};
  }
  return nothing;
}

std::string Program::explain() const {
  if (is_native()) return "native: all of the program";
  const Split parts = split();
  const std::string reason = "libjq: " + reason_;
  if (parts.native.empty()) return reason + ", and so the whole program";
  return "native: " + parts.native + "\n" + reason + ", and so what follows";
}

const record::FieldSet& Program::fields() const noexcept {
  return code_->fields;
}
bool Program::uses_root() const noexcept {
  return code_->uses_root;
}
bool Program::passes_root() const noexcept {
  return code_->passes_root;
}
const std::vector<AnyOf>& Program::required_bytes() const noexcept {
  return code_->required;
}

}  // namespace weir::transform::jq
