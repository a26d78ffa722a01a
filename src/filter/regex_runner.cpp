#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "filter/pcre2_code.hpp"
#include "filter/regex_set.hpp"
#include "text/newlines.hpp"
#include "text/utf8.hpp"

namespace weir::filter {
namespace {

constexpr std::uint32_t kSmallMatchLimit = 50'000;
// For the second attempt, by the interpreter: about a second of work on one line, and a bounded heap.
constexpr std::uint32_t kLargeMatchLimit = 200'000'000;
constexpr std::uint32_t kLargeHeapKib = 256 * 1024;
constexpr std::size_t kLargeCopy = 1 << 20;  // of a line; larger ones are not kept
constexpr std::size_t kAutomatonInts = 4096;
constexpr std::size_t kJitStackStart = 32 * 1024;
constexpr std::size_t kJitStackMax = 8 * 1024 * 1024;

LineKind kind_of(std::string_view line) {
  if (text::is_ascii(line)) return LineKind::ascii;
  return text::is_utf8(line) ? LineKind::utf8 : LineKind::bytes;
}

}  // namespace

struct RegexRunner::Workspace {
  MatchContextPtr context{pcre2_match_context_create(nullptr)};
  MatchContextPtr small{pcre2_match_context_create(nullptr)};
  MatchContextPtr large{pcre2_match_context_create(nullptr)};
  MatchDataPtr data{pcre2_match_data_create(1, nullptr)};
  JitStackPtr stack;
  std::uint32_t checked = 0;               // PCRE2_NO_UTF_CHECK where kind_of() has checked
  const RegexSet::Codes* codes = nullptr;  // for the line of the last find()
  std::string_view line;
  std::string copy;                       // of the line to be decided
  const RegexSet::Code* found = nullptr;  // what matched in the last find()
  std::array<std::vector<const RegexSet::Codes*>, kLineKinds> alone;
  MatchDataPtr groups;  // of that match, once they are asked for
  bool has_groups = false;
  std::vector<int> automaton;  // working space of pcre2_dfa_match()
};

RegexRunner::RegexRunner(std::shared_ptr<const RegexSet> set)
    : set_(std::move(set)), workspace_(std::make_unique<Workspace>()) {
  Workspace& workspace = *workspace_;
  pcre2_set_match_limit(workspace.small.get(), kSmallMatchLimit);
  pcre2_set_match_limit(workspace.large.get(), kLargeMatchLimit);
  pcre2_set_depth_limit(workspace.large.get(), kLargeMatchLimit);
  pcre2_set_heap_limit(workspace.large.get(), kLargeHeapKib);
  workspace.stack.reset(pcre2_jit_stack_create(kJitStackStart, kJitStackMax, nullptr));
  if (!workspace.stack) return;  // without JIT in this PCRE2
  pcre2_jit_stack_assign(workspace.context.get(), nullptr, workspace.stack.get());
  pcre2_jit_stack_assign(workspace.small.get(), nullptr, workspace.stack.get());
}

RegexRunner::~RegexRunner() = default;

const RegexSet::Codes& RegexRunner::codes_for(std::string_view line) {
  const LineKind kind = kind_of(line);
  workspace_->checked = kind == LineKind::bytes ? 0 : PCRE2_NO_UTF_CHECK;
  return set_->codes(kind);
}

const RegexSet::Codes& RegexRunner::codes_alone(std::string_view line, std::size_t pattern) {
  const LineKind kind = kind_of(line);
  workspace_->checked = kind == LineKind::bytes ? 0 : PCRE2_NO_UTF_CHECK;
  auto& known = workspace_->alone[static_cast<std::size_t>(kind)];
  if (known.size() <= pattern) known.resize(pattern + 1);
  if (known[pattern] == nullptr) known[pattern] = &set_->codes_alone(kind, pattern);
  return *known[pattern];
}

int RegexRunner::attempt(const RegexSet::Code& code, std::string_view line, std::size_t from, bool bounded) {
  Workspace& workspace = *workspace_;
  pcre2_match_context* context = (bounded ? workspace.small : workspace.context).get();
  pcre2_match_data* data = workspace.data.get();
  if (code.jit) return pcre2_jit_match(code.code.get(), units(line), line.size(), from, 0, data, context);
  return pcre2_match(code.code.get(), units(line), line.size(), from, workspace.checked, data, context);
}

int RegexRunner::run(const RegexSet::Code& code, std::string_view line, std::size_t from) {
  Workspace& workspace = *workspace_;
  int result = attempt(code, line, from, false);
  if (result >= PCRE2_ERROR_NOMATCH) return result;
  result = pcre2_match(code.code.get(), units(line), line.size(), from, PCRE2_NO_JIT | workspace.checked,
                       workspace.data.get(), workspace.large.get());
  if (result < PCRE2_ERROR_NOMATCH) ++undecided_;
  return result;
}

// PCRE2 relies on what it knows of a line from its first look, and text may change (see Plan::bears_changes).
std::string_view RegexRunner::own(std::string_view line) {
  std::string& copy = workspace_->copy;
  if (copy.capacity() > kLargeCopy && line.size() <= kLargeCopy) copy = std::string();
  return copy.assign(line);
}

bool RegexRunner::matches(std::string_view lent) {
  const std::string_view line = own(lent);
  const RegexSet::Codes& codes = codes_for(line);
  for (const RegexSet::Code& code : codes.codes)
    if (run(code, line, 0) >= 0) return true;
  if (codes.error) ++undecided_;
  return false;
}

std::optional<bool> RegexRunner::matches_easily(std::string_view lent) {
  const std::string_view line = own(lent);
  const RegexSet::Codes& codes = codes_for(line);
  if (codes.error) return std::nullopt;
  for (const RegexSet::Code& code : codes.codes) {
    const int result = attempt(code, line, 0, true);
    if (result < PCRE2_ERROR_NOMATCH) return std::nullopt;
    if (result >= 0) return true;
  }
  return false;
}

bool RegexRunner::matches(std::string_view lent, std::size_t pattern) {
  const std::string_view line = own(lent);
  for (const RegexSet::Code& code : codes_for(line).codes)
    if (code.first <= pattern && pattern < code.last) return run(code, line, 0) >= 0;
  ++undecided_;
  return false;
}

bool RegexRunner::matches_alone(std::string_view lent, std::size_t pattern) {
  const std::string_view line = own(lent);
  const RegexSet::Codes& codes = codes_alone(line, pattern);
  if (codes.error) ++undecided_;
  return !codes.codes.empty() && run(codes.codes.front(), line, 0) >= 0;
}

bool RegexRunner::find_alone(std::string_view line, std::size_t from, std::size_t pattern, bool longest,
                             Match& match) {
  const RegexSet::Codes& codes = codes_alone(line, pattern);
  workspace_->line = {};
  return longest ? find_longest_in(codes, line, from, match) : find_in(codes, line, from, match);
}

bool RegexRunner::find(std::string_view line, std::size_t from, Match& match) {
  Workspace& workspace = *workspace_;
  const bool goes_on =
      from > 0 && line.data() == workspace.line.data() && line.size() == workspace.line.size();
  if (!goes_on) {
    workspace.codes = &codes_for(line);
    workspace.line = line;
  }
  return find_in(*workspace.codes, line, from, match);
}

bool RegexRunner::find_in(const RegexSet::Codes& codes, std::string_view line, std::size_t from,
                          Match& match) {
  Workspace& workspace = *workspace_;
  bool found = false;
  for (const RegexSet::Code& code : codes.codes) {
    if (run(code, line, from) < 0) continue;
    const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(workspace.data.get());
    // A \K inside a look-ahead may put the start behind the end.
    const auto begin = static_cast<std::uint32_t>(std::min(offsets[0], offsets[1]));
    if (found && begin >= match.begin) continue;
    match = {begin, static_cast<std::uint32_t>(offsets[1])};
    found = true;
    workspace.found = &code;
  }
  workspace.has_groups = false;
  return found;
}

namespace {

// -1 when the pattern has no such group.
int group_number(const pcre2_code* code, const std::string& name) {
  int number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error == std::errc{} && end == name.data() + name.size()) return number;
  number = pcre2_substring_number_from_name(code, reinterpret_cast<PCRE2_SPTR>(name.c_str()));
  return number > 0 ? number : -1;
}

}  // namespace

