// bzip2.
#include <bzlib.h>

#include <new>

#include "input/codec_rows.hpp"
#include "input/member_decoder.hpp"

namespace weir::input {

namespace {

// "BZh" and a digit are text as well; what follows, the mark of a block or of the end, is not.
Match matches_bzip2(std::string_view head) {
  const Match magic = match_magic(head.substr(0, 3), "BZh");
  if (magic != Match::yes || head.size() < 4) return magic == Match::yes ? Match::maybe : magic;
  if (head[3] < '1' || head[3] > '9') return Match::no;
  const Match block = match_magic(head.substr(4), "\x31\x41\x59\x26\x53\x59");
  return block != Match::no ? block : match_magic(head.substr(4), "\x17\x72\x45\x38\x50\x90");
}

// As the manual has it; the digit is the size of the blocks in 100 kB.
std::uint64_t memory_of(std::string_view head) {
  const auto blocks = head.size() > 3 ? static_cast<std::uint64_t>(head[3] - '0') : 9;
  return 100'000 + 400'000 * blocks;
}

class Bzip2Decoder final : public MemberDecoder {
 public:
  Bzip2Decoder() : MemberDecoder(&matches_bzip2, Padding::none) {}
  ~Bzip2Decoder() override { BZ2_bzDecompressEnd(&stream_); }

 private:
  void begin_member() override {
    BZ2_bzDecompressEnd(&stream_);  // refuses politely where nothing was begun
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
  }

  Step step(std::string_view in, char* out, std::size_t room) override {
    stream_.next_in = const_cast<char*>(in.data());  // never written to
    stream_.avail_in = static_cast<unsigned>(in.size());
    stream_.next_out = out;
    stream_.avail_out = static_cast<unsigned>(room);
    const int result = BZ2_bzDecompress(&stream_);
    Step step;
    step.consumed = in.size() - stream_.avail_in;
    step.produced = room - stream_.avail_out;
    if (result == BZ_STREAM_END) {
      step.state = Step::State::member_ended;
    } else if (result == BZ_DATA_ERROR_MAGIC) {
      step.state = Step::State::not_a_member;
    } else if (result != BZ_OK) {
      step.state = Step::State::failed;
      step.error = "damaged data";
    }
    return step;
  }

  bz_stream stream_ = {};
};

}  // namespace

const Codec kBzip2 = {"bzip2", &matches_bzip2, ".bz2",
                      []() -> std::unique_ptr<Decoder> { return std::make_unique<Bzip2Decoder>(); },
                      &memory_of};

}  // namespace weir::input
