// Transcoders: whatever the sizes of the buffers, the text that was encoded comes back, and what is damaged
// becomes U+FFFD. Random texts; a failure prints the seed that repeats it (WEIR_SEED).
#include "input/encoding.hpp"

#include <gtest/gtest.h>
#include <iconv.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "input/text_decoder.hpp"
#include "packers.hpp"

namespace weir::input {
namespace {

using Sizes = std::vector<std::size_t>;

constexpr const char* kReplacement = "\xef\xbf\xbd";

std::string decode_all(Decoder& decoder, const std::string& bytes, std::size_t in_bytes,
                       std::size_t out_bytes) {
  std::string text;
  std::string out(out_bytes, '\0');
  std::size_t begin = 0;
  std::size_t end = 0;
  for (bool at_end = false;;) {
    const std::string held = bytes.substr(begin, end - begin);
    const Decoded decoded = decoder.decode(held, at_end, out.data(), out.size());
    EXPECT_LE(decoded.consumed, held.size());
    text.append(out, 0, decoded.produced);
    begin += decoded.consumed;
    if (decoded.state != Decoded::State::more) {
      EXPECT_EQ(decoded.state, Decoded::State::ended);
      return text;
    }
    if (decoded.produced == out.size()) continue;
    if (begin != end || at_end) {
      ADD_FAILURE() << "stopped for no reason";
      return text;
    }
    at_end = end == bytes.size();
    end = std::min(bytes.size(), end + in_bytes);
  }
}

std::string transcoded(const std::string& name, const std::string& bytes, std::size_t in = 1 << 20,
                       std::size_t out = 1 << 20) {
  const auto encoding = parse_encoding(name);
  if (!encoding) throw std::runtime_error("no encoding " + name);
  return decode_all(*make_transcoder(*encoding), bytes, in, out);
}

// UTF-8 in another encoding, characters that it lacks left out.
std::string encoded(const std::string& name, const std::string& text) {
  const ::iconv_t handle = ::iconv_open((name + "//IGNORE").c_str(), "UTF-8");
  std::string from = text;
  std::string bytes(8 * text.size() + 64, '\0');
  char* in = from.data();
  char* out = bytes.data();
  std::size_t left = from.size();
  std::size_t room = bytes.size();
  ::iconv(handle, &in, &left, &out, &room);
  ::iconv(handle, nullptr, nullptr, &out, &room);
  ::iconv_close(handle);
  bytes.resize(bytes.size() - room);
  return bytes;
}

// What iconv makes of the bytes in one call.
std::string by_iconv(const std::string& name, const std::string& bytes) {
  const ::iconv_t handle = ::iconv_open("UTF-8", name.c_str());
  std::string from = bytes;
  std::string text(8 * bytes.size() + 64, '\0');
  char* in = from.data();
  char* out = text.data();
  std::size_t left = from.size();
  std::size_t room = text.size();
  EXPECT_EQ(::iconv(handle, &in, &left, &out, &room), 0U) << name;
  ::iconv(handle, nullptr, nullptr, &out, &room);
  ::iconv_close(handle);
  text.resize(text.size() - room);
  return text;
}

std::string random_text(std::mt19937& random) {
  static const char* const kPieces[] = {"a",  "error ", "\n", "\n", "é", "ß", "ÿ", "Ж", "я",  "語", "日本",
                                        "ア", "한",     "中", "€",  "😀", "𝄞", "0", "~", "\\", "\t", "á"};
  std::string text;
  for (std::size_t pieces = random() % 200; pieces > 0; --pieces)
    text += kPieces[random() % std::size(kPieces)];
  return text;
}

unsigned first_seed() {
  const char* seed = std::getenv("WEIR_SEED");
  return seed ? static_cast<unsigned>(std::atoi(seed)) : 1;
}

TEST(Encoding, TextComesBackThroughBuffersOfEverySize) {
  const std::vector<std::string> names = {
      "utf-16le", "utf-16be",  "utf-32le",    "utf-32be",   "latin1",       "iso-8859-15", "cp1252",
      "koi8-r",   "shift_jis", "cp932",       "euc-jp",     "gbk",          "gb18030",     "big5",
      "euc-kr",   "utf-7",     "iso-2022-jp", "big5-hkscs", "euc-jisx0213", "cp037"};
  for (unsigned seed = first_seed(); seed < first_seed() + 30; ++seed) {
    std::mt19937 random(seed);
    const std::string text = random_text(random);
    for (const std::string& name : names) {
      const std::string bytes = encoded(name, text);
      const std::string expected = by_iconv(name, bytes);
      EXPECT_EQ(std::count(expected.begin(), expected.end(), '\n'),
                std::count(text.begin(), text.end(), '\n'));
      for (const std::size_t in : Sizes{1, 2, 3, 7, 64, 1 << 20})
        for (const std::size_t out : Sizes{1, 3, 10, 4096})
          ASSERT_EQ(transcoded(name, bytes, in, out), expected)
              << name << ", seed " << seed << ", in " << in << ", out " << out;
    }
  }
}

// The rules of the Unicode standard, unit by unit.
std::string utf16_by_rule(const std::string& bytes, bool big) {
  std::string text;
  const std::size_t units = bytes.size() / 2;
  const auto unit = [&](std::size_t i) {
    const auto first = static_cast<unsigned char>(bytes[2 * i]);
    const auto second = static_cast<unsigned char>(bytes[2 * i + 1]);
    return static_cast<unsigned>(big ? first << 8 | second : second << 8 | first);
  };
  bool is_open = bytes.size() % 2 == 1;
  for (std::size_t i = 0; i < units; ++i) {
    const bool is_high = unit(i) >= 0xd800 && unit(i) < 0xdc00;
    const bool is_pair = is_high && i + 1 < units && unit(i + 1) >= 0xdc00 && unit(i + 1) < 0xe000;
    const std::string one = bytes.substr(2 * i, is_pair ? 4 : 2);
    if (is_high && i + 1 == units) {
      is_open = true;  // with a byte that may follow
    } else if (is_pair || unit(i) < 0xd800 || unit(i) >= 0xe000) {
      text += by_iconv(big ? "UTF-16BE" : "UTF-16LE", one);
    } else {
      text += kReplacement;
    }
    i += is_pair ? 1 : 0;
  }
  return text + (is_open ? kReplacement : "");
}

TEST(Encoding, DamagedUtf16LosesNothingElse) {
  for (unsigned seed = first_seed(); seed < first_seed() + 300; ++seed) {
    std::mt19937 random(seed);
    const bool big = seed % 2 == 0;
    std::string bytes;
    for (std::size_t units = 1 + random() % 40; units > 0; --units) {
      const unsigned unit = random() % 3 == 0 ? 0xd800 + random() % 0x800 : 0x20 + random() % 0x2000;
      bytes += static_cast<char>(big ? unit >> 8 : unit & 0xff);
      bytes += static_cast<char>(big ? unit & 0xff : unit >> 8);
    }
    if (random() % 3 == 0) bytes.pop_back();
    const std::string expected = utf16_by_rule(bytes, big);
    for (const std::size_t in : Sizes{1, 2, 3, 5, 1 << 20})
      for (const std::size_t out : Sizes{1, 2, 4096})
        ASSERT_EQ(transcoded(big ? "utf-16be" : "utf-16le", bytes, in, out), expected) << "seed " << seed;
  }
}

TEST(Encoding, DamagedBytesKeepTheirLines) {
  for (unsigned seed = first_seed(); seed < first_seed() + 100; ++seed) {
    std::mt19937 random(seed);
    std::string bytes;
    for (std::size_t size = random() % 300; size > 0; --size)
      bytes += random() % 8 == 0 ? '\n' : static_cast<char>(random() % 3 == 0 ? 'a' : random());
    for (const std::string name : {"latin1", "euc-jp", "gbk", "shift_jis", "euc-kr", "big5", "ascii"}) {
      const std::string text = transcoded(name, bytes);
      EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), std::count(bytes.begin(), bytes.end(), '\n'))
          << name << ", seed " << seed;
      for (const std::size_t in : Sizes{1, 5})
        ASSERT_EQ(transcoded(name, bytes, in, 3), text) << name << ", seed " << seed;
    }
  }
}

