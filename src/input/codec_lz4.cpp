// LZ4 frames.
#include <lz4frame.h>

#include <algorithm>
#include <new>
#include <utility>

#include "input/codec_rows.hpp"
#include "input/member_decoder.hpp"

namespace weir::input {

namespace {

constexpr std::string_view kMagic = "\x04\x22\x4d\x18";
constexpr std::size_t kBlockHeader = 4;

Match matches_lz4(std::string_view head) {
  return match_frame(head, kMagic);
}

// A block as it is stored and one as text, and 128 KiB of text before it. The sizes are 64 KiB to 4 MiB.
std::uint64_t memory_of(std::string_view head) {
  constexpr std::size_t kBlockSize = 5;
  const bool is_known = match_magic(head, kMagic) == Match::yes && head.size() > kBlockSize;
  const int size = is_known ? (head[kBlockSize] >> 4) & 7 : 7;
  return (std::uint64_t{2} << (8 + 2 * size)) + (128U << 10);
}

class Lz4Decoder final : public MemberDecoder {
 public:
  Lz4Decoder()
      : MemberDecoder(&matches_lz4, Padding::none),
        context_(make_context(), &LZ4F_freeDecompressionContext) {}

 private:
  static LZ4F_dctx* make_context() {
    LZ4F_dctx* context = nullptr;
    if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) throw std::bad_alloc();
    return context;
  }

  void begin_member() override {
    LZ4F_resetDecompressionContext(context_.get());
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
    Step step;
    step.consumed = std::min(in.size(), block);
    step.produced = room;
    const std::size_t result =
        LZ4F_decompress(context_.get(), out, &step.produced, in.data(), &step.consumed, nullptr);
    if (!LZ4F_isError(result)) {
      wanted_ = std::max<std::size_t>(1, result);
      may_hold_text_ = step.produced == room;
      if (result == 0) step.state = Step::State::member_ended;
      return step;
    }
    step.consumed = step.produced = 0;
    step.state = Step::State::failed;
    step.error = "damaged data";
    return step;
  }

  std::unique_ptr<LZ4F_dctx, LZ4F_errorCode_t (*)(LZ4F_dctx*)> context_;
  bool may_hold_text_ = false;
  std::size_t wanted_ = 1;  // bytes to the end of the block, and the header of the next one
};

}  // namespace

const Codec kLz4 = {"lz4", &matches_lz4, ".lz4",
                    []() -> std::unique_ptr<Decoder> { return std::make_unique<Lz4Decoder>(); }, &memory_of};

}  // namespace weir::input
