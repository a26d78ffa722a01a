#include "filter/bit_scanner.hpp"

#include <algorithm>

#ifndef WEIR_FILTER_BIT_STREAMS
#define WEIR_FILTER_BIT_STREAMS
namespace weir::filter {

// How the members of a class are told: by their range, or by a table.
struct BitClass {
  bool is_range = false;
  bool holds_newline = false;
  std::uint8_t first = 0;
  std::uint8_t last = 0;
  alignas(16)
      std::array<std::uint8_t, 16> table{};  // by low half of a byte: bit h set for members of high half h
};

struct alignas(64) BitStream {
  BitScanner::Words words{};
};

struct BitStreams {
  std::vector<BitClass> classes;
  std::vector<BitStream> registers;
  std::vector<std::uint64_t> carries;  // by instruction, 0 or 1
  BitScanner::Words odd{};
};

// What there is of the text in a window; its places from `size` on, if any, are none of the text's.
struct BitWindow {
  const std::uint8_t* bytes;
  std::size_t size;  // up to kWindow

  std::size_t words() const { return (size + 63) / 64; }
  bool is_full() const { return size == BitScanner::kWindow; }
};

}  // namespace weir::filter
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "filter/bit_scanner.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace weir::filter::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::CappedTag<std::uint8_t, 64>;
using Lanes = hn::CappedTag<std::uint64_t, 8>;
using Op = BitProgram::Op;

constexpr std::size_t kWords = BitScanner::kWords;

// Stores one bit for each byte, as `is_member(vector)` says.
template <class IsMember>
HWY_INLINE void fill(BitWindow window, std::uint64_t* out, IsMember is_member) {
  const Bytes d;
  const std::size_t lanes = hn::Lanes(d);
  const std::uint8_t* const end = window.bytes + window.words() * 64;
  auto* bits = reinterpret_cast<std::uint8_t*>(out);
  std::uint8_t stored[8];
  for (const std::uint8_t* at = window.bytes; at != end; at += lanes, bits += lanes / 8) {
    hn::StoreMaskBits(d, is_member(hn::LoadU(d, at)), stored);
    __builtin_memcpy(bits, stored, lanes / 8);
  }
}

// Clears the places from the window's size on.
HWY_INLINE void cut(BitWindow window, std::uint64_t* words) {
  std::size_t i = window.size / 64;
  words[i] &= (std::uint64_t{1} << window.size % 64) - 1;
  while (++i < kWords)
    words[i] = 0;
}

HWY_INLINE void fill_by_range(const BitClass& members, BitWindow window, std::uint64_t* out) {
  const Bytes d;
  const auto first = hn::Set(d, members.first);
  const auto width = hn::Set(d, static_cast<std::uint8_t>(members.last - members.first));
  if (members.first == members.last)
    return fill(window, out, [&](auto v) HWY_ATTR { return hn::Eq(v, first); });
  fill(window, out, [&](auto v) HWY_ATTR {
    const auto distance = hn::Sub(v, first);
    return hn::Eq(hn::Min(distance, width), distance);
  });
}

HWY_INLINE void fill_by_table(const BitClass& members, BitWindow window, std::uint64_t* out) {
  alignas(16) static constexpr std::uint8_t kBitOfHalf[16] = {1, 2, 4, 8, 16, 32, 64, 128};
  const Bytes d;
  const auto table = hn::LoadDup128(d, members.table.data());
  const auto bit_of_half = hn::LoadDup128(d, kBitOfHalf);
  const auto half = hn::Set(d, 15);
  fill(window, out, [&](auto v) HWY_ATTR {
    const auto high = hn::And(hn::ShiftRight<4>(v), half);
    return hn::TestBit(hn::TableLookupBytes(table, hn::And(v, half)),
                       hn::TableLookupBytes(bit_of_half, high));
  });
}

