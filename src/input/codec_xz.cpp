// xz, by liblzma.
#include <lzma.h>

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include "input/codec_rows.hpp"
#include "input/member_decoder.hpp"

namespace weir::input {

namespace {

constexpr std::string_view kMagic("\xfd\x37\x7a\x58\x5a\x00", 6);

Match matches_xz(std::string_view head) {
  return match_magic(head, kMagic);
}

// One lzma_code(): what it says, and how much it took and gave.
lzma_ret run(lzma_stream& stream, std::string_view in, char* out, std::size_t room, std::size_t& consumed,
             std::size_t& produced) {
  stream.next_in = reinterpret_cast<const std::uint8_t*>(in.data());
  stream.avail_in = in.size();
  stream.next_out = reinterpret_cast<std::uint8_t*>(out);
  stream.avail_out = room;
  const lzma_ret result = lzma_code(&stream, LZMA_RUN);
  consumed = in.size() - stream.avail_in;
  produced = room - stream.avail_out;
  return result;
}

class XzDecoder final : public MemberDecoder {
 public:
  XzDecoder() : MemberDecoder(&matches_xz, Padding::zeros) {}
  ~XzDecoder() override { lzma_end(&stream_); }

 private:
  void begin_member() override {
    if (lzma_stream_decoder(&stream_, memory_limit(), 0) != LZMA_OK) throw std::bad_alloc();
  }

  Step step(std::string_view in, char* out, std::size_t room) override {
    Step step;
    const lzma_ret result = run(stream_, in, out, room, step.consumed, step.produced);
    if (result == LZMA_STREAM_END) step.state = Step::State::member_ended;
    if (result == LZMA_FORMAT_ERROR) step.state = Step::State::not_a_member;
    const bool is_fine = result == LZMA_OK || result == LZMA_BUF_ERROR || step.state != Step::State::more;
    if (is_fine) return step;
    step.state = Step::State::failed;
    step.error = "damaged data";
    if (result == LZMA_MEMLIMIT_ERROR) step.needed = lzma_memusage(&stream_);
    return step;
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
};

// A block, or the index, which begins with a zero.
Match matches_block(std::string_view) {
  return Match::yes;
}

// The blocks of a stream from one of them on; the index behind the last is known to be good.
class XzBlockDecoder final : public MemberDecoder {
 public:
  explicit XzBlockDecoder(lzma_check check) : MemberDecoder(&matches_block, Padding::none), check_(check) {}
  ~XzBlockDecoder() override { lzma_end(&stream_); }

 private:
  void begin_member() override { header_.clear(); }

  Step step(std::string_view in, char* out, std::size_t room) override {
    if (!is_begun_) return read_header(in);
    Step step;
    const lzma_ret result = run(stream_, in, out, room, step.consumed, step.produced);
    if (result == LZMA_STREAM_END) {
      is_begun_ = false;
      step.state = Step::State::member_ended;
    } else if (result != LZMA_OK && result != LZMA_BUF_ERROR) {
      step.state = Step::State::failed;
      step.error = "damaged data";
    }
    return step;
  }

  Step read_header(std::string_view in) {
    Step step;
    if (in.empty()) return step;
    const char first = header_.empty() ? in.front() : header_.front();
    if (first == '\0') {
      step.consumed = in.size();
      step.state = Step::State::all_ended;
      return step;
    }
    const std::size_t size = lzma_block_header_size_decode(static_cast<unsigned char>(first));
    step.consumed = std::min(in.size(), size - header_.size());
    header_.append(in.substr(0, step.consumed));
    if (header_.size() == size && !begin_block(step.needed)) {
      step.state = Step::State::failed;
      step.error = "damaged data";
    }
    return step;
  }

  bool begin_block(std::uint64_t& needed) {
    lzma_filter filters[LZMA_FILTERS_MAX + 1];
    block_ = {};
    block_.version = 1;
    block_.check = check_;
    block_.header_size = static_cast<std::uint32_t>(header_.size());
    block_.filters = filters;
    const auto* header = reinterpret_cast<const std::uint8_t*>(header_.data());
    if (lzma_block_header_decode(&block_, nullptr, header) != LZMA_OK) return false;
    const std::uint64_t memory = lzma_raw_decoder_memusage(filters);
    if (memory > memory_limit()) needed = memory;
    const lzma_ret result = needed > 0 ? LZMA_MEMLIMIT_ERROR : lzma_block_decoder(&stream_, &block_);
    lzma_filters_free(filters, nullptr);
    block_.filters = nullptr;
    return is_begun_ = result == LZMA_OK;
  }

