// Every codec: whatever the sizes of the buffers, what was packed comes out; what is cut off or damaged gives
// what was before, and an error.
#include "input/codec.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "packers.hpp"

namespace weir::input {
namespace {

using test::Packer;
using test::packers;

using Sizes = std::vector<std::size_t>;

struct Outcome {
  std::string text;
  Decoded::State state = Decoded::State::more;
  std::string error;
  std::uint64_t error_offset = 0;
};

const Codec& codec_of(const Packer& packer, const std::string& packed) {
  const Sniffed found = sniff(packed, std::string("file.") + (packer.has_members ? "" : "br"), true);
  if (!found.codec) throw std::runtime_error(std::string(packer.name) + " is not recognised");
  return *found.codec;
}

Outcome unpack(const Codec& codec, const std::string& packed, std::size_t in_bytes, std::size_t out_bytes) {
  const std::unique_ptr<Decoder> decoder = codec.make();
  Outcome outcome;
  std::string out(out_bytes, '\0');
  std::size_t begin = 0;
  std::size_t end = 0;
  for (bool at_end = false; outcome.state == Decoded::State::more;) {
    const std::string_view in = std::string_view(packed).substr(begin, end - begin);
    const std::string held(in);  // of its own size, so that sanitizers see a read beyond it
    const Decoded decoded = decoder->decode(held, at_end, out.data(), out.size());
    EXPECT_LE(decoded.consumed, in.size());
    EXPECT_LE(decoded.produced, out.size());
    outcome.text.append(out, 0, decoded.produced);
    outcome.state = decoded.state;
    begin += decoded.consumed;
    if (decoded.state == Decoded::State::failed) {
      outcome.error = decoded.error;
      outcome.error_offset = decoded.error_offset;
    }
    if (decoded.state != Decoded::State::more || decoded.produced == out.size()) continue;
    if (begin != end || at_end) {
      ADD_FAILURE() << "stopped for no reason";
      break;
    }
    at_end = end == packed.size();
    end = std::min(packed.size(), end + in_bytes);
  }
  return outcome;
}

std::string log_text(std::size_t bytes) {
  std::mt19937 random(7);
  std::string text;
  while (text.size() < bytes)
    text += "2026-03-01 level=" + std::to_string(random() % 5) + " id=" + std::to_string(random()) + "\n";
  text.resize(bytes);
  return text;
}

TEST(Codec, EveryTextComesBackThroughBuffersOfEverySize) {
  const std::string texts[] = {"", "x", "one line\n", log_text(3000), std::string(5000, '\0')};
  for (const Packer& packer : packers()) {
    for (const std::string& text : texts) {
      const std::string packed = packer.pack(text);
      for (const std::size_t in : Sizes{1, 2, 3, 5, 7, 8, 9, 64, 1000, 1 << 20}) {
        for (const std::size_t out : Sizes{1, 2, 7, 100, 4096, 1 << 18}) {
          const Outcome outcome = unpack(codec_of(packer, packed), packed, in, out);
          ASSERT_EQ(outcome.error, "") << packer.name << " in " << in << " out " << out;
          ASSERT_EQ(outcome.text, text) << packer.name << " in " << in << " out " << out;
        }
      }
    }
  }
}

TEST(Codec, LargeTextsComeBack) {
  const std::string texts[] = {log_text(3 << 20), std::string(8 << 20, '\n')};
  for (const Packer& packer : packers()) {
    for (const std::string& text : texts) {
      const std::string packed = packer.pack(text);
      for (const std::size_t in : Sizes{1000, 65536, 131072}) {
        for (const std::size_t out : Sizes{777, 1 << 18}) {
          const Outcome outcome = unpack(codec_of(packer, packed), packed, in, out);
          ASSERT_EQ(outcome.error, "") << packer.name << " in " << in << " out " << out;
          ASSERT_TRUE(outcome.text == text) << packer.name << " in " << in << " out " << out;
        }
      }
    }
  }
}

TEST(Codec, TruncatedAnywhereGivesAPrefixAndAnError) {
  const std::string text = log_text(2000);
  for (const Packer& packer : packers()) {
    const std::string packed = packer.pack(text);
    const Codec& codec = codec_of(packer, packed);
    for (std::size_t size = 1; size < packed.size(); ++size) {
      for (const std::size_t room : Sizes{13, 1 << 16}) {
        const Outcome outcome = unpack(codec, packed.substr(0, size), 100, room);
        ASSERT_EQ(outcome.state, Decoded::State::failed) << packer.name << " at " << size;
        ASSERT_EQ(outcome.error, "unexpected end") << packer.name << " at " << size;
        ASSERT_EQ(outcome.error_offset, size) << packer.name;
        ASSERT_EQ(outcome.text, text.substr(0, outcome.text.size())) << packer.name << " at " << size;
      }
    }
  }
}

TEST(Codec, WhatComesBeforeTheDamageIsDelivered) {
  const std::string text = log_text(3 << 20);
  for (const Packer& packer : packers()) {
    if (!packer.is_checked) continue;
    const std::string packed = packer.pack(text);
    const Codec& codec = codec_of(packer, packed);
    const Outcome cut = unpack(codec, packed.substr(0, packed.size() / 10 * 9), 65536, 1 << 18);
    EXPECT_GT(cut.text.size(), text.size() / 2) << packer.name;
    EXPECT_TRUE(cut.text == text.substr(0, cut.text.size())) << packer.name;
    std::string damaged = packed;
    for (std::size_t i = 0; i < 64; ++i)
      damaged[packed.size() / 10 * 9 + i] = static_cast<char>(~damaged[packed.size() / 10 * 9 + i]);
    const Outcome outcome = unpack(codec, damaged, 65536, 1 << 18);
    EXPECT_EQ(outcome.state, Decoded::State::failed) << packer.name;
    EXPECT_GT(outcome.text.size(), text.size() / 2) << packer.name;
    const std::size_t half = text.size() / 2;
    EXPECT_TRUE(outcome.text.substr(0, half) == text.substr(0, half)) << packer.name;
  }
}

TEST(Codec, DamageAnywhereEndsInGoodTime) {
  const std::string text = log_text(1500);
  for (const Packer& packer : packers()) {
    const std::string packed = packer.pack(text);
    const Codec& codec = codec_of(packer, packed);
    for (std::size_t at = 0; at < packed.size(); ++at) {
      for (const int change : {1, 0x80, 0xff}) {
        std::string damaged = packed;
        damaged[at] = static_cast<char>(damaged[at] ^ change);
        const Outcome outcome = unpack(codec, damaged, 64, 100);
        EXPECT_LT(outcome.text.size(), std::size_t{64} << 20) << packer.name;
        if (packer.is_checked && outcome.state == Decoded::State::ended) {
          EXPECT_EQ(outcome.text, text) << packer.name << " at " << at;
        }
      }
    }
  }
}

TEST(Codec, MembersAreOneText) {
  for (const Packer& packer : packers()) {
    if (!packer.has_members) continue;
    const std::string packed =
        packer.pack("one\n") + packer.pack("") + packer.pack("two\n") + packer.pack("3");
    for (std::size_t in = 1; in <= packed.size(); ++in) {
      const Outcome outcome = unpack(codec_of(packer, packed), packed, in, 5);
      ASSERT_EQ(outcome.error, "") << packer.name << " in " << in;
      ASSERT_EQ(outcome.text, "one\ntwo\n3") << packer.name << " in " << in;
    }
  }
}

TEST(Codec, GarbageBehindIsAnErrorAndZerosAreWhereTheFormatSaysSo) {
  for (const Packer& packer : packers()) {
    const std::string packed = packer.pack("text\n");
    const Codec& codec = codec_of(packer, packed);
    for (const std::size_t in : Sizes{1, 1000}) {
      const Outcome garbage = unpack(codec, packed + "garbage", in, 100);
      EXPECT_EQ(garbage.text, "text\n") << packer.name;
      EXPECT_EQ(garbage.error, "trailing garbage") << packer.name;
      EXPECT_EQ(garbage.error_offset, packed.size()) << packer.name;
      const Outcome zeros = unpack(codec, packed + std::string(600, '\0'), in, 100);
      EXPECT_EQ(zeros.error, packer.allows_zeros ? "" : "trailing garbage") << packer.name;
      const Outcome both = unpack(codec, packed + std::string(4, '\0') + packed, in, 100);
      EXPECT_EQ(both.error, "trailing garbage") << packer.name;
    }
  }
}

TEST(Codec, GzipHeadersMayComeInPieces) {
  const std::string packed = test::gzip_with_long_header("one\n") + test::gzip_with_long_header("two\n");
  const Codec& codec = *sniff(packed, "", false).codec;
  for (std::size_t in = 1; in <= packed.size(); ++in) {
    const Outcome outcome = unpack(codec, packed, in, 100);
    EXPECT_EQ(outcome.error, "") << in;
    EXPECT_EQ(outcome.text, "one\ntwo\n") << in;
  }
  for (std::size_t size = 1; size < packed.size() / 2; ++size)
    EXPECT_EQ(unpack(codec, packed.substr(0, size), 3, 100).error, "unexpected end") << size;
}

TEST(Codec, ZstdSkipsFramesAndRefusesWideWindows) {
  const std::string skipped("\x5a\x2a\x4d\x18\x03\x00\x00\x00xyz", 11);
  const Packer& zstd = packers()[1];
  const std::string packed = skipped + zstd.pack("text\n") + skipped;
  const Sniffed found = sniff(packed, "", false);
  ASSERT_TRUE(found.codec);
  EXPECT_STREQ(found.codec->name, "zstd");
  for (std::size_t in = 1; in <= packed.size(); ++in)
    EXPECT_EQ(unpack(*found.codec, packed, in, 100).text, "text\n");
  EXPECT_EQ(unpack(*found.codec, test::zstd_with_window(27), 100, 100).error, "");
  EXPECT_EQ(unpack(*found.codec, test::zstd_with_window(28), 100, 100).error, "needs too much memory");
}

TEST(Codec, IsKnownByItsFirstBytesAsSoonAsTheyAreThere) {
  for (const Packer& packer : packers()) {
    if (!packer.has_members) continue;
    const std::string packed = packer.pack("text");
    for (std::size_t size = 1; size <= kSniffBytes; ++size) {
      const Sniffed found = sniff(packed.substr(0, size), "name", false);
      ASSERT_TRUE(found.codec || found.undecided) << packer.name << " " << size;
      if (size == kSniffBytes) {
        EXPECT_STREQ(found.codec->name, packer.name);
      }
      if (found.undecided) {
        EXPECT_FALSE(sniff(packed.substr(0, size), "name", true).codec);
      }
    }
  }
  for (const char* text : {"", "text", "BZh", "BZh9 is text", "(", "\x1f\x8b\x09", "Plain", "x\x9c"}) {
    EXPECT_FALSE(sniff(text, "file.gz", true).codec) << text;
  }
  EXPECT_FALSE(sniff("BZh9 is", "", false).undecided);
}

TEST(Codec, NamesTellWhatThereIs) {
  EXPECT_EQ(codec_names().substr(0, 9), "gzip zstd");
  EXPECT_TRUE(has_codec_extension("a/b.gz"));
  EXPECT_FALSE(has_codec_extension(".gz"));
  EXPECT_FALSE(has_codec_extension("b.log"));
}

}  // namespace
}  // namespace weir::input
