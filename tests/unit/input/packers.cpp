#include "packers.hpp"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <cstdint>
#include <memory>
#ifdef WEIR_WITH_LZ4
#include <lz4frame.h>
#endif
#ifdef WEIR_WITH_XZ
#include <lzma.h>
#endif
#ifdef WEIR_WITH_BZIP2
#include <bzlib.h>
#endif

namespace weir::test {

namespace {

std::string room_for(const std::string& text) {
  return std::string(text.size() + text.size() / 8 + 4096, '\0');
}

std::uint8_t* bytes_of(std::string& text) {
  return reinterpret_cast<std::uint8_t*>(text.data());
}

std::string pack_gzip(const std::string& text) {
  std::string input = text;
  std::string packed = room_for(text);
  const auto stream = std::make_unique<isal_zstream>();
  isal_deflate_init(stream.get());
  stream->gzip_flag = IGZIP_GZIP;
  stream->end_of_stream = 1;
  stream->next_in = bytes_of(input);
  stream->avail_in = static_cast<std::uint32_t>(input.size());
  stream->next_out = bytes_of(packed);
  stream->avail_out = static_cast<std::uint32_t>(packed.size());
  isal_deflate(stream.get());
  packed.resize(packed.size() - stream->avail_out);
  return packed;
}

std::string pack_zstd(const std::string& text) {
  const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::string packed = room_for(text);
  packed.resize(ZSTD_compress2(context.get(), packed.data(), packed.size(), text.data(), text.size()));
  return packed;
}

#ifdef WEIR_WITH_LZ4
std::string pack_lz4(const std::string& text) {
  LZ4F_preferences_t preferences = {};
  preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  preferences.frameInfo.blockChecksumFlag = LZ4F_blockChecksumEnabled;
  std::string packed = room_for(text);
  packed.resize(LZ4F_compressFrame(packed.data(), packed.size(), text.data(), text.size(), &preferences));
  return packed;
}
#endif

#ifdef WEIR_WITH_XZ
std::string pack_xz(const std::string& text) {
  std::string packed = room_for(text);
  std::size_t size = 0;
  lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
                          text.size(), bytes_of(packed), &size, packed.size());
  packed.resize(size);
  return packed;
}
#endif

#ifdef WEIR_WITH_BZIP2
std::string pack_bzip2(const std::string& text) {
  std::string input = text;
  std::string packed = room_for(text);
  auto size = static_cast<unsigned>(packed.size());
  BZ2_bzBuffToBuffCompress(packed.data(), &size, input.data(), static_cast<unsigned>(input.size()), 1, 0, 0);
  packed.resize(size);
  return packed;
}
#endif

#ifdef WEIR_WITH_BROTLI
// What is not compressed at all is Brotli too: meta-blocks of up to 64 KiB, each with its length in front.
std::string pack_brotli(const std::string& text) {
  constexpr std::size_t kBlock = 1U << 16;
  std::string packed;
  // Window bits "0" (16), then for each block: not the last (0), four nibbles of length (00), length - 1 in
  // 16 bits, uncompressed (1), and the byte filled up.
  for (std::size_t at = 0; at < text.size(); at += kBlock) {
    const std::string block = text.substr(at, kBlock);
    const auto length = static_cast<std::uint32_t>(block.size() - 1);
    const bool is_first = at == 0;
    const std::uint32_t header = (length << 3) | (1U << 19);
    const std::uint32_t bits = is_first ? header << 1 : header;
    for (int i = 0; i < 3; ++i)
      packed += static_cast<char>((bits >> (8 * i)) & 0xff);
    packed += block;
  }
  packed += text.empty() ? '\x06' : '\x03';  // the last one, empty
  return packed;
}
#endif

}  // namespace

const std::vector<Packer>& packers() {
  static const std::vector<Packer> all = {
      {"gzip", &pack_gzip, true, true, true},
      {"zstd", &pack_zstd, true, true, false},
#ifdef WEIR_WITH_LZ4
      {"lz4", &pack_lz4, true, true, false},
#endif
#ifdef WEIR_WITH_XZ
      {"xz", &pack_xz, true, true, true},
#endif
#ifdef WEIR_WITH_BZIP2
      {"bzip2", &pack_bzip2, true, true, false},
#endif
#ifdef WEIR_WITH_BROTLI
      {"brotli", &pack_brotli, false, false, false},
#endif
  };
  return all;
}

std::string gzip_with_long_header(const std::string& text) {
  std::string header("\x1f\x8b\x08\x1e\x01\x02\x03\x04\x00\x03", 10);
  header += std::string("\x05\x00", 2) + "extra";
  header += std::string("name\0comment\0", 13);
  const std::uint32_t sum = crc32_gzip_refl(0, bytes_of(header), header.size());
  header += static_cast<char>(sum & 0xff);
  header += static_cast<char>((sum >> 8) & 0xff);
  return header + pack_gzip(text).substr(10);
}

std::string bgzf_block(const std::string& text) {
  const std::string plain = pack_gzip(text);
  const std::size_t size = plain.size() + 8;
  std::string block("\x1f\x8b\x08\x04\x00\x00\x00\x00\x00\xff\x06\x00\x42\x43\x02\x00", 16);
  block += static_cast<char>((size - 1) & 0xff);
  block += static_cast<char>((size - 1) >> 8);
  return block + plain.substr(10);
}

std::string zstd_frame(const std::string& text, bool tells_size) {
  const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, tells_size);
  std::string packed = room_for(text);
  packed.resize(ZSTD_compress2(context.get(), packed.data(), packed.size(), text.data(), text.size()));
  return packed;
}

#ifdef WEIR_WITH_XZ
std::string xz_blocks(const std::string& text, std::size_t block_bytes) {
  lzma_mt options = {};
  options.threads = 1;
  options.block_size = block_bytes;
  options.preset = 0;
  options.check = LZMA_CHECK_CRC32;
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_encoder_mt(&stream, &options) != LZMA_OK) return {};
  std::string packed(text.size() * 2 + 4096 + 100 * (text.size() / block_bytes + 1), '\0');
  stream.next_in = reinterpret_cast<const std::uint8_t*>(text.data());
  stream.avail_in = text.size();
  stream.next_out = bytes_of(packed);
  stream.avail_out = packed.size();
  while (lzma_code(&stream, LZMA_FINISH) == LZMA_OK) {
  }
  packed.resize(packed.size() - stream.avail_out);
  lzma_end(&stream);
  return packed;
}
#endif

std::string zstd_with_window(int log) {
  const std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context(ZSTD_createCCtx(), &ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, log);
  std::string packed(4096, '\0');
  ZSTD_outBuffer out = {packed.data(), packed.size(), 0};
  ZSTD_inBuffer text = {"text", 4, 0};
  ZSTD_compressStream2(context.get(), &out, &text, ZSTD_e_continue);  // the size is not known: no short cut
  ZSTD_compressStream2(context.get(), &out, &text, ZSTD_e_end);
  packed.resize(out.pos);
  return packed;
}

}  // namespace weir::test
