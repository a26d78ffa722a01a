// -U against PCRE2 run over the whole file at once: random files, cut at random places, on every backend.
// WEIR_SOAK=seconds runs longer; WEIR_SEED repeats a case.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <gtest/gtest.h>
#include <pcre2.h>

#include "run_grep.hpp"
#include "support/seeds.hpp"
#include "support/temp_dir.hpp"

namespace weir {
namespace {

using support::Random;

constexpr const char* kPatterns[] = {"a\\nb",        "a(?s:.)*?b",  "a\\s+b",          "^b\\n\\n",
                                     "[^a]*c",       "(?<=a\\n)b",  "a$\\n^c",         "\\Aa",
                                     "b\\z",         "b\\Z",        "a|b\\n+c",        "\\n",
                                     "(?<=\\n\\n)c", "\\bc\\b",     "(?!a\\n)\\w",     "c?$",
                                     "^$",           "a[^b]{3,9}b", "\xc3\xa9.*\\n.",  "(?s)a.{4}c",
                                     "x*",           "(?<!c\\n)^a", "a(\\n|b)+c",      "\\R\\R",
                                     "c(?=\\n*\\z)", "a.*+\\nb",    "(a\\n(?:b\\n)*)+"};

std::string random_content(Random& random) {
  static constexpr const char* kPieces[] = {"a", "b", "c", "\n", "\n", " ", "x", "\xc3\xa9", "\xff", "\r\n"};
  std::string content;
  const unsigned odd = random.chance(20) ? 10 : 7;
  for (unsigned i = random.below(random.chance(20) ? 2000 : 120); i > 0; --i)
    content += kPieces[random.below(odd)];
  return content;
}

using Spans = std::vector<std::pair<std::size_t, std::size_t>>;

Spans find_all(const std::string& pattern, const std::string& text) {
  int error = 0;
  PCRE2_SIZE at = 0;
  const std::uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NO_DOTSTAR_ANCHOR |
                                PCRE2_MULTILINE | PCRE2_ALT_CIRCUMFLEX;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), options,
                                   &error, &at, nullptr);
  EXPECT_NE(code, nullptr) << pattern;
  pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
  Spans spans;
  for (std::size_t from = 0; from <= text.size();) {
    const int result =
        pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from, 0, data, nullptr);
    if (result < 0) break;
    const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(data);
    const bool is_behind = offsets[0] == text.size() && (text.empty() || text.back() == '\n');
    if (!is_behind) spans.emplace_back(offsets[0], offsets[1]);
    from = offsets[1];
    if (offsets[1] > offsets[0]) continue;
    do
      ++from;
    while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xc0U) == 0x80U);
  }
  pcre2_match_data_free(data);
  pcre2_code_free(code);
  return spans;
}

struct Case {
  GrepOptions options;
  std::string content;
};

Case random_case(unsigned seed) {
  Random random(seed);
  Case c;
  c.content = random_content(random);
  c.options.multiline = true;
  c.options.patterns = {kPatterns[random.below(std::size(kPatterns))]};
  c.options.line_numbers = random.chance(60);
  c.options.invert = random.chance(20);
  if (random.chance(20)) c.options.output = GrepOutput::count;
  if (random.chance(25)) c.options.output = GrepOutput::only_matching;
  static constexpr std::uint32_t kChunks[] = {1, 7, 13, 64, 200, 1000, 262144};
  c.options.chunk_bytes = kChunks[random.below(7)];
  c.options.jobs = static_cast<int>(1 + random.below(4));
  return c;
}

// Whether a line is selected: it holds a part of a match, or its end.
bool touches(const std::pair<std::size_t, std::size_t>& span, std::size_t begin, std::size_t end) {
  const auto [first, last] = span;
  if (first == last) return begin <= first && first <= end;
  return first <= end && last > begin;
}

std::string expected_count(const Case& c, const Spans& spans, std::uint64_t selected) {
  if (c.options.invert) return std::to_string(selected) + "\n";
  const auto is_filled = [](const auto& span) { return span.first < span.second; };
  return std::to_string(std::count_if(spans.begin(), spans.end(), is_filled)) + "\n";
}

std::string expected_of(const Case& c) {
  const Spans spans = find_all(c.options.patterns.front(), c.content);
  std::string text;
  std::uint64_t selected = 0;
  std::uint64_t number = 1;
  for (std::size_t begin = 0; begin < c.content.size(); ++number) {
    const std::size_t end = std::min(c.content.find('\n', begin), c.content.size());
    const std::string head = c.options.line_numbers ? std::to_string(number) + ":" : "";
    bool matches = false;
    for (const auto& span : spans) {
      if (!touches(span, begin, end)) continue;
      matches = true;
      const std::size_t first = std::max(begin, span.first);
      const std::size_t last = std::min(end, span.second);
      if (c.options.output == GrepOutput::only_matching && !c.options.invert && first < last)
        text += head + c.content.substr(first, last - first) + "\n";
    }
    if (matches != c.options.invert) {
      ++selected;
      if (c.options.output == GrepOutput::lines) text += head + c.content.substr(begin, end - begin) + "\n";
    }
    begin = end + 1;
  }
  return c.options.output == GrepOutput::count ? expected_count(c, spans, selected) : text;
}

void check_seed(unsigned seed, const support::TempDir& directory) {
  Case c = random_case(seed);
  c.options.paths = {directory.write("log", c.content)};
  const std::string expected = expected_of(c);
  for (const std::string& io :
       {std::string("uring"), std::string("threads"), "sim:" + std::to_string(seed)}) {
    c.options.io = io;
    const support::GrepRun run = support::run_grep(c.options, directory / "output");
    if (run.error.find("io_uring is not available") != std::string::npos) continue;
    EXPECT_EQ(run.error, "") << "seed " << seed;
    EXPECT_EQ(run.messages, "") << "seed " << seed;
    EXPECT_EQ(run.output, expected) << "seed " << seed << ", io " << io << ", chunk " << c.options.chunk_bytes
                                    << ", pattern " << c.options.patterns.front() << ", content "
                                    << testing::PrintToString(c.content.substr(0, 600));
    if (testing::Test::HasFailure()) return;
  }
}

TEST(Multiline, FindsWhatPcre2FindsInTheWholeFile) {
  const support::TempDir directory;
  support::for_seeds(400, [&directory](unsigned seed) { check_seed(seed, directory); });
}

}  // namespace
}  // namespace weir
