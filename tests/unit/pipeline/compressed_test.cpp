// Compressed files in parts and decoded ahead: the same lines and messages as one core gives that reads from
// one end to the other, whatever the framing, the damage, the sizes and the number of shards. WEIR_SEED
// repeats a case.
#include <gtest/gtest.h>

#include <random>

#include "../input/packers.hpp"
#include "run_grep.hpp"
#include "support/seeds.hpp"
#include "support/temp_dir.hpp"

namespace weir {
namespace {

class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }
  bool chance(unsigned percent) { return below(100) < percent; }

  std::string text() {
    std::string text;
    const std::size_t lines = below(chance(20) ? 4000 : 400);
    for (std::size_t i = 0; i < lines; ++i) {
      text += chance(10) ? "hit " : "line ";
      text += std::to_string(random_() % 100000);
      if (chance(3)) text += std::string(below(2000), 'x');
      text += '\n';
    }
    if (chance(30)) text += "hit without an end";
    return text;
  }

  // The text in members that end anywhere.
  std::string packed(const std::string& text) {
    const std::size_t kind = below(5);
#ifdef WEIR_WITH_XZ
    if (kind == 0) return test::xz_blocks(text, 1 + below(5000) + text.size() / 50);
#endif
    const test::Packer* chosen = &test::packers()[below(test::packers().size())];
    if (!chosen->has_members) chosen = &test::packers()[0];  // Brotli is known by a name alone
    const test::Packer& packer = *chosen;
    const bool is_sized = chance(50);
    std::string packed;
    for (std::size_t at = 0; at < text.size() || packed.empty();) {
      const std::string piece = text.substr(at, chance(5) ? 0 : 1 + below(3000));
      at += piece.size();
      if (kind == 1) packed += packer.pack(piece);
      if (kind == 0 || kind == 2) packed += test::bgzf_block(piece);
      if (kind == 3) packed += test::zstd_frame(piece, is_sized);
      if (kind == 4) packed += test::zstd_frame(piece, chance(90));
      if (kind >= 3 && chance(20)) packed += std::string("\x50\x2a\x4d\x18\x04\x00\x00\x00", 8) + "skip";
    }
    if (kind == 2) packed += test::bgzf_block("");
    return packed;
  }

  void damage(std::string& packed) {
    if (packed.size() < 20) return;
    if (chance(20)) return packed.resize(below(packed.size()));
    if (chance(15)) packed += "garbage";
    if (chance(15)) packed.insert(below(packed.size()), std::string(1 + below(20), 'g'));
    for (std::size_t i = below(3); i > 0; --i)
      packed[below(packed.size())] ^= static_cast<char>(1 << below(8));
  }

  GrepOptions options() {
    GrepOptions options;
    options.patterns = {"^hit"};
    options.line_numbers = chance(60);
    options.byte_offsets = chance(30);
    if (chance(15)) options.max_count = 1 + below(20);
    if (chance(15)) options.output = GrepOutput::count;
    if (chance(8)) options.output = GrepOutput::files_with_matches;
    if (chance(8)) options.output = GrepOutput::files_without_match;
    if (chance(10)) options.after_context = 1;
    if (chance(10)) options.max_line_bytes = 1000;
    options.groups = options.after_context > 0;
    static constexpr std::uint32_t kChunks[] = {7, 13, 64, 200, 1000, 4096, 262144};
    options.chunk_bytes = kChunks[below(7)];
    return options;
  }

 private:
  std::mt19937 random_;
};

std::string sorted_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    lines.push_back(text.substr(at, end - at));
    at = end;
    // Where damage is noticed depends by a byte or so on how the bytes came in.
    const std::size_t place = lines.back().rfind(" at byte ");
    const bool is_damage = lines.back().find("--max-line") == std::string::npos;
    if (is_damage && place != std::string::npos) lines.back().resize(place);
  }
  std::sort(lines.begin(), lines.end());
  std::string sorted;
  for (const std::string& line : lines)
    sorted += line;
  return sorted;
}