HWY_INLINE void fill_members(const BitClass& members, BitWindow window, std::uint64_t* out) {
  if (members.is_range)
    fill_by_range(members, window, out);
  else
    fill_by_table(members, window, out);
  if (window.is_full()) return;
  cut(window, out);
  if (members.holds_newline) out[window.size / 64] |= std::uint64_t{1} << window.size % 64;
}

HWY_INLINE bool fill_odd(BitWindow window, std::uint64_t* out) {
  const Bytes d;
  const std::size_t lanes = hn::Lanes(d);
  const std::size_t end = window.words() * 64;
  auto any = hn::Zero(d);
  for (std::size_t at = 0; at < end; at += lanes)
    any = hn::Or(any, hn::LoadU(d, window.bytes + at));
  const auto high_bit = hn::Set(d, 0x80);
  if (hn::AllFalse(d, hn::TestBit(any, high_bit))) return false;
  fill(window, out, [&](auto v) HWY_ATTR { return hn::TestBit(v, high_bit); });
  if (window.is_full()) return true;
  cut(window, out);
  return true;
}

template <class Combine>
HWY_INLINE void combine(const BitStream& a, const BitStream& b, BitStream& target, Combine function) {
  const Lanes d;
  for (std::size_t i = 0; i < kWords; i += hn::Lanes(d))
    hn::Store(function(hn::Load(d, &a.words[i]), hn::Load(d, &b.words[i])), d, &target.words[i]);
}

HWY_INLINE void step(const BitStream& a, const BitStream& b, BitStream& target, std::uint64_t& carry) {
  const Lanes d;
  const std::size_t lanes = hn::Lanes(d);
  alignas(64) std::uint64_t from[8];
  for (std::size_t i = 0; i < lanes; ++i)
    from[i] = (i + lanes - 1) % lanes;
  const auto rotation = hn::SetTableIndices(d, from);
  const auto first_lane = hn::FirstN(d, 1);
  auto before = hn::Set(d, carry << 63);  // whose first lane is the word before
  for (std::size_t i = 0; i < kWords; i += lanes) {
    const auto both = hn::And(hn::Load(d, &a.words[i]), hn::Load(d, &b.words[i]));
    const auto rotated = hn::TableLookupLanes(both, rotation);
    const auto previous = hn::IfThenElse(first_lane, before, rotated);
    hn::Store(hn::Or(hn::ShiftLeft<1>(both), hn::ShiftRight<63>(previous)), d, &target.words[i]);
    before = rotated;
  }
  carry = hn::GetLane(before) >> 63;
}

HWY_INLINE bool is_empty(const BitStream& stream) {
  const Lanes d;
  auto any = hn::Zero(d);
  for (std::size_t i = 0; i < kWords; i += hn::Lanes(d))
    any = hn::Or(any, hn::Load(d, &stream.words[i]));
  return hn::AllTrue(d, hn::Eq(any, hn::Zero(d)));
}

// Adding a cursor at the first bit of a run of ones carries it to the run's end: the bits that this changes,
// and the cursors themselves, are the places reached.
HWY_INLINE void star(const BitStream& a, const BitStream& b, BitStream& target, std::uint64_t& carry) {
  if (carry == 0 && is_empty(a)) return target.words.fill(0);
  for (std::size_t i = 0; i < kWords; ++i) {
    const std::uint64_t cursors = a.words[i] | carry;
    const std::uint64_t run = b.words[i];
    unsigned long long sum;
    const bool over = __builtin_add_overflow(cursors & run, run, &sum);
    target.words[i] = (sum ^ run) | cursors;
    carry = over ? 1 : 0;
  }
}

HWY_INLINE bool nothing_carried(const std::vector<std::uint64_t>& carries, std::size_t from,
                                std::size_t count) {
  std::uint64_t any = 0;
  for (std::size_t i = from; i < from + count; ++i)
    any |= carries[i];
  return any == 0;
}

