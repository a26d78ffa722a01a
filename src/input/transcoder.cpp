#include "input/transcoder.hpp"

#include <algorithm>
#include <cstring>

namespace weir::input {

namespace {

constexpr std::size_t kPieceBytes = 16 * 1024;  // transcoded at a time: bounds the text held
constexpr std::string_view kMark = "\xef\xbb\xbf";

}  // namespace

Decoded Transcoder::decode(std::string_view in, bool at_end, char* out, std::size_t room) {
  Decoded done;
  for (;;) {
    const std::size_t size = std::min(room - done.produced, text_.size() - given_);
    if (size > 0) std::memcpy(out + done.produced, text_.data() + given_, size);
    given_ += size;
    done.produced += size;
    if (done.produced == room) return done;
    text_.clear();
    given_ = 0;
    const std::string_view piece = in.substr(done.consumed, kPieceBytes);
    if (finished_) {
      done.state = Decoded::State::ended;
      return done;
    }
    if (piece.empty() && !at_end) return done;
    if (piece.empty()) {
      finish(text_);
      finished_ = true;
    } else {
      transcode(piece, text_);
      done.consumed += piece.size();
    }
    if (is_first_ && !text_.empty()) drop_mark();
  }
}

// The first character is whole when it comes.
void Transcoder::drop_mark() {
  is_first_ = false;
  if (std::string_view(text_).substr(0, kMark.size()) == kMark) text_.erase(0, kMark.size());
}

}  // namespace weir::input
