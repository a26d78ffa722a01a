#include "filter/regex_set.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "filter/pcre2_code.hpp"

namespace weir::filter {
namespace {

// The contract's options. Without the last, a pattern with `.*` in front is tried at the line's start only,
// and what stands behind bytes that are no UTF-8 is never found.
constexpr std::uint32_t kOptions = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NO_DOTSTAR_ANCHOR;

// What of it is needed for lines of a kind: UCP slows \w and \d down and changes nothing in ASCII; the JIT
// of 10.42 reads past the end of a line that is no UTF-8, whose meaning the interpreter keeps.
std::uint32_t options_for(LineKind kind) {
  switch (kind) {
    case LineKind::ascii:
      return kOptions & ~(PCRE2_UCP | PCRE2_MATCH_INVALID_UTF);
    case LineKind::utf8:
      return kOptions & ~PCRE2_MATCH_INVALID_UTF;
    case LineKind::bytes:
      return kOptions;
  }
  return kOptions;
}

std::uint32_t options_for(const RegexModes& modes) {
  std::uint32_t options = modes.caseless ? PCRE2_CASELESS : 0u;
  if (modes.dollar_end_only) options |= PCRE2_DOLLAR_ENDONLY;
  if (modes.dot_all) options |= PCRE2_DOTALL;
  // With the second, a ^ behind the last '\n' of what has been read so far is no refusal.
  if (modes.multiline) options |= PCRE2_MULTILINE | PCRE2_ALT_CIRCUMFLEX;
  return options;
}

CodePtr compile(std::string_view pattern, std::uint32_t options, std::uint32_t extra, PatternError* error) {
  const CompileContextPtr context(pcre2_compile_context_create(nullptr));
  pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
  pcre2_set_compile_extra_options(context.get(), extra);
  int number = 0;
  PCRE2_SIZE offset = 0;
  CodePtr code(pcre2_compile(units(pattern), pattern.size(), options, &number, &offset, context.get()));
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

// False when the system or the pattern refuses: then the interpreter does the work.
bool compile_jit(pcre2_code* code, bool partial) {
  pcre2_jit_compile(code, PCRE2_JIT_COMPLETE | (partial ? PCRE2_JIT_PARTIAL_HARD : 0u));
  std::size_t size = 0;
  pcre2_pattern_info(code, PCRE2_INFO_JITSIZE, &size);
  return size > 0;
}

}  // namespace

std::optional<PatternError> check_pattern(const std::string& pattern, bool caseless) {
  PatternError error;
  if (compile(pattern, kOptions | (caseless ? PCRE2_CASELESS : 0u), 0, &error)) return std::nullopt;
  return error;
}

bool ascii_members(std::string_view item, bool caseless, AsciiSet& members) {
  const CodePtr code =
      compile(item, kOptions | PCRE2_ANCHORED | (caseless ? PCRE2_CASELESS : 0u), 0, nullptr);
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
  static const CodePtr code = compile("\\p{Lu}", kOptions, 0, nullptr);
  const MatchDataPtr data(pcre2_match_data_create(1, nullptr));
  return pcre2_match(code.get(), units(text), text.size(), 0, 0, data.get(), nullptr) >= 0;
}

RegexSet::RegexSet(std::vector<SourcePattern> patterns, Boundary boundary, RegexModes modes)
    : patterns_(std::move(patterns)), boundary_(boundary), modes_(modes) {}

RegexSet::~RegexSet() = default;

const RegexSet::Codes& RegexSet::codes(LineKind kind) const {
  const auto slot = static_cast<std::size_t>(kind);
  std::call_once(once_[slot], [&] { codes_[slot] = compile_all(kind); });
  return *codes_[slot];
}

const RegexSet::Codes& RegexSet::codes_alone(LineKind kind, std::size_t pattern) const {
  const std::lock_guard lock(alone_mutex_);
  auto& all = alone_[static_cast<std::size_t>(kind)];
  all.resize(patterns_.size());
  if (!all[pattern]) {
    auto codes = std::make_unique<Codes>();
    if (!patterns_[pattern].bytes_only) compile_range(kind, pattern, pattern + 1, *codes);
    all[pattern] = std::move(codes);
  }
  return *all[pattern];
}

const std::optional<PatternError>& RegexSet::compile() const {
  return codes(LineKind::ascii).error;
}

bool RegexSet::uses_jit() const {
  const auto& all = codes(LineKind::ascii).codes;
  return std::all_of(all.begin(), all.end(), [](const Code& code) { return code.jit; });
}

std::unique_ptr<RegexSet::Codes> RegexSet::compile_all(LineKind kind) const {
  auto codes = std::make_unique<Codes>();
  for (std::size_t first = 0; first < patterns_.size();) {
    std::size_t last = first + 1;
    while (patterns_[first].joinable && last < patterns_.size() && patterns_[last].joinable)
      ++last;
    if (!patterns_[first].bytes_only) compile_range(kind, first, last, *codes);
    first = last;
  }
  return codes;
}

// Joins [first, last) into one pattern; a refusal (too large, clashing group names) halves the range.
void RegexSet::compile_range(LineKind kind, std::size_t first, std::size_t last, Codes& codes) const {
  const bool joined = last - first > 1;
  std::string text;
  for (std::size_t i = first; i < last; ++i) {
    if (joined) text += i == first ? "(?|(?:" : ")|(?:";
    text += patterns_[i].text;
  }
  if (joined) text += "))";
  const std::uint32_t options = options_for(kind) | options_for(modes_) | PCRE2_DUPNAMES;
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
    const bool jit = kind != LineKind::bytes && compile_jit(code.get(), modes_.multiline);
    codes.codes.push_back({std::move(code), first, last, jit});
  } else if (joined) {
    const std::size_t middle = first + (last - first) / 2;
    compile_range(kind, first, middle, codes);
    compile_range(kind, middle, last, codes);
  } else if (!codes.error) {
    error.pattern = patterns_[first].text;
    error.offset = std::min(error.offset, error.pattern.size());
    codes.error = std::move(error);
  }
}

}  // namespace weir::filter