HWY_INLINE void compute(const BitProgram::Instruction& instruction, std::vector<BitStream>& registers,
                        std::uint64_t& carry) {
  const BitStream& a = registers[instruction.a];
  const BitStream& b = registers[instruction.b];
  BitStream& target = registers[instruction.target];
  switch (instruction.op) {
    case Op::ones:
      return target.words.fill(~std::uint64_t{0});
    case Op::step:
      return step(a, b, target, carry);
    case Op::star:
      return star(a, b, target, carry);
    case Op::both:
      return combine(a, b, target, [](auto x, auto y) HWY_ATTR { return hn::And(x, y); });
    case Op::either:
      return combine(a, b, target, [](auto x, auto y) HWY_ATTR { return hn::Or(x, y); });
    case Op::one_of:
      return combine(a, b, target, [](auto x, auto y) HWY_ATTR { return hn::Xor(x, y); });
    case Op::complement:
      return combine(a, a, target, [](auto x, auto) HWY_ATTR { return hn::Not(x); });
    case Op::members:
    case Op::skip_if_empty:
      break;
  }
}

// False when there are no cursors in the result.
bool RunBitProgram(const BitProgram& program, BitStreams& streams, BitWindow window) {
  auto& registers = streams.registers;
  for (std::size_t i = 0; i < program.instructions.size(); ++i) {
    const BitProgram::Instruction& instruction = program.instructions[i];
    if (instruction.op == Op::members) {
      fill_members(streams.classes[instruction.a], window, registers[instruction.target].words.data());
    } else if (instruction.op != Op::skip_if_empty) {
      compute(instruction, registers, streams.carries[i]);
    } else if (is_empty(registers[instruction.a]) && nothing_carried(streams.carries, i + 1, instruction.b)) {
      registers[instruction.target].words.fill(0);
      i += instruction.b;
    }
  }
  return !is_empty(registers[program.result]);
}

bool FillOddBytes(BitStreams& streams, BitWindow window) {
  return fill_odd(window, streams.odd.data());
}

}  // namespace weir::filter::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace weir::filter {

HWY_EXPORT(FillOddBytes);
HWY_EXPORT(RunBitProgram);

namespace {

BitClass make_class(const AsciiSet& set) {
  BitClass members;
  std::size_t first = 0;
  while (first < set.size() && !set[first])
    ++first;
  std::size_t end = first;
  while (end < set.size() && set[end])
    ++end;
  members.is_range = end > first && set.count() == end - first;
  members.first = static_cast<std::uint8_t>(first);
  members.last = static_cast<std::uint8_t>(end - 1);
  members.holds_newline = set['\n'];
  for (std::size_t c = 0; c < set.size(); ++c)
    if (set[c]) members.table[c % 16] = static_cast<std::uint8_t>(members.table[c % 16] | 1U << c / 16);
  return members;
}

}  // namespace

BitScanner::BitScanner(const BitProgram& program) : program_(program), streams_(new BitStreams) {
  for (const AsciiSet& set : program.classes)
    streams_->classes.push_back(make_class(set));
  streams_->registers.resize(program.registers);
  restart();
}

BitScanner::~BitScanner() = default;

void BitScanner::restart() {
  auto& carries = streams_->carries;
  carries.clear();
  for (const BitProgram::Instruction& instruction : program_.instructions)
    carries.push_back(instruction.carries_in ? 1 : 0);
}

bool BitScanner::scan(std::string_view text, std::size_t at, Words& events) {
  BitStreams& streams = *streams_;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data()) + at;
  const BitWindow window{bytes, std::min(text.size() - at, kWindow)};
  const bool any_odd = HWY_DYNAMIC_DISPATCH(FillOddBytes)(streams, window);
  const bool any_match = HWY_DYNAMIC_DISPATCH(RunBitProgram)(program_, streams, window);
  if (!any_match && !any_odd) return false;
  const Words& matches = streams.registers[program_.result].words;
  for (std::size_t i = 0; i < kWords; ++i)
    events[i] = matches[i] | (any_odd ? streams.odd[i] : 0);
  return true;
}

}  // namespace weir::filter
#endif
