// xz, by liblzma.
#include <lzma.h>

#include <new>

#include "input/codec_rows.hpp"
#include "input/member_decoder.hpp"

namespace weir::input {

namespace {

constexpr std::string_view kMagic("\xfd\x37\x7a\x58\x5a\x00", 6);

Match matches_xz(std::string_view head) {
  return match_magic(head, kMagic);
}

class XzDecoder final : public MemberDecoder {
 public:
  XzDecoder() : MemberDecoder(&matches_xz, Padding::zeros) {}
  ~XzDecoder() override { lzma_end(&stream_); }

 private:
  void begin_member() override {
    if (lzma_stream_decoder(&stream_, kMaxDecoderBytes, 0) != LZMA_OK) throw std::bad_alloc();
  }

  Step step(std::string_view in, char* out, std::size_t room) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    stream_.avail_in = in.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(out);
    stream_.avail_out = room;
    const lzma_ret result = lzma_code(&stream_, LZMA_RUN);
    Step step;
    step.consumed = in.size() - stream_.avail_in;
    step.produced = room - stream_.avail_out;
    if (result == LZMA_STREAM_END) step.state = Step::State::member_ended;
    if (result == LZMA_FORMAT_ERROR) step.state = Step::State::not_a_member;
    const bool is_fine = result == LZMA_OK || result == LZMA_BUF_ERROR || step.state != Step::State::more;
    if (is_fine) return step;
    step.state = Step::State::failed;
    step.error = result == LZMA_MEMLIMIT_ERROR ? "needs more than 128 MiB of memory" : "damaged data";
    return step;
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
};

}  // namespace

const Codec kXz = {"xz", &matches_xz, ".xz",
                   []() -> std::unique_ptr<Decoder> { return std::make_unique<XzDecoder>(); }};

}  // namespace weir::input
