// Zstandard.
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <new>

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
    case ZSTD_error_frameParameter_windowTooLarge:
      return "needs a window of more than 128 MiB";
    case ZSTD_error_checksum_wrong:
      return "wrong checksum";
    case ZSTD_error_dictionary_wrong:
      return "needs a dictionary";
    default:
      return "damaged data";
  }
}

class ZstdDecoder final : public MemberDecoder {
 public:
  ZstdDecoder() : MemberDecoder(&matches_zstd, Padding::none), context_(ZSTD_createDCtx(), &ZSTD_freeDCtx) {
    if (!context_) throw std::bad_alloc();
    static_assert(kMaxDecoderBytes == 1U << 27);
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, 27);
  }

 private:
  void begin_member() override {
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
    wanted_ = 1;
  }

  // One block at a time: a call that meets an error forgets what it has decoded before.
  Step step(std::string_view in, char* out, std::size_t room) override {
    const std::size_t block = wanted_ > kBlockHeader ? wanted_ - kBlockHeader : wanted_;
    ZSTD_inBuffer input = {in.data(), std::min(in.size(), block), 0};
    ZSTD_outBuffer output = {out, room, 0};
    const std::size_t result = ZSTD_decompressStream(context_.get(), &output, &input);
    Step step;
    step.consumed = input.pos;
    step.produced = output.pos;
    if (!ZSTD_isError(result)) {
      wanted_ = std::max<std::size_t>(1, result);
      if (result == 0) step.state = Step::State::member_ended;
      return step;
    }
    const ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
    step.state = code == ZSTD_error_prefix_unknown ? Step::State::not_a_member : Step::State::failed;
    step.error = text_of(code);
    return step;
  }

  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context_;
  std::size_t wanted_ = 1;  // bytes to the end of the block, and the header of the next one
};

}  // namespace

const Codec kZstd = {"zstd", &matches_zstd, ".zst",
                     []() -> std::unique_ptr<Decoder> { return std::make_unique<ZstdDecoder>(); }};

}  // namespace weir::input
