#define PCRE2_CODE_UNIT_WIDTH 8
#include "filter/regex_set.hpp"

#include <pcre2.h>

#include <algorithm>
#include <array>
#include <utility>

namespace weir::filter {
namespace {

constexpr std::uint32_t kOptions = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF;

// For the second attempt, by the interpreter: about a second of work on one line, and a bounded heap.
constexpr std::uint32_t kSmallMatchLimit = 50'000;
constexpr std::uint32_t kLargeMatchLimit = 200'000'000;
constexpr std::uint32_t kLargeHeapKib = 256 * 1024;
constexpr std::size_t kJitStackStart = 32 * 1024;
constexpr std::size_t kJitStackMax = 8 * 1024 * 1024;

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using CodePtr = std::unique_ptr<pcre2_code, Freer<pcre2_code_free>>;
using MatchDataPtr = std::unique_ptr<pcre2_match_data, Freer<pcre2_match_data_free>>;
using MatchContextPtr = std::unique_ptr<pcre2_match_context, Freer<pcre2_match_context_free>>;
using CompileContextPtr = std::unique_ptr<pcre2_compile_context, Freer<pcre2_compile_context_free>>;
using JitStackPtr = std::unique_ptr<pcre2_jit_stack, Freer<pcre2_jit_stack_free>>;

PCRE2_SPTR units(std::string_view text) {
  // PCRE2 takes no null pointer, not even for an empty text.
  return reinterpret_cast<PCRE2_SPTR>(text.data() != nullptr ? text.data() : "");
}

CodePtr compile(std::string_view pattern, std::uint32_t options, std::uint32_t extra, PatternError* error) {
  const CompileContextPtr context(pcre2_compile_context_create(nullptr));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  pcre2_set_compile_extra_options(context.get(), extra);
  int number = 0;
  PCRE2_SIZE offset = 0;
  CodePtr code(
      pcre2_compile(units(pattern), pattern.size(), kOptions | options, &number, &offset, context.get()));
  if (!code && error != nullptr) {
    std::array<PCRE2_UCHAR, 256> message{};
    pcre2_get_error_message(number, message.data(), message.size());
    *error = {std::string(pattern), offset, reinterpret_cast<const char*>(message.data())};
  }
  return code;
}

// Length of the verbs that PCRE2 only accepts in front of a pattern, such as (*CRLF).
std::size_t leading_verbs(std::string_view pattern) {
  static constexpr std::string_view kVerbs[] = {"UTF",
                                                "UCP",
                                                "NOTEMPTY",
                                                "NOTEMPTY_ATSTART",
                                                "NO_AUTO_POSSESS",
                                                "NO_DOTSTAR_ANCHOR",
                                                "NO_JIT",
                                                "CR",
                                                "LF",
                                                "CRLF",
                                                "ANY",
                                                "NUL",
                                                "ANYCRLF",
                                                "LIMIT_HEAP",
                                                "LIMIT_MATCH",
                                                "LIMIT_DEPTH",
                                                "LIMIT_RECURSION",
                                                "NO_START_OPT",
                                                "BSR_ANYCRLF",
                                                "BSR_UNICODE"};
  std::size_t at = 0;
  while (pattern.substr(at).starts_with("(*")) {
    const std::size_t end = pattern.find(')', at);
    if (end == std::string_view::npos) break;
    std::string_view name = pattern.substr(at + 2, end - at - 2);
    name = name.substr(0, name.find('='));
    if (std::find(std::begin(kVerbs), std::end(kVerbs), name) == std::end(kVerbs)) break;
    at = end + 1;
  }
  return at;
}

// \E ends a \Q that the pattern left open, and is nothing otherwise.
std::string as_word(std::string_view pattern, std::string_view closer) {
  const std::size_t verbs = leading_verbs(pattern);
  std::string text(pattern.substr(0, verbs));
  text += "(?<!\\w)(?:";
  text += pattern.substr(verbs);
  text += closer;
  text += ")(?!\\w)";
  return text;
}

}  // namespace

std::optional<PatternError> check_pattern(const std::string& pattern, bool caseless) {
  PatternError error;
  if (compile(pattern, caseless ? PCRE2_CASELESS : 0, 0, &error)) return std::nullopt;
  return error;
}

bool ascii_members(std::string_view item, bool caseless, AsciiSet& members) {
  const CodePtr code = compile(item, PCRE2_ANCHORED | (caseless ? PCRE2_CASELESS : 0), 0, nullptr);
  if (!code) return false;
  const MatchDataPtr data(pcre2_match_data_create(1, nullptr));
  for (unsigned i = 0; i < 128; ++i) {
    const auto subject = static_cast<PCRE2_UCHAR>(i);
    members[i] = pcre2_match(code.get(), &subject, 1, 0, 0, data.get(), nullptr) >= 0;
  }
  return true;
}

std::string escape_pattern(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || static_cast<unsigned char>(c) >= 0x80;
    if (!plain) escaped.push_back('\\');
    escaped.push_back(c);
  }
  return escaped;
}