  lzma_check check_;
  std::string header_;
  lzma_block block_ = {};
  bool is_begun_ = false;
  lzma_stream stream_ = LZMA_STREAM_INIT;
};

// The blocks of the only stream, or several streams, as the index at the end of each tells.
class XzCuts final : public CutFinder {
 public:
  static constexpr std::uint32_t kStream = ~std::uint32_t{0};  // as a tag: the beginning of a stream

  explicit XzCuts(StoredBytes& stored) : index_(read_index(stored), &free_index) {
    if (!index_) return;
    lzma_index_iter_init(&position_, index_.get());
    is_one_ = lzma_index_stream_count(index_.get()) == 1;
    if (!read_next(first_)) index_.reset();
  }

  Cut first() const override { return first_; }
  bool next(std::uint64_t, Cut& cut) override { return index_ && read_next(cut); }

 private:
  bool read_next(Cut& cut) {
    const auto mode = is_one_ ? LZMA_INDEX_ITER_BLOCK : LZMA_INDEX_ITER_STREAM;
    if (lzma_index_iter_next(&position_, mode)) return false;
    const auto& stream = position_.stream;
    if (is_one_) {
      cut = {position_.block.compressed_file_offset, position_.block.uncompressed_file_offset,
             static_cast<std::uint32_t>(stream.flags->check)};
    } else {
      cut = {stream.compressed_offset, stream.uncompressed_offset, kStream};
    }
    return true;
  }

  static void free_index(lzma_index* index) { lzma_index_end(index, nullptr); }

  // Null where anything is odd.
  static lzma_index* read_index(StoredBytes& stored) {
    constexpr std::uint64_t kMostMemory = 16U << 20;
    constexpr std::size_t kReadBytes = 4096;
    lzma_stream stream = LZMA_STREAM_INIT;
    lzma_index* index = nullptr;
    lzma_ret result = lzma_file_info_decoder(&stream, &index, kMostMemory, stored.size());
    std::uint64_t offset = 0;
    while (result == LZMA_OK) {
      const std::string_view bytes = stored.at(offset, kReadBytes);
      stream.next_in = reinterpret_cast<const std::uint8_t*>(bytes.data());
      stream.avail_in = bytes.size();
      result = lzma_code(&stream, LZMA_RUN);
      offset += bytes.size() - stream.avail_in;
      if (result == LZMA_OK && bytes.empty()) result = LZMA_DATA_ERROR;
      if (result == LZMA_SEEK_NEEDED) {
        offset = stream.seek_pos;
        result = LZMA_OK;
      }
    }
    lzma_end(&stream);
    return result == LZMA_STREAM_END && !has_padding(index) ? index : nullptr;
  }

  // Zeros between streams end the text, as they do for who reads on from the first.
  static bool has_padding(lzma_index* index) {
    lzma_index_iter position;
    lzma_index_iter_init(&position, index);
    bool any = false;
    while (!any && !lzma_index_iter_next(&position, LZMA_INDEX_ITER_STREAM))
      any = position.stream.padding > 0;
    if (any) free_index(index);
    return any;
  }

  std::unique_ptr<lzma_index, void (*)(lzma_index*)> index_;
  lzma_index_iter position_ = {};
  bool is_one_ = true;
  Cut first_ = {0, 0, 0};
};

// The dictionary that the first block asks for; where that is not plain to see, one of a usual size.
std::uint64_t memory_of(std::string_view head) {
  constexpr std::size_t kBlock = 12;  // behind the stream header: size, flags, then the only filter
  constexpr std::string_view kLzma2("\x21\x01", 2);
  constexpr std::uint64_t kUsual = std::uint64_t{9} << 20;
  if (head.size() < kBlock + 5) return kUsual;
  const auto flags = static_cast<unsigned char>(head[kBlock + 1]);
  if (flags != 0 || head.substr(kBlock + 2, 2) != kLzma2) return kUsual;
  const auto bits = static_cast<unsigned char>(head[kBlock + 4]);
  if (bits > 40) return kUsual;
  return ((std::uint64_t{2} | (bits & 1U)) << (bits / 2 + 11)) + (1U << 16);
}

std::unique_ptr<Decoder> make_xz() {
  return std::make_unique<XzDecoder>();
}

}  // namespace

const Codec kXz = {
    "xz",
    &matches_xz,
    ".xz",
    &make_xz,
    &memory_of,
    [](StoredBytes& stored) -> std::unique_ptr<CutFinder> { return std::make_unique<XzCuts>(stored); },
    [](const Cut& cut) -> std::unique_ptr<Decoder> {
      if (cut.tag == XzCuts::kStream) return make_xz();
      return std::make_unique<XzBlockDecoder>(static_cast<lzma_check>(cut.tag));
    }};

}  // namespace weir::input
