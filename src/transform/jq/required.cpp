// What a record must contain to get past the selects that a program begins with.
//
// Two questions about a condition: what is in the record when it comes true, and can it fail? A record that
// lacks what it takes may be passed over only when what would have been evaluated cannot fail.
#include <algorithm>

#include "transform/jq/resolver.hpp"

namespace weir::transform::jq {

namespace {

using AnyOf = std::vector<std::string>;
using AllOf = std::vector<AnyOf>;

constexpr std::size_t kShortest = 3;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // what damaged text is read as

// Whether JSON text without a backslash that holds a string with this in it has these very bytes.
bool is_spelled_so(std::string_view text) {
  if (text.size() < kShortest || text.find(kReplacement) != std::string_view::npos) return false;
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; });
}

bool is_text(const Node& node) {
  return node.op == Op::literal && node.value.is_string();
}

// Of objects at the top: no key of theirs is missed with an error.
bool cannot_fail(const Node& node) {
  switch (node.op) {
    case Op::identity:
    case Op::literal:
    case Op::argument:
    case Op::attempt:
      return node.op != Op::attempt || node.b == nullptr;
    case Op::index:
      return is_text(*node.b) && (node.a->op == Op::identity || (node.is_optional && cannot_fail(*node.a)));
    case Op::calculate:
      return node.oper >= Operator::equal && cannot_fail(*node.a) && cannot_fail(*node.b);
    case Op::comma:
    case Op::both:
    case Op::either:
    case Op::alternative:
      return cannot_fail(*node.a) && cannot_fail(*node.b);
    default:
      return false;
  }
}

// Whether all it gives are parts of the record.
bool is_part(const Node& node) {
  switch (node.op) {
    case Op::identity:
      return true;
    case Op::index:
      return node.b->op == Op::literal && (node.b->value.is_string() || node.b->value.is_number()) &&
             is_part(*node.a);
    case Op::each:
      return is_part(*node.a);
    case Op::pipe:
      return is_part(*node.a) && is_part(*node.b);
    default:
      return false;
  }
}

// The values that a comparison allows; false when there are others than texts. Numbers are not looked for:
// 500 may be spelled 5e2, 0.5E3 or, as far as a double tells, 499.9999999999999999. What all spellings have
// is one of "500", "499.99" and a digit in front of an e, and the last of them is in most records with an id
// in hex.
bool collect_texts(const Node& node, AnyOf& texts) {
  if (node.op == Op::comma) return collect_texts(*node.a, texts) && collect_texts(*node.b, texts);
  if (node.op != Op::literal) return false;
  if (node.value.is_boolean()) {
    texts.emplace_back(node.value.is_true() ? "true" : "false");
    return true;
  }
  if (!node.value.is_string() || !is_spelled_so(node.value.text())) return false;
  std::string quoted = "\"";
  quoted.append(node.value.text()).push_back('"');
  texts.push_back(std::move(quoted));
  return true;
}

AllOf of_comparison(const Node& node) {
  if (node.oper != Operator::equal) return {};
  AnyOf texts;
  if (is_part(*node.a) && collect_texts(*node.b, texts)) return {texts};
  texts.clear();
  if (is_part(*node.b) && collect_texts(*node.a, texts)) return {texts};
  return {};
}

// The words of a pattern that is nothing but words.
AnyOf words_of(std::string_view pattern) {
  AnyOf words;
  for (;;) {
    const std::size_t bar = std::min(pattern.find('|'), pattern.size());
    const std::string_view word = pattern.substr(0, bar);
    if (!is_spelled_so(word) || word.find_first_of(".*+?()[]{}^$\\") != std::string_view::npos) return {};
    words.emplace_back(word);
    if (bar == pattern.size()) return words;
    pattern.remove_prefix(bar + 1);
  }
}

// X | startswith("text") and the like.
AllOf of_search(const Node& part, const Node& search) {
  if (!is_part(part) || search.list.size() != 1 || !is_text(*search.list[0])) return {};
  const std::string_view text = search.list[0]->value.text();
  if (search.op == Op::call_builtin && search.builtin->name != "test") {
    const std::string_view name = search.builtin->name;
    if (name != "startswith" && name != "endswith" && name != "contains") return {};
    return is_spelled_so(text) ? AllOf{AnyOf{std::string(text)}} : AllOf{};
  }
  const bool is_test =
      search.op == Op::call_builtin ||
      (search.op == Op::call_function && search.function->is_prelude && search.function->name == "test");
  if (!is_test) return {};
  const AnyOf words = words_of(text);
  return words.empty() ? AllOf{} : AllOf{words};
}

// The best of each side, joined: of alternatives only one has to be there.
AllOf join_alternatives(const AllOf& left, const AllOf& right) {
  if (left.empty() || right.empty()) return {};
  const auto shortest = [](const AnyOf& texts) {
    std::size_t size = texts.front().size();
    for (const std::string& text : texts)
      size = std::min(size, text.size());
    return size;
  };
  const auto best = [&](const AllOf& all) {
    return *std::max_element(all.begin(), all.end(),
                             [&](const AnyOf& a, const AnyOf& b) { return shortest(a) < shortest(b); });
  };
  AnyOf joined = best(left);
  const AnyOf others = best(right);
  joined.insert(joined.end(), others.begin(), others.end());
  return {joined};
}

AllOf join(AllOf left, const AllOf& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

// What is there when the condition comes true, be it that it can fail.
AllOf when_true(const Node& node) {
  switch (node.op) {
    case Op::calculate:
      return of_comparison(node);
    case Op::pipe:
      return of_search(*node.a, *node.b);
    case Op::both:
      return join(when_true(*node.a), when_true(*node.b));
    case Op::either:
      return join_alternatives(when_true(*node.a), when_true(*node.b));
    case Op::attempt:
      return node.b == nullptr ? when_true(*node.a) : AllOf{};
    case Op::index:
      if (!is_text(*node.b) || !is_part(*node.a) || !is_spelled_so(node.b->value.text())) return {};
      return {AnyOf{std::string(node.b->value.text())}};
    default:
      return {};
  }
}

// What is there when the condition comes true or fails.
AllOf when_heard(const Node& node) {
  switch (node.op) {
    case Op::both: {
      AllOf left = when_heard(*node.a);
      return cannot_fail(*node.a) ? join(std::move(left), when_heard(*node.b)) : left;
    }
    case Op::either:
      return join_alternatives(when_heard(*node.a), when_heard(*node.b));
    default:
      return cannot_fail(node) ? when_true(node) : AllOf{};
  }
}

AllOf of_steps(const Node& node) {
  if (node.op == Op::define) return of_steps(*node.a);
  if (node.op == Op::select) return when_heard(*node.a);
  if (node.op != Op::pipe) return {};
  AllOf first = of_steps(*node.a);
  const bool goes_on = node.a->op == Op::identity || (node.a->op == Op::select && cannot_fail(*node.a->a));
  return goes_on ? join(std::move(first), of_steps(*node.b)) : first;
}

}  // namespace

void find_required(Code& code) {
  code.required = of_steps(*code.main.body);
}

}  // namespace weir::transform::jq