// How much of the last line comes out before damage depends on how the bytes came in.
std::string but_the_last_line(const std::string& text) {
  const std::size_t end = text.size() < 2 ? std::string::npos : text.rfind('\n', text.size() - 2);
  return end == std::string::npos ? "" : text.substr(0, end + 1);
}

void check_seed(unsigned seed, const support::TempDir& directory) {
  Maker maker(seed);
  const std::string text = maker.text();
  std::string packed = maker.packed(text);
  const bool is_damaged = maker.chance(50);
  if (is_damaged) maker.damage(packed);
  GrepOptions options = maker.options();
  // With -m and lists the rest of the file, and what is wrong there, may have been looked at or not.
  const bool reads_all = options.max_count == GrepOptions::kNoLimit &&
                         (options.output == GrepOutput::lines || options.output == GrepOutput::count);
  options.io = "threads";
  options.jobs = 1;
  options.paths = {directory.write("plain", text)};
  const support::GrepRun plain = support::run_grep(options, directory / "output");
  options.paths = {directory.write("plain", packed)};
  const support::GrepRun whole = support::run_grep(options, directory / "output");
  if (!is_damaged) {
    ASSERT_EQ(whole.output, plain.output) << "seed " << seed;
    if (reads_all) {
      ASSERT_EQ(whole.messages, plain.messages) << "seed " << seed;
    }
  }
  for (const std::string& io :
       {std::string("uring"), std::string("threads"), "sim:" + std::to_string(seed)}) {
    options.io = io;
    options.jobs = static_cast<int>(2 + maker.below(3));
    const support::GrepRun run = support::run_grep(options, directory / "output");
    if (run.error.find("io_uring is not available") != std::string::npos) continue;
    ASSERT_EQ(run.error, "") << "seed " << seed;
    const bool may_differ = is_damaged && options.output == GrepOutput::lines;
    ASSERT_EQ(may_differ ? but_the_last_line(run.output) : run.output,
              may_differ ? but_the_last_line(whole.output) : whole.output)
        << "seed " << seed << " io " << io << " jobs " << options.jobs << " chunk " << options.chunk_bytes;
    if (!reads_all) continue;
    ASSERT_EQ(sorted_lines(run.messages), sorted_lines(whole.messages))
        << "seed " << seed << " io " << io << " jobs " << options.jobs << " chunk " << options.chunk_bytes;
  }
}

TEST(CompressedScan, PartsGiveWhatOneReaderGives) {
  const support::TempDir directory;
  support::for_seeds(800, [&](unsigned seed) { check_seed(seed, directory); });
}

TEST(CompressedScan, LargeFilesAreDecodedAhead) {
  const support::TempDir directory;
  std::mt19937 random(3);
  std::string text;
  while (text.size() < (3U << 20))
    text += (random() % 50 == 0 ? "hit " : "line ") + std::to_string(random()) + "\n";
  for (const test::Packer& packer : test::packers()) {
    if (!packer.has_members) continue;
    std::string packed = packer.pack(text);
    for (const bool is_cut : {false, true}) {
      if (is_cut) packed.resize(packed.size() / 3 * 2);
      GrepOptions options;
      options.patterns = {"^hit"};
      options.paths = {directory.write("packed", packed)};
      options.line_numbers = true;
      options.jobs = 1;
      const support::GrepRun whole = support::run_grep(options, directory / "output");
      EXPECT_EQ(whole.messages.empty(), !is_cut) << packer.name;
      for (const std::uint32_t chunk : {4096U, 100000U, 262144U}) {
        for (const char* io : {"threads", "sim:9"}) {
          options.io = io;
          options.jobs = 3;
          options.chunk_bytes = chunk;
          const support::GrepRun run = support::run_grep(options, directory / "output");
          EXPECT_TRUE(run.output == whole.output) << packer.name << " chunk " << chunk << " io " << io;
          EXPECT_EQ(run.messages, whole.messages) << packer.name << " chunk " << chunk << " io " << io;
        }
      }
    }
  }
}

}  // namespace
}  // namespace weir