bool has_upper_case(std::string_view text) {
  static const CodePtr code = compile("\\p{Lu}", 0, 0, nullptr);
  const MatchDataPtr data(pcre2_match_data_create(1, nullptr));
  return pcre2_match(code.get(), units(text), text.size(), 0, 0, data.get(), nullptr) >= 0;
}

struct RegexSet::Code {
  CodePtr code;
  std::size_t first;  // of the patterns in it
  std::size_t last;   // one behind
  bool jit;
};

struct RegexSet::Codes {
  std::vector<Code> codes;  // in pattern order
  std::optional<PatternError> error;
};

RegexSet::RegexSet(std::vector<SourcePattern> patterns, Boundary boundary, bool caseless)
    : patterns_(std::move(patterns)), boundary_(boundary), caseless_(caseless) {}

RegexSet::~RegexSet() = default;

const std::optional<PatternError>& RegexSet::compile() const {
  std::call_once(once_, [this] { compile_all(); });
  return codes_->error;
}

bool RegexSet::uses_jit() const {
  compile();
  return std::all_of(codes_->codes.begin(), codes_->codes.end(), [](const Code& code) { return code.jit; });
}

void RegexSet::compile_all() const {
  codes_ = std::make_unique<Codes>();
  for (std::size_t first = 0; first < patterns_.size();) {
    std::size_t last = first + 1;
    while (patterns_[first].joinable && last < patterns_.size() && patterns_[last].joinable)
      ++last;
    if (!patterns_[first].bytes_only) compile_range(first, last);
    first = last;
  }
}

// Joins [first, last) into one pattern; a refusal (too large, clashing group names) halves the range.
void RegexSet::compile_range(std::size_t first, std::size_t last) const {
  const bool joined = last - first > 1;
  std::string text;
  for (std::size_t i = first; i < last; ++i) {
    if (joined) text += i == first ? "(?|(?:" : ")|(?:";
    text += patterns_[i].text;
  }
  if (joined) text += "))";
  const std::uint32_t options = PCRE2_DUPNAMES | (caseless_ ? PCRE2_CASELESS : 0u);
  const std::uint32_t extra = boundary_ == Boundary::line ? PCRE2_EXTRA_MATCH_LINE : 0u;
  PatternError error;
  CodePtr code;
  if (boundary_ == Boundary::word) {
    code = filter::compile(as_word(text, "\\E"), options, extra, &error);
    // An extended-syntax comment at the pattern's end swallows the closing group; a line end closes it.
    if (!code) code = filter::compile(as_word(text, "\n\\E"), options, extra, nullptr);
  } else {
    code = filter::compile(text, options, extra, &error);
  }
  if (code) {
    keep(code.release(), first, last);
  } else if (joined) {
    const std::size_t middle = first + (last - first) / 2;
    compile_range(first, middle);
    compile_range(middle, last);
  } else if (!codes_->error) {
    error.pattern = patterns_[first].text;
    error.offset = std::min(error.offset, error.pattern.size());
    codes_->error = std::move(error);
  }
}

void RegexSet::keep(void* raw, std::size_t first, std::size_t last) const {
  CodePtr code(static_cast<pcre2_code*>(raw));
  pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);
  // Without JIT (refused by the system or by the pattern) the interpreter does the work.
  std::size_t jit_size = 0;
  pcre2_pattern_info(code.get(), PCRE2_INFO_JITSIZE, &jit_size);
  codes_->codes.push_back({std::move(code), first, last, jit_size > 0});
}

