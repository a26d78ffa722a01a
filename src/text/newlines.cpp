// One body per kernel, compiled by Highway for every vector width that the compiler knows and chosen
// at run time. A text of at least one vector is covered by whole loads only: the last one is moved
// back to end with the text, so no kernel reads outside of it.
#include "text/newlines.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "text/newlines.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace weir::text::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::CappedTag<std::uint8_t, 64>;
using Vector = hn::Vec<Bytes>;

HWY_INLINE const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

// Bit i is set when lane i of `mask` is true.
template <class Mask>
HWY_INLINE std::uint64_t bits_of(Bytes d, Mask mask) {
  alignas(8) std::uint8_t bits[8] = {};
  hn::StoreMaskBits(d, mask, bits);
  std::uint64_t word;
  __builtin_memcpy(&word, bits, sizeof word);
  return word;
}

HWY_INLINE std::size_t count_newlines(std::string_view text) {
  const Bytes d;
  const std::size_t lanes = hn::Lanes(d);
  const std::uint8_t* p = bytes_of(text);
  const auto newline = hn::Set(d, '\n');
  const hn::Repartition<std::uint64_t, Bytes> d64;
  std::size_t at = 0;
  auto total = hn::Zero(d64);
  while (at + 4 * lanes <= text.size()) {
    // A lane of the inner sums gains at most 4 a round, so 63 rounds cannot overflow it.
    auto sums = hn::Zero(d);
    for (int round = 0; round < 63 && at + 4 * lanes <= text.size(); ++round, at += 4 * lanes) {
      const auto a = hn::VecFromMask(d, hn::Eq(hn::LoadU(d, p + at), newline));
      const auto b = hn::VecFromMask(d, hn::Eq(hn::LoadU(d, p + at + lanes), newline));
      const auto c = hn::VecFromMask(d, hn::Eq(hn::LoadU(d, p + at + 2 * lanes), newline));
      const auto e = hn::VecFromMask(d, hn::Eq(hn::LoadU(d, p + at + 3 * lanes), newline));
      sums = hn::Sub(sums, hn::Add(hn::Add(a, b), hn::Add(c, e)));
    }
    total = hn::Add(total, hn::SumsOf8(sums));
  }
  std::size_t count = hn::GetLane(hn::SumOfLanes(d64, total));
  for (; at + lanes <= text.size(); at += lanes)
    count += hn::CountTrue(d, hn::Eq(hn::LoadU(d, p + at), newline));
  for (; at < text.size(); ++at)
    count += p[at] == '\n';
  return count;
}

HWY_INLINE LineSurvey survey_lines(std::string_view text, char first) {
  const Bytes d;
  const std::size_t lanes = hn::Lanes(d);
  const std::uint8_t* p = bytes_of(text);
  const auto newline = hn::Set(d, '\n');
  const auto backslash = hn::Set(d, '\\');
  const auto wanted = hn::Set(d, static_cast<std::uint8_t>(first));
  LineSurvey survey;
  auto strays = hn::Zero(d);
  auto backslashes = hn::Zero(d);
  std::size_t at = 0;
  for (; at + lanes < text.size(); at += lanes) {
    const auto bytes = hn::LoadU(d, p + at);
    const auto ends = hn::Eq(bytes, newline);
    survey.newlines += hn::CountTrue(d, ends);
    strays = hn::Or(strays, hn::IfThenElseZero(ends, hn::Xor(hn::LoadU(d, p + at + 1), wanted)));
    backslashes = hn::Or(backslashes, hn::VecFromMask(d, hn::Eq(bytes, backslash)));
  }
  survey.all_begin_so = hn::AllTrue(d, hn::Eq(strays, hn::Zero(d)));
  survey.has_backslash = !hn::AllTrue(d, hn::Eq(backslashes, hn::Zero(d)));
  for (; at < text.size(); ++at) {
    survey.newlines += text[at] == '\n';
    if (text[at] == '\n' && at + 1 < text.size() && text[at + 1] != first) survey.all_begin_so = false;
    if (text[at] == '\\') survey.has_backslash = true;
  }
  return survey;
}

// Lanes whose high bit is set.
HWY_INLINE auto has_high_bit(Bytes d, Vector v) {
  const hn::RebindToSigned<Bytes> signed_d;
  return hn::RebindMask(d, hn::Lt(hn::BitCast(signed_d, v), hn::Zero(signed_d)));
}

HWY_INLINE bool is_ascii(std::string_view text) {
  const Bytes d;
  const std::size_t lanes = hn::Lanes(d);
  const std::uint8_t* p = bytes_of(text);
  if (text.size() < lanes) {
    std::uint8_t all = 0;
    for (const char c : text)
      all |= static_cast<std::uint8_t>(c);
    return all < 0x80;
  }
  std::size_t at = 0;
  for (; at + 4 * lanes <= text.size(); at += 4 * lanes) {
    const auto ab = hn::Or(hn::LoadU(d, p + at), hn::LoadU(d, p + at + lanes));
    const auto ce = hn::Or(hn::LoadU(d, p + at + 2 * lanes), hn::LoadU(d, p + at + 3 * lanes));
    if (!hn::AllFalse(d, has_high_bit(d, hn::Or(ab, ce)))) return false;
  }
  auto rest = hn::LoadU(d, p + text.size() - lanes);
  for (; at + lanes <= text.size(); at += lanes)
    rest = hn::Or(rest, hn::LoadU(d, p + at));
  return hn::AllFalse(d, has_high_bit(d, rest));
}

