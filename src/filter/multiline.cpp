#include "filter/multiline.hpp"

#include <algorithm>

#include "filter/engine.hpp"
#include "filter/pcre2_code.hpp"
#include "text/newlines.hpp"
#include "text/utf8.hpp"

namespace weir::filter {

namespace {

constexpr std::uint32_t kMatchLimit = 200'000'000;
constexpr std::uint32_t kHeapKib = 256 * 1024;
constexpr std::size_t kJitStackStart = 32 * 1024;
constexpr std::size_t kJitStackMax = 8 * 1024 * 1024;
constexpr std::size_t kLongestCharacter = 4;  // bytes

// 0 when all is UTF-8.
std::size_t behind_last_bad_byte(std::string_view text) {
  for (std::size_t end = text.size(); end > 0;) {
    const std::size_t begin = text::line_begin(text, end - 1);
    while (end > begin && !text::is_utf8(text.substr(begin, end - begin))) {
      std::size_t last = end - 1;
      while (last > begin && text::is_inside_character(text, last))
        --last;
      if (!text::is_utf8(text.substr(last, end - last))) return end;
      end = last;
    }
    end = begin;
  }
  return 0;
}

}  // namespace

struct MultilineMatcher::Workspace {
  MatchContextPtr context{pcre2_match_context_create(nullptr)};
  MatchDataPtr data{pcre2_match_data_create(1, nullptr)};
  JitStackPtr stack{pcre2_jit_stack_create(kJitStackStart, kJitStackMax, nullptr)};
};

struct MultilineMatcher::Subject {
  std::string_view text;
  LineKind kind;
  std::uint32_t options;
};

MultilineMatcher::MultilineMatcher(std::shared_ptr<const RegexSet> set)
    : set_(std::move(set)), workspace_(std::make_unique<Workspace>()) {
  pcre2_match_context* context = workspace_->context.get();
  pcre2_set_match_limit(context, kMatchLimit);
  pcre2_set_depth_limit(context, kMatchLimit);
  pcre2_set_heap_limit(context, kHeapKib);
  if (workspace_->stack) pcre2_jit_stack_assign(context, nullptr, workspace_->stack.get());
  for (const RegexSet::Code& code : set_->codes(LineKind::ascii).codes) {
    std::uint32_t characters = 0;
    pcre2_pattern_info(code.code.get(), PCRE2_INFO_MAXLOOKBEHIND, &characters);
    lookbehind_ = std::max(lookbehind_, characters * kLongestCharacter);
  }
}

MultilineMatcher::~MultilineMatcher() = default;

std::size_t MultilineMatcher::find(std::string_view text, std::size_t from, bool is_end,
                                   std::vector<Span>& spans) {
  const bool is_ascii = text::is_ascii(text);
  const LineKind kind = is_ascii ? LineKind::ascii : text::is_utf8(text) ? LineKind::utf8 : LineKind::bytes;
  const std::uint32_t checked = kind == LineKind::bytes ? 0 : PCRE2_NO_UTF_CHECK;
  if (kind == LineKind::bytes && !is_end) {
    // No match holds bytes that are no UTF-8, so that everything before them is decided; partial matching of
    // PCRE2 10.42 loses matches there.
    const std::size_t barrier = behind_last_bad_byte(text);
    if (from < barrier) {
      find_in({text.substr(0, barrier), kind, 0}, from, barrier, spans);
      from = std::max(from, barrier);
    }
  }
  return find_in({text, kind, checked | (is_end ? 0 : PCRE2_PARTIAL_HARD)}, from, text.size() + 1, spans);
}

// Matches that begin in [from, end). Leaves `from` where the next one may begin.
std::size_t MultilineMatcher::find_in(const Subject& subject, std::size_t& from, std::size_t end,
                                      std::vector<Span>& spans) {
  const std::string_view text = subject.text;
  Span span{};
  while (from < end) {
    const Outcome outcome = find_next(subject, from, span);
    if (outcome == Outcome::partial) return std::max(from, span.begin);
    if (outcome == Outcome::none || span.begin >= end) break;
    // A text that ends with '\n' has no line behind it for an empty match to be in.
    const bool is_behind = span.begin == text.size() && (text.empty() || text.back() == '\n');
    if (!is_behind) spans.push_back(span);
    from = span.end > span.begin ? span.end : text::next_character(text, span.end);
  }
  return text.size();
}

// Of all codes, the leftmost match; partial when an undecided one might begin before it.
MultilineMatcher::Outcome MultilineMatcher::find_next(const Subject& subject, std::size_t from, Span& span) {
  Outcome outcome = Outcome::none;
  for (const RegexSet::Code& code : set_->codes(subject.kind).codes) {
    const int result = match(code.code.get(), subject, from);
    if (result == PCRE2_ERROR_NOMATCH) continue;
    if (result < 0 && result != PCRE2_ERROR_PARTIAL) {
      ++undecided_;
      continue;
    }
    const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(workspace_->data.get());
    // A \K inside a look-ahead may put the start behind the end.
    const Span found{std::min(offsets[0], offsets[1]), offsets[1]};
    if (outcome != Outcome::none && found.begin >= span.begin) continue;
    span = found;
    outcome = result == PCRE2_ERROR_PARTIAL ? Outcome::partial : Outcome::match;
  }
  return outcome;
}

int MultilineMatcher::match(const void* code, const Subject& subject, std::size_t from) {
  const auto attempt = [&](std::uint32_t options) {
    return pcre2_match(static_cast<const pcre2_code*>(code), units(subject.text), subject.text.size(), from,
                       subject.options | options, workspace_->data.get(), workspace_->context.get());
  };
  const int result = attempt(0);
  return result == PCRE2_ERROR_JIT_STACKLIMIT ? attempt(PCRE2_NO_JIT) : result;
}

bool SpanFinder::find(std::string_view line, std::size_t from, Match& match) {
  const bool is_part = spans_ != nullptr && !std::less<>()(line.data(), text_.data()) &&
                       !std::less<>()(text_.data() + text_.size(), line.data() + line.size());
  if (!is_part) return false;
  const auto begin = static_cast<std::size_t>(line.data() - text_.data());
  const auto ends_before = [](const Span& span, std::size_t at) { return span.end < at; };
  for (auto span = std::lower_bound(spans_->begin(), spans_->end(), begin + from, ends_before);
       span != spans_->end() && span->begin <= begin + line.size(); ++span) {
    const std::size_t first = std::max(span->begin, begin + from);
    const std::size_t last = std::min(span->end, begin + line.size());
    // The end of a span that began before is no match of its own.
    if (first > last || (first == last && span->begin < span->end)) continue;
    match = {static_cast<std::uint32_t>(first - begin), static_cast<std::uint32_t>(last - begin)};
    last_ = match;
    return true;
  }
  return false;
}

std::string_view SpanFinder::group(std::string_view line, std::size_t /*from*/, const std::string& name) {
  return name == "0" ? line.substr(last_.begin, last_.end - last_.begin) : std::string_view();
}

}  // namespace weir::filter
