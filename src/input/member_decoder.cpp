#include "input/member_decoder.hpp"

#include <algorithm>

namespace weir::input {

Match match_magic(std::string_view head, std::string_view magic) noexcept {
  if (head.substr(0, magic.size()) == magic) return Match::yes;
  return magic.substr(0, head.size()) == head ? Match::maybe : Match::no;
}

std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t length) noexcept {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < length; ++i)
    value |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  return value;
}

namespace {

Match match_skippable_frame(std::string_view head, std::string_view next_magic) noexcept {
  if (head.empty()) return Match::maybe;
  if ((static_cast<unsigned char>(head[0]) & 0xf0) != 0x50) return Match::no;
  const Match magic = match_magic(head.substr(1), "\x2a\x4d\x18");
  if (magic != Match::yes || head.size() < kSniffBytes) return magic == Match::yes ? Match::maybe : magic;
  const std::size_t next = std::size_t{8} + number_at(head, 4, 4);
  if (next + next_magic.size() > kSniffBytes) return Match::yes;
  return head.substr(next, next_magic.size()) == next_magic ? Match::yes : Match::no;
}

}  // namespace

Match match_frame(std::string_view head, std::string_view magic) noexcept {
  const Match frame = match_magic(head, magic);
  return frame != Match::no ? frame : match_skippable_frame(head, magic);
}

Decoded MemberDecoder::decode(std::string_view in, bool at_end, char* out, std::size_t room) {
  Decoded done;
  for (;;) {
    if (!in_member_ && !begin_next(in.substr(done.consumed), at_end, done)) return done;
    if (!in_member_) continue;
    if (done.produced == room) return done;
    const std::string_view rest = in.substr(done.consumed);
    const Step next = step(rest, out + done.produced, room - done.produced);
    take(next, done);
    if (has_ended(next, rest.empty(), at_end, done)) return done;
  }
}

// Skips padding or begins a member. False when the call is over.
bool MemberDecoder::begin_next(std::string_view rest, bool at_end, Decoded& done) {
  if (rest.empty()) {
    if (at_end) done.state = Decoded::State::ended;
    return false;
  }
  if (padding_ == Padding::zeros && members_ > 0 && rest.front() == '\0') {
    const std::size_t zeros = std::min(rest.find_first_not_of('\0'), rest.size());
    done.consumed += zeros;
    offset_ += zeros;
    return padded_ = true;
  }
  const bool may_follow = matches_ && !padded_ && matches_(rest) != Match::no;
  if (members_ > 0 && !may_follow) return fail(done, "trailing garbage", offset_);
  begin_member();
  member_offset_ = offset_;
  return in_member_ = true;
}

void MemberDecoder::take(const Step& step, Decoded& done) noexcept {
  done.consumed += step.consumed;
  done.produced += step.produced;
  offset_ += step.consumed;
}

// Whether the call is over; `is_starved`: the step had nothing to read.
bool MemberDecoder::has_ended(const Step& step, bool is_starved, bool at_end, Decoded& done) noexcept {
  switch (step.state) {
    case Step::State::member_ended:
      in_member_ = false;
      ++members_;
      return false;
    case Step::State::all_ended:
      in_member_ = false;
      done.state = Decoded::State::ended;
      return true;
    case Step::State::not_a_member:
      fail(done, members_ > 0 ? "trailing garbage" : "damaged header", member_offset_);
      return true;
    case Step::State::failed:
      done.needed = step.needed;
      fail(done, step.error, offset_);
      return true;
    case Step::State::more:
      break;
  }
  if (step.consumed > 0 || step.produced > 0) return false;
  if (is_starved && !at_end) return true;
  fail(done, is_starved ? "unexpected end" : "damaged data", offset_);
  return true;
}

bool MemberDecoder::fail(Decoded& done, const char* error, std::uint64_t offset) noexcept {
  done.state = Decoded::State::failed;
  done.error = error;
  done.error_offset = offset;
  return false;
}

}  // namespace weir::input