// First position at or after `from` whose byte satisfies `test` (a vector predicate and its scalar twin).
template <class VectorTest, class ByteTest>
HWY_INLINE std::size_t find_forward(std::string_view text, std::size_t from, VectorTest test,
                                    ByteTest byte_test) {
  const Bytes d;
  const std::size_t lanes = hn::Lanes(d);
  const std::uint8_t* p = bytes_of(text);
  std::size_t at = from;
  for (; at + lanes <= text.size(); at += lanes) {
    const auto hits = test(d, hn::LoadU(d, p + at));
    const std::intptr_t first = hn::FindFirstTrue(d, hits);
    if (first >= 0) return at + static_cast<std::size_t>(first);
  }
  if (at >= text.size()) return text.size();
  if (text.size() >= lanes) {
    const std::size_t start = text.size() - lanes;
    const std::uint64_t hits = bits_of(d, test(d, hn::LoadU(d, p + start))) >> (at - start);
    return hits != 0 ? at + static_cast<std::size_t>(__builtin_ctzll(hits)) : text.size();
  }
  while (at < text.size() && !byte_test(p[at]))
    ++at;
  return at;
}

HWY_INLINE std::size_t find_non_ascii(std::string_view text, std::size_t from) {
  return find_forward(
      text, from, [](Bytes d, Vector v) { return has_high_bit(d, v); },
      [](std::uint8_t byte) { return byte >= 0x80; });
}

HWY_INLINE std::size_t line_end(std::string_view text, std::size_t from) {
  return find_forward(
      text, from, [](Bytes d, Vector v) { return hn::Eq(v, hn::Set(d, '\n')); },
      [](std::uint8_t byte) { return byte == '\n'; });
}

HWY_INLINE std::size_t line_begin(std::string_view text, std::size_t at) {
  const Bytes d;
  const std::size_t lanes = hn::Lanes(d);
  const std::uint8_t* p = bytes_of(text);
  const auto newline = hn::Set(d, '\n');
  while (at >= lanes) {
    const std::uint64_t hits = bits_of(d, hn::Eq(hn::LoadU(d, p + at - lanes), newline));
    if (hits != 0) return at - lanes + 64 - static_cast<std::size_t>(__builtin_clzll(hits));
    at -= lanes;
  }
  if (at == 0) return 0;
  if (text.size() >= lanes) {
    const std::uint64_t below = (std::uint64_t{1} << at) - 1;  // at < lanes <= 64
    const std::uint64_t hits = bits_of(d, hn::Eq(hn::LoadU(d, p), newline)) & below;
    return hits != 0 ? 64 - static_cast<std::size_t>(__builtin_clzll(hits)) : 0;
  }
  while (at > 0 && p[at - 1] != '\n')
    --at;
  return at;
}

std::size_t CountNewlines(std::string_view text) {
  return count_newlines(text);
}
LineSurvey SurveyLines(std::string_view text, char first) {
  return survey_lines(text, first);
}
bool IsAscii(std::string_view text) {
  return is_ascii(text);
}
std::size_t FindNonAscii(std::string_view text, std::size_t from) {
  return find_non_ascii(text, from);
}
std::size_t LineEnd(std::string_view text, std::size_t from) {
  return line_end(text, from);
}
std::size_t LineBegin(std::string_view text, std::size_t at) {
  return line_begin(text, at);
}

}  // namespace weir::text::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace weir::text {

HWY_EXPORT(CountNewlines);
HWY_EXPORT(SurveyLines);
HWY_EXPORT(IsAscii);
HWY_EXPORT(FindNonAscii);
HWY_EXPORT(LineEnd);
HWY_EXPORT(LineBegin);

std::size_t count_newlines(std::string_view text) noexcept {
  return HWY_DYNAMIC_DISPATCH(CountNewlines)(text);
}

LineSurvey survey_lines(std::string_view text, char first) noexcept {
  return HWY_DYNAMIC_DISPATCH(SurveyLines)(text, first);
}

bool is_ascii(std::string_view text) noexcept {
  return HWY_DYNAMIC_DISPATCH(IsAscii)(text);
}

std::size_t find_non_ascii(std::string_view text, std::size_t from) noexcept {
  return HWY_DYNAMIC_DISPATCH(FindNonAscii)(text, from);
}

std::size_t line_end(std::string_view text, std::size_t from) noexcept {
  return HWY_DYNAMIC_DISPATCH(LineEnd)(text, from);
}

std::size_t line_begin(std::string_view text, std::size_t at) noexcept {
  return HWY_DYNAMIC_DISPATCH(LineBegin)(text, at);
}

}  // namespace weir::text
#endif
