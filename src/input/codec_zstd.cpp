// Zstandard.
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include "input/codec_rows.hpp"
#include "input/member_decoder.hpp"

namespace weir::input {

namespace {

constexpr std::string_view kMagic = "\x28\xb5\x2f\xfd";
constexpr std::size_t kBlockHeader = 3;

Match matches_zstd(std::string_view head) {
  return match_frame(head, kMagic);
}

const char* text_of(ZSTD_ErrorCode code) {
  switch (code) {
    case ZSTD_error_checksum_wrong:
      return "wrong checksum";
    case ZSTD_error_dictionary_wrong:
      return "needs a dictionary";
    default:
      return "damaged data";
  }
}

constexpr std::size_t kLongestHeader = 18;

// The layout of frames is that of RFC 8878. Behind the magic number a byte tells which fields there are.
unsigned descriptor_of(std::string_view head) noexcept {
  return static_cast<unsigned char>(head[4]);
}
bool is_single_segment(std::string_view head) noexcept {
  return (descriptor_of(head) & 0x20U) != 0;
}

// 6 or more; kLongestHeader where that is not known.
std::size_t header_bytes(std::string_view head) noexcept {
  if (head.size() < 5) return kLongestHeader;
  constexpr std::size_t kDictionaryBytes[] = {0, 1, 2, 4};
  const std::size_t size_bytes[] = {is_single_segment(head) ? std::size_t{1} : 0, 2, 4, 8};
  return (is_single_segment(head) ? 5U : 6U) + kDictionaryBytes[descriptor_of(head) & 3U] +
         size_bytes[descriptor_of(head) >> 6];
}

// The window and a block as it is stored and as text, for a frame that begins with `head`.
std::uint64_t memory_of(std::string_view head) {
  constexpr std::uint64_t kUsual = std::uint64_t{2} << 20;
  constexpr std::uint64_t kBesides = std::uint64_t{512} << 10;
  if (match_magic(head, kMagic) != Match::yes || head.size() < header_bytes(head)) return kUsual + kBesides;
  if (is_single_segment(head)) {
    const unsigned long long content = ZSTD_getFrameContentSize(head.data(), head.size());
    return (content < ZSTD_CONTENTSIZE_ERROR ? content : kUsual) + kBesides;
  }
  const auto window = static_cast<unsigned char>(head[5]);
  const std::uint64_t base = std::uint64_t{1} << (10 + (window >> 3));
  return base + base / 8 * (window & 7U) + kBesides;
}

using Context = std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)>;

// The parts of a file and small files come in great number; the memory of a context, fresh from the system
// each time, would cost more than the decoding. Each thread keeps one.
Context& kept_context() {
  thread_local Context kept(nullptr, &ZSTD_freeDCtx);
  return kept;
}

Context take_context() {
  Context kept = std::move(kept_context());
  return kept ? std::move(kept) : Context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
}

class ZstdDecoder final : public MemberDecoder {
 public:
  ZstdDecoder() : MemberDecoder(&matches_zstd, Padding::none), context_(take_context()) {
    if (!context_) throw std::bad_alloc();
  }
  ~ZstdDecoder() override {
    constexpr std::size_t kMostKept = 4U << 20;
    if (ZSTD_sizeof_DCtx(context_.get()) <= kMostKept) kept_context() = std::move(context_);
  }

 private:
  void begin_member() override {
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
    // The exact size is looked at in step().
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax,
                           ZSTD_dParam_getBounds(ZSTD_d_windowLogMax).upperBound);
    head_.clear();
    wanted_ = 1;
    may_hold_text_ = false;
  }

  // One block at a time, and nothing before all of the last one is out: a call that meets an error forgets
  // what it has decoded before.
  Step step(std::string_view in, char* out, std::size_t room) override {
    if (std::exchange(may_hold_text_, false)) {
      const Step held = step_on("", out, room);
      if (held.produced > 0 || held.state != Step::State::more) return held;
    }
    return step_on(in, out, room);
  }