struct RegexRunner::Workspace {
  MatchContextPtr context{pcre2_match_context_create(nullptr)};
  MatchContextPtr small{pcre2_match_context_create(nullptr)};
  MatchContextPtr large{pcre2_match_context_create(nullptr)};
  MatchDataPtr data{pcre2_match_data_create(1, nullptr)};
  JitStackPtr stack;
};

RegexRunner::RegexRunner(std::shared_ptr<const RegexSet> set)
    : set_(std::move(set)), workspace_(std::make_unique<Workspace>()) {
  set_->compile();
  Workspace& workspace = *workspace_;
  pcre2_set_match_limit(workspace.small.get(), kSmallMatchLimit);
  pcre2_set_match_limit(workspace.large.get(), kLargeMatchLimit);
  pcre2_set_depth_limit(workspace.large.get(), kLargeMatchLimit);
  pcre2_set_heap_limit(workspace.large.get(), kLargeHeapKib);
  if (set_->uses_jit()) {
    workspace.stack.reset(pcre2_jit_stack_create(kJitStackStart, kJitStackMax, nullptr));
    if (!workspace.stack) return;
    pcre2_jit_stack_assign(workspace.context.get(), nullptr, workspace.stack.get());
    pcre2_jit_stack_assign(workspace.small.get(), nullptr, workspace.stack.get());
  }
}

RegexRunner::~RegexRunner() = default;

int RegexRunner::attempt(const RegexSet::Code& code, std::string_view line, std::size_t from, bool bounded) {
  Workspace& workspace = *workspace_;
  pcre2_match_context* context = (bounded ? workspace.small : workspace.context).get();
  pcre2_match_data* data = workspace.data.get();
  int result = 0;
  if (code.jit) {
    result = pcre2_jit_match(code.code.get(), units(line), line.size(), from, 0, data, context);
  } else {
    result = pcre2_match(code.code.get(), units(line), line.size(), from, 0, data, context);
  }
  return result;
}

int RegexRunner::run(const RegexSet::Code& code, std::string_view line, std::size_t from) {
  Workspace& workspace = *workspace_;
  int result = attempt(code, line, from, false);
  if (result >= PCRE2_ERROR_NOMATCH) return result;
  result = pcre2_match(code.code.get(), units(line), line.size(), from, PCRE2_NO_JIT, workspace.data.get(),
                       workspace.large.get());
  if (result < PCRE2_ERROR_NOMATCH) ++undecided_;
  return result;
}

bool RegexRunner::matches(std::string_view line) {
  if (set_->codes_->error) ++undecided_;
  for (const RegexSet::Code& code : set_->codes_->codes)
    if (run(code, line, 0) >= 0) return true;
  return false;
}

std::optional<bool> RegexRunner::matches_easily(std::string_view line) {
  if (set_->codes_->error) return std::nullopt;
  for (const RegexSet::Code& code : set_->codes_->codes) {
    const int result = attempt(code, line, 0, true);
    if (result < PCRE2_ERROR_NOMATCH) return std::nullopt;
    if (result >= 0) return true;
  }
  return false;
}

bool RegexRunner::matches(std::string_view line, std::size_t pattern) {
  for (const RegexSet::Code& code : set_->codes_->codes)
    if (code.first <= pattern && pattern < code.last) return run(code, line, 0) >= 0;
  ++undecided_;
  return false;
}

bool RegexRunner::find(std::string_view line, std::size_t from, Match& match) {
  bool found = false;
  for (const RegexSet::Code& code : set_->codes_->codes) {
    if (run(code, line, from) < 0) continue;
    const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(workspace_->data.get());
    // A \K inside a look-ahead may put the start behind the end.
    const auto begin = static_cast<std::uint32_t>(std::min(offsets[0], offsets[1]));
    if (found && begin >= match.begin) continue;
    match = {begin, static_cast<std::uint32_t>(offsets[1])};
    found = true;
  }
  return found;
}

}  // namespace weir::filter