TEST(Encoding, UnfinishedAndImpossibleCharactersBecomeReplacements) {
  const std::string bad = kReplacement;
  EXPECT_EQ(transcoded("euc-jp", "ok\xa4"), "ok" + bad);
  EXPECT_EQ(transcoded("ascii",
                       "a\xff"
                       "b"),
            "a" + bad + "b");
  EXPECT_EQ(transcoded("utf-32le", std::string("a\0\0\0\0\xd8\0\0\0\0\x11\0b\0\0\0c\0", 18)),
            "a" + bad + bad + "b" + bad);
  EXPECT_EQ(transcoded("utf-16le", std::string("\0\xd8"
                                               "a\0b\0c\0d\0e\0",
                                               12)),
            bad + "abcde");
  EXPECT_EQ(transcoded("utf-16be", std::string("\xd8\0\0a\0b\0c\0d\0e", 12)), bad + "abcde");
  EXPECT_EQ(transcoded("utf-16be", std::string("\0a\0b\0c\1d\0e", 10)), "abc\u0164e");
  EXPECT_EQ(transcoded("utf-16le", std::string("a\0\x80\0c\0d\0e\0", 10)), "a\u0080cde");
  EXPECT_EQ(transcoded("utf-16le", ""), "");
  EXPECT_EQ(transcoded("utf-16le", "a"), bad);
}

