// gzip, by ISA-L's inflate.
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstring>

#include "input/codec_rows.hpp"
#include "input/member_decoder.hpp"

namespace weir::input {

namespace {

Match matches_gzip(std::string_view head) {
  return match_magic(head, "\x1f\x8b\x08");
}

class GzipDecoder final : public MemberDecoder {
 public:
  GzipDecoder() : MemberDecoder(&matches_gzip, Padding::zeros), state_(std::make_unique<::inflate_state>()) {}

 private:
  void begin_member() override {
    isal_inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP_NO_HDR_VER;  // the header is read apart: its parts may come one by one
    header_ = {};
    isal_gzip_header_init(&header_);
    in_header_ = true;
    failure_ = nullptr;
  }

  Step step(std::string_view in, char* out, std::size_t room) override {
    if (failure_) return hand_out_held(out, room);
    state_->next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(in.data()));  // never written to
    state_->avail_in = static_cast<std::uint32_t>(in.size());
    state_->next_out = reinterpret_cast<std::uint8_t*>(out);
    state_->avail_out = static_cast<std::uint32_t>(room);
    const bool was_in_header = in_header_;
    const int result =
        was_in_header ? isal_read_gzip_header(state_.get(), &header_) : isal_inflate(state_.get());
    if (result == ISAL_DECOMP_OK) in_header_ = false;
    Step step;
    // Damaged lengths make it count more bits than it was given, and the bytes left turn negative.
    const bool is_overdrawn = state_->avail_in > in.size();
    step.consumed = is_overdrawn ? in.size() : in.size() - state_->avail_in;
    step.produced = room - state_->avail_out;
    if (is_overdrawn) {
      step.state = Step::State::failed;
      step.error = "damaged data";
    } else if (was_in_header && result < 0) {
      step.state = Step::State::not_a_member;
    } else if (result < 0) {
      step.state = Step::State::failed;
      step.error = result == ISAL_INCORRECT_CHECKSUM ? "wrong checksum" : "damaged data";
      if (held_bytes() > 0) {
        step.state = Step::State::more;
        failure_ = step.error;
      }
    } else if (!was_in_header && state_->block_state == ISAL_BLOCK_FINISH) {
      step.state = Step::State::member_ended;
    }
    return step;
  }

  // Text before damage that there was no room for.
  std::size_t held_bytes() const noexcept {
    return static_cast<std::size_t>(std::max(0, state_->tmp_out_valid - state_->tmp_out_processed));
  }

  Step hand_out_held(char* out, std::size_t room) {
    Step step;
    step.produced = std::min(room, held_bytes());
    std::memcpy(out, state_->tmp_out_buffer + state_->tmp_out_processed, step.produced);
    state_->tmp_out_processed += static_cast<std::int32_t>(step.produced);
    if (held_bytes() > 0) return step;
    step.state = Step::State::failed;
    step.error = failure_;
    return step;
  }

  std::unique_ptr<::inflate_state> state_;
  const char* failure_ = nullptr;  // met, and to be told when all text is out
  ::isal_gzip_header header_ = {};
  bool in_header_ = false;
};

// The size of the member that begins with `head`, as BGZF writes it into the extra field; 0 if it does not.
std::uint32_t bgzf_size(std::string_view head) noexcept {
  constexpr std::size_t kExtra = 12;
  constexpr unsigned char kHasExtra = 4;
  if (head.size() < kExtra || matches_gzip(head) != Match::yes) return 0;
  if ((static_cast<unsigned char>(head[3]) & kHasExtra) == 0) return 0;
  const std::size_t end = kExtra + number_at(head, 10, 2);
  for (std::size_t at = kExtra; at + 4 <= end && end <= head.size();) {
    const std::uint32_t length = number_at(head, at + 2, 2);
    const bool is_size = head[at] == 'B' && head[at + 1] == 'C' && length == 2 && at + 6 <= end;
    if (is_size) return number_at(head, at + 4, 2) + 1;
    at += 4 + length;
  }
  return 0;
}

// The members of BGZF, which bgzip, samtools and tabix write: each says how long it is and holds 64 KiB at
// most.
class BgzfCuts final : public CutFinder {
 public:
  explicit BgzfCuts(StoredBytes& stored) noexcept : stored_(stored) {}

  bool next(std::uint64_t limit, Cut& cut) override {
    constexpr std::size_t kHeader = 256;
    constexpr std::uint32_t kLeastSize = 26;
    const std::uint32_t size = bgzf_size(stored_.at(at_.stored, kHeader));
    if (size < kLeastSize || at_.stored + size > limit) return false;
    const std::string_view text_size = stored_.at(at_.stored + size - 4, 4);
    if (text_size.size() < 4) return false;
    at_.decoded += number_at(text_size, 0, 4);
    at_.stored += size;
    cut = at_;
    return bgzf_size(stored_.at(at_.stored, kHeader)) > 0;
  }

 private:
  StoredBytes& stored_;
  Cut at_ = {0, 0, 0};
};

}  // namespace

const Codec kGzip = {
    "gzip",
    &matches_gzip,
    ".gz",
    []() -> std::unique_ptr<Decoder> { return std::make_unique<GzipDecoder>(); },
    [](std::string_view) -> std::uint64_t { return sizeof(::inflate_state); },
    [](StoredBytes& stored) -> std::unique_ptr<CutFinder> { return std::make_unique<BgzfCuts>(stored); }};

}  // namespace weir::input