std::string_view RegexRunner::group(std::string_view line, std::size_t from, const std::string& name) {
  Workspace& workspace = *workspace_;
  const pcre2_code* code = workspace.found->code.get();
  if (!workspace.has_groups) {
    workspace.groups.reset(pcre2_match_data_create_from_pattern(code, nullptr));
    workspace.data.swap(workspace.groups);
    const int result = run(*workspace.found, line, from);
    workspace.data.swap(workspace.groups);
    if (result < 0) return {};
    workspace.has_groups = true;
  }
  const int number = group_number(code, name);
  const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(workspace.groups.get());
  const auto groups = static_cast<int>(pcre2_get_ovector_count(workspace.groups.get()));
  if (number < 0 || number >= groups) return {};
  const PCRE2_SIZE begin = offsets[2 * number];
  const PCRE2_SIZE end = offsets[2 * number + 1];
  return begin == PCRE2_UNSET || end < begin ? std::string_view() : line.substr(begin, end - begin);
}

// PCRE2's other matcher follows all alternatives at once and names the longest match first.
std::uint32_t RegexRunner::longest_end(const RegexSet::Code& code, std::string_view line, Match found) {
  Workspace& workspace = *workspace_;
  workspace.automaton.resize(kAutomatonInts);
  const int result = pcre2_dfa_match(code.code.get(), units(line), line.size(), found.begin,
                                     PCRE2_ANCHORED | workspace.checked, workspace.data.get(),
                                     workspace.small.get(), workspace.automaton.data(), kAutomatonInts);
  if (result < 0) return found.end;  // 0: there are shorter ones too
  return static_cast<std::uint32_t>(pcre2_get_ovector_pointer(workspace.data.get())[1]);
}

bool RegexRunner::find_longest(std::string_view line, std::size_t from, Match& match) {
  return find_longest_in(codes_for(line), line, from, match);
}

bool RegexRunner::find_longest_in(const RegexSet::Codes& codes, std::string_view line, std::size_t from,
                                  Match& match) {
  Workspace& workspace = *workspace_;
  bool found = false;
  for (const RegexSet::Code& code : codes.codes) {
    if (run(code, line, from) < 0) continue;
    const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(workspace.data.get());
    Match candidate{static_cast<std::uint32_t>(offsets[0]), static_cast<std::uint32_t>(offsets[1])};
    if (found && candidate.begin > match.begin) continue;
    candidate.end = longest_end(code, line, candidate);
    if (found && candidate.begin == match.begin && candidate.end <= match.end) continue;
    match = candidate;
    found = true;
    workspace.found = &code;
  }
  workspace.has_groups = false;
  return found;
}

}  // namespace weir::filter
