// Brotli, which has no magic number: a file is taken for it by its name.
#include <brotli/decode.h>

#include <new>

#include "input/codec_rows.hpp"
#include "input/member_decoder.hpp"

namespace weir::input {

namespace {

class BrotliDecoder final : public MemberDecoder {
 public:
  BrotliDecoder()
      : MemberDecoder(nullptr, Padding::none), state_(make_state(), &BrotliDecoderDestroyInstance) {}

 private:
  static BrotliDecoderState* make_state() {
    BrotliDecoderState* state = BrotliDecoderCreateInstance(nullptr, nullptr, nullptr);
    if (!state) throw std::bad_alloc();
    return state;
  }

  void begin_member() override {}

  Step step(std::string_view in, char* out, std::size_t room) override {
    std::size_t in_left = in.size();
    std::size_t out_left = room;
    const auto* next_in = reinterpret_cast<const std::uint8_t*>(in.data());
    auto* next_out = reinterpret_cast<std::uint8_t*>(out);
    const BrotliDecoderResult result =
        BrotliDecoderDecompressStream(state_.get(), &in_left, &next_in, &out_left, &next_out, nullptr);
    Step step;
    step.consumed = in.size() - in_left;
    step.produced = room - out_left;
    if (result == BROTLI_DECODER_RESULT_SUCCESS) step.state = Step::State::member_ended;
    if (result == BROTLI_DECODER_RESULT_ERROR) {
      step.state = Step::State::failed;
      step.error = "damaged data";
    }
    return step;
  }

  std::unique_ptr<BrotliDecoderState, void (*)(BrotliDecoderState*)> state_;
};

}  // namespace

const Codec kBrotli = {"brotli", nullptr, ".br",
                       []() -> std::unique_ptr<Decoder> { return std::make_unique<BrotliDecoder>(); },
                       [](std::string_view) -> std::uint64_t { return std::uint64_t{17} << 20; }};  // at most

}  // namespace weir::input