TEST(Encoding, ByteOrderMarksDecideAndAreLeftOut) {
  EXPECT_EQ(transcoded("utf-16", std::string("\xff\xfe"
                                             "a\0",
                                             4)),
            "a");
  EXPECT_EQ(transcoded("utf-16", std::string("\xfe\xff\0a", 4)), "a");
  EXPECT_EQ(transcoded("utf-16", std::string("a\0", 2)), "a");
  EXPECT_EQ(transcoded("utf-16be", std::string("\xfe\xff\0a\xfe\xff", 6)), "a\xef\xbb\xbf");
  EXPECT_EQ(transcoded("utf-32", std::string("\0\0\xfe\xff\0\0\0a", 8)), "a");
  EXPECT_EQ(transcoded("utf-32", std::string("\xff\xfe\0\0a\0\0\0", 8)), "a");
}

TEST(Encoding, MarksAreKnownByTheirFirstBytes) {
  using Kind = Encoding::Kind;
  const auto kind_of = [](const std::string& head, bool is_all) -> std::optional<Kind> {
    const ByteOrderMark mark = sniff_mark(head, is_all);
    EXPECT_FALSE(mark.undecided) << testing::PrintToString(head);
    return mark.encoding ? std::optional(mark.encoding->kind) : std::nullopt;
  };
  EXPECT_EQ(kind_of("\xef\xbb\xbf", false), Kind::utf8);
  EXPECT_EQ(kind_of("\xff\xfe"
                    "a",
                    false),
            Kind::utf16le);
  EXPECT_EQ(kind_of("\xff\xfe", true), Kind::utf16le);
  EXPECT_EQ(kind_of(std::string("\xff\xfe\0", 3), true), Kind::utf16le);
  EXPECT_EQ(kind_of(std::string("\xff\xfe\0\0", 4), false), Kind::utf32le);
  EXPECT_EQ(kind_of(std::string("\0\0\xfe\xff", 4), false), Kind::utf32be);
  EXPECT_EQ(kind_of("\xfe\xff", false), Kind::utf16be);
  EXPECT_EQ(kind_of("\xef\xbb", true), std::nullopt);
  EXPECT_EQ(kind_of("\xef\xbb"
                    "a",
                    false),
            std::nullopt);
  EXPECT_EQ(kind_of("plain", false), std::nullopt);
  for (const std::string head : {"", "\xef", "\xef\xbb", "\xff", "\xff\xfe", "\xfe"})
    EXPECT_TRUE(sniff_mark(head, false).undecided) << testing::PrintToString(head);
}

TEST(Encoding, NamesAreThoseOfIconvAndAFewMore) {
  for (const char* name : {"auto", "UTF-8", "Utf-16LE", "LATIN1", "iso-8859-1", "x-sjis", "GB18030"})
    EXPECT_TRUE(parse_encoding(name)) << name;
  for (const char* name : {"", "none", "no-such", "latin1//IGNORE", "utf-8\n", "a b"})
    EXPECT_FALSE(parse_encoding(name)) << name;
  EXPECT_EQ(encoding_error("none"), "");
  EXPECT_NE(encoding_error("").find("is not an encoding"), std::string::npos);
}

// Compressed text, in every encoding that it may turn out to have.
TEST(Encoding, FollowsACodec) {
  const std::string text = "one\né 日本\n" + std::string(40000, 'x') + "\n";
  struct Case {
    const char* encoding;
    std::string bytes;
    std::string expected;
  };
  const std::string mark = "\xef\xbb\xbf";
  const std::vector<Case> cases = {
      {"auto", text, text},
      {"auto", "", ""},
      {"auto", "a", "a"},
      {"auto", mark + text, text},
      {"auto", encoded("UTF-16LE", mark + text), text},
      {"auto", encoded("UTF-32BE", mark + text), text},
      {"auto", "\xff\xfe", ""},
      {"utf-8", mark + text, text},
      {"utf-8", encoded("UTF-16LE", mark + "a"), encoded("UTF-16LE", mark + "a")},
      {"euc-jp", encoded("EUC-JP", "日本\n"), "日本\n"},
  };
  for (const test::Packer& packer : test::packers()) {
    if (!packer.has_members) continue;  // brotli has no magic number
    for (const Case& one : cases) {
      const auto encoding = parse_encoding(one.encoding);
      Source source(0, Found{});
      source.may_be_compressed = true;
      source.encoding = &*encoding;
      const std::string packed = packer.pack(one.bytes);
      note_first_bytes(source, look_at(source, packed, true), packed);
      ASSERT_TRUE(source.codec) << packer.name;
      for (const std::size_t in : Sizes{1, 100, 1 << 20})
        for (const std::size_t out : Sizes{1, 7, 1 << 18})
          ASSERT_EQ(decode_all(*make_text_decoder(source), packed, in, out), one.expected)
              << packer.name << " " << one.encoding;
    }
  }
}

}  // namespace
}  // namespace weir::input