  Step step_on(std::string_view in, char* out, std::size_t room) {
    const std::size_t block = wanted_ > kBlockHeader ? wanted_ - kBlockHeader : wanted_;
    if (head_.size() < kLongestHeader) {
      const std::uint64_t needed = look_at_head(in, block);
      if (needed > memory_limit()) {
        Step step;
        step.state = Step::State::failed;
        step.error = "needs too much memory";
        step.needed = needed;
        return step;
      }
    }
    ZSTD_inBuffer input = {in.data(), std::min(in.size(), block), 0};
    ZSTD_outBuffer output = {out, room, 0};
    const std::size_t result = ZSTD_decompressStream(context_.get(), &output, &input);
    Step step;
    step.consumed = input.pos;
    step.produced = output.pos;
    if (!ZSTD_isError(result)) {
      wanted_ = std::max<std::size_t>(1, result);
      may_hold_text_ = output.pos == room;
      if (result == 0) step.state = Step::State::member_ended;
      return step;
    }
    const ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
    step.state = code == ZSTD_error_prefix_unknown ? Step::State::not_a_member : Step::State::failed;
    step.error = text_of(code);
    return step;
  }

  // The memory that the frame takes, 0 while that is not known. It asks for it when it has read the header.
  std::uint64_t look_at_head(std::string_view in, std::size_t taken) {
    const std::string_view seen = in.substr(0, kLongestHeader - head_.size());
    const std::string head = head_ + std::string(seen);
    head_.append(in.substr(0, std::min(taken, kLongestHeader - head_.size())));
    return match_magic(head, kMagic) == Match::yes && head.size() >= header_bytes(head) ? memory_of(head) : 0;
  }

  Context context_;
  std::string head_;  // what was decoded of the frame's header
  bool may_hold_text_ = false;
  std::size_t wanted_ = 1;  // bytes to the end of the block, and the header of the next one
};

// From frame to frame, by the sizes of the blocks in them.
class ZstdCuts final : public CutFinder {
 public:
  explicit ZstdCuts(StoredBytes& stored) noexcept : stored_(stored) {}

  bool next(std::uint64_t limit, Cut& cut) override {
    const std::string_view head = stored_.at(at_.stored, kLongestHeader);
    if (match_magic(head, kMagic) == Match::yes) {
      if (!pass_frame(head, limit)) return false;
    } else if (match_frame(head, kMagic) == Match::yes) {
      at_.stored += 8 + number_at(head, 4, 4);
    } else {
      return false;
    }
    cut = at_;
    return at_.stored <= limit && match_frame(stored_.at(at_.stored, kSniffBytes), kMagic) == Match::yes;
  }

 private:
  bool pass_frame(std::string_view head, std::uint64_t limit) {
    if (head.size() < header_bytes(head)) return false;
    const bool has_checksum = (descriptor_of(head) & 0x04U) != 0;
    std::uint64_t at = at_.stored + header_bytes(head);
    const unsigned long long content = ZSTD_getFrameContentSize(head.data(), head.size());
    if (content == ZSTD_CONTENTSIZE_ERROR) return false;
    for (bool is_last = false; !is_last;) {
      const std::string_view block = stored_.at(at, kBlockHeader);
      if (block.size() < kBlockHeader || at > limit) return false;
      const std::uint32_t header = number_at(block, 0, kBlockHeader);
      constexpr std::uint32_t kRepeated = 1;
      is_last = (header & 1) != 0;
      at += kBlockHeader + (((header >> 1) & 3) == kRepeated ? 1 : header >> 3);
    }
    at_.stored = at + (has_checksum ? 4 : 0);
    const bool is_known = content != ZSTD_CONTENTSIZE_UNKNOWN && at_.decoded != Cut::kUnknown;
    at_.decoded = is_known ? at_.decoded + content : Cut::kUnknown;
    return true;
  }

  StoredBytes& stored_;
  Cut at_ = {0, 0, 0};
};

}  // namespace

const Codec kZstd = {
    "zstd",
    &matches_zstd,
    ".zst",
    []() -> std::unique_ptr<Decoder> { return std::make_unique<ZstdDecoder>(); },
    &memory_of,
    [](StoredBytes& stored) -> std::unique_ptr<CutFinder> { return std::make_unique<ZstdCuts>(stored); }};

}  // namespace weir::input
