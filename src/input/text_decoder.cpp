#include "input/text_decoder.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace weir::input {

namespace {

// A codec's text through a transcoder, or as it is once it is known to need none.
class ChainedDecoder final : public Decoder {
 public:
  ChainedDecoder(std::unique_ptr<Decoder> codec, const Encoding& encoding)
      : codec_(std::move(codec)),
        is_detecting_(!encoding.transcodes()),
        may_be_utf16_(encoding.kind == Encoding::Kind::detect) {
    if (encoding.transcodes()) transcoder_ = make_transcoder(encoding);
  }

  Decoded decode(std::string_view in, bool at_end, char* out, std::size_t room) override {
    codec_->limit_memory(memory_limit());
    Decoded done;
    for (;;) {
      if (is_detecting_) detect();
      if (!is_detecting_ && give(done, out, room)) return done;
      const std::string_view rest = in.substr(done.consumed);
      const bool is_direct = !is_detecting_ && !transcoder_;
      const Decoded decoded =
          is_direct ? codec_->decode(rest, at_end, out + done.produced, room - done.produced)
                    : codec_->decode(rest, at_end, middle_.data() + held_, middle_.size() - held_);
      done.consumed += decoded.consumed;
      if (is_direct) {
        done.produced += decoded.produced;
        return end_with(decoded, done);
      }
      held_ += decoded.produced;
      if (decoded.state != Decoded::State::more) end_ = decoded;
      if (decoded.state == Decoded::State::more && decoded.produced == 0) return done;
    }
  }

 private:
  // Once enough of the text is there to know what it is.
  void detect() {
    const bool is_all = end_.state != Decoded::State::more;
    const ByteOrderMark mark = sniff_mark({middle_.data(), std::min(held_, kMarkBytes)}, is_all);
    if (mark.undecided || (held_ == 0 && !is_all)) return;
    is_detecting_ = false;
    const bool is_utf8 = mark.encoding && !mark.encoding->transcodes();
    if (is_utf8) given_ = mark.size;
    if (mark.encoding && !is_utf8 && may_be_utf16_) transcoder_ = make_transcoder(*mark.encoding);
  }

  // Hands on what the codec has given. True when the call is over.
  bool give(Decoded& done, char* out, std::size_t room) {
    const bool is_all = end_.state != Decoded::State::more;
    const std::string_view text(middle_.data() + given_, held_ - given_);
    Decoded given;
    if (transcoder_) {
      given = transcoder_->decode(text, is_all, out + done.produced, room - done.produced);
    } else {
      given.consumed = given.produced = std::min(text.size(), room - done.produced);
      if (given.consumed > 0) std::memcpy(out + done.produced, text.data(), given.consumed);
      if (is_all && given.consumed == text.size()) given.state = Decoded::State::ended;
    }
    given_ += given.consumed;
    done.produced += given.produced;
    if (given_ == held_) given_ = held_ = 0;
    if (given.state != Decoded::State::more) {
      end_with(end_, done);
      return true;
    }
    return done.produced == room;
  }

  static Decoded end_with(const Decoded& end, Decoded& done) noexcept {
    done.state = end.state;
    done.error = end.error;
    done.error_offset = end.error_offset;
    done.needed = end.needed;
    return done;
  }

  std::unique_ptr<Decoder> codec_;
  std::unique_ptr<Decoder> transcoder_;
  bool is_detecting_;
  bool may_be_utf16_;
  std::array<char, 16 * 1024> middle_{};  // text of the codec in [given_, held_)
  std::size_t given_ = 0;
  std::size_t held_ = 0;
  Decoded end_;  // of the codec's text, once its state is not `more`
};

}  // namespace

FirstBytes look_at(const Source& source, std::string_view head, bool is_all) noexcept {
  FirstBytes found;
  if (source.may_be_compressed) {
    const Sniffed sniffed = sniff(head, source.path, is_all);
    found.codec = sniffed.codec;
    found.undecided = sniffed.undecided;
  }
  if (!found.codec && source.encoding && !source.encoding->transcodes()) {
    found.mark = sniff_mark(head, is_all);
    found.undecided = found.undecided || found.mark.undecided;
  }
  return found;
}

void note_first_bytes(Source& source, const FirstBytes& found, std::string_view head) {
  source.may_be_compressed = false;
  if (found.codec) return set_compressed(source, *found.codec, head);
  if (!source.encoding || source.encoding->transcodes()) return;
  const bool may_be_utf16 = source.encoding->kind == Encoding::Kind::detect;
  source.encoding = nullptr;
  if (!found.mark.encoding) return;
  if (!found.mark.encoding->transcodes()) {
    source.mark_bytes = static_cast<std::uint32_t>(found.mark.size);
  } else if (may_be_utf16) {
    source.encoding = found.mark.encoding;
    source.is_stream = true;
  }
}

std::unique_ptr<Decoder> make_text_decoder(const Source& source) {
  if (!source.codec) return make_transcoder(*source.encoding);
  auto codec = source.codec->make();
  if (!source.encoding) return codec;
  return std::make_unique<ChainedDecoder>(std::move(codec), *source.encoding);
}

}  // namespace weir::input
