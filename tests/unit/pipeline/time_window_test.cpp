// --since and --until against a reading line by line: random logs, in several notations, in and out of order,
// with lines that have no stamp, cut at random places, on every backend, with one to four shards.
// WEIR_SEED repeats a case.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <random>

#include "run_grep.hpp"
#include "support/seeds.hpp"
#include "support/temp_dir.hpp"
#include "text/calendar.hpp"

namespace weir {
namespace {

constexpr std::int64_t kBegin = 1772355600;  // 2026-03-01 09:00 UTC

struct LogLine {
  std::string text;  // without its end
  std::size_t offset = 0;
  bool is_timed = false;
  std::int64_t at = 0;  // seconds
  bool is_hit = false;
};

struct Log {
  std::vector<LogLine> lines;
  std::string content;
  std::int64_t first = kBegin;
  std::int64_t last = kBegin;
  bool is_ordered = true;  // so far as a search may rely on it
  bool is_sorted = true;
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool chance(unsigned percent) { return below(100) < percent; }

  Log log();

 private:
  std::string stamped(int notation, std::int64_t at);
  std::string words();

  std::mt19937_64 random_;
};

constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string clock_of(std::int64_t at) {
  const std::int64_t s = at % text::kDaySeconds;
  return fmt::format("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

// A line that begins or goes on with the stamp.
std::string Generator::stamped(int notation, std::int64_t at) {
  const text::CivilDate date = text::date_of(at / text::kDaySeconds);
  const std::string day = fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
  switch (notation) {
    case 0:
      return fmt::format("{}T{}Z ", day, clock_of(at));
    case 1:
      return fmt::format("{} {},{:03} ", day, clock_of(at), below(1000));
    case 2:
      return fmt::format("{} {:2} {} host ", kMonths[date.month - 1], date.day, clock_of(at));
    case 3:
      return fmt::format("10.0.0.{} - - [{:02}/{}/{}:{} +0000] ", below(256), date.day,
                         kMonths[date.month - 1], date.year, clock_of(at));
    case 4:
      return fmt::format("{{\"msg\":\"{}\",\"ts\":{}{:03}}} ", words(), at, below(1000));
    case 5:
      return fmt::format("level=info ts={}T{}+00:00 ", day, clock_of(at));
    default:
      return fmt::format("I{:02}{:02} {}.{:06} 7 a.cc:1] ", date.month, date.day, clock_of(at),
                         below(1000000));
  }
}

std::string Generator::words() {
  std::string text;
  for (auto i = below(8); i > 0; --i)
    text += chance(20) ? "[x] " : chance(20) ? "0:00 " : "some words ";
  if (chance(1)) text.append(1000 + below(9000), 'y');
  return text;
}

Log Generator::log() {
  Log log;
  const int notation = static_cast<int>(below(7));
  const auto lines = chance(50) ? below(40) : below(600);
  const auto step = 1 + static_cast<std::int64_t>(below(60));
  const bool has_stamps = !chance(8);
  const bool is_random = has_stamps && chance(15);
  const std::int64_t jitter = chance(40) ? static_cast<std::int64_t>(below(15)) : 0;
  const auto unstamped = static_cast<unsigned>(chance(50) ? 0 : below(90));
  const bool is_crlf = chance(20);
  for (std::uint64_t i = 0; i < lines; ++i) {
    LogLine line;
    line.is_timed = has_stamps && !chance(unstamped);
    const auto moved = static_cast<std::int64_t>(below(static_cast<std::uint64_t>(2 * jitter + 1))) - jitter;
    line.at = kBegin + 20 +
              (is_random ? static_cast<std::int64_t>(below(lines)) : static_cast<std::int64_t>(i)) * step +
              moved;
    line.is_hit = chance(40);
    line.text = line.is_timed ? stamped(notation, line.at) : chance(50) ? "\tat " : "more ";
    line.text += words() + (line.is_hit ? "hit" : "miss");
    if (is_crlf) line.text += "\r";
    line.offset = log.content.size();
    log.content += line.text + "\n";
    log.last = std::max(log.last, line.at);
    log.lines.push_back(std::move(line));
  }
  if (!log.content.empty() && chance(20)) log.content.pop_back();
  log.is_ordered = !is_random;
  log.is_sorted = !is_random && jitter == 0;
  return log;
}

struct Window {
  std::int64_t since = std::numeric_limits<std::int64_t>::min();
  std::int64_t until = std::numeric_limits<std::int64_t>::max();
};

// Those in the window, by number.
std::vector<std::size_t> lines_in(const Log& log, const Window& window) {
  std::vector<std::size_t> inside;
  bool is_inside = false;
  for (std::size_t i = 0; i < log.lines.size(); ++i) {
    const LogLine& line = log.lines[i];
    if (line.is_timed) is_inside = line.at >= window.since && line.at < window.until;
    if (is_inside) inside.push_back(i);
  }
  return inside;
}

std::string expected(const Log& log, const Window& window, const GrepOptions& options) {
  const std::vector<std::size_t> inside = lines_in(log, window);
  std::vector<bool> selected(inside.size());
  std::vector<bool> shown(inside.size(), options.passthru);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (log.lines[inside[i]].is_hit == options.invert || count == options.max_count) continue;
    ++count;
    selected[i] = true;
    const std::size_t first = i - std::min<std::size_t>(i, options.before_context);
    const std::size_t last = std::min<std::size_t>(inside.size() - 1, i + options.after_context);
    for (std::size_t k = first; k <= last; ++k)
      shown[k] = true;
  }
  if (options.output == GrepOutput::count) return std::to_string(count) + "\n";
  if (options.output == GrepOutput::files_with_matches) return count > 0 ? options.paths.front() + "\n" : "";
  if (options.output == GrepOutput::files_without_match) return count > 0 ? "" : options.paths.front() + "\n";
  std::string text;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (!shown[i]) continue;
    if (options.groups && !text.empty() && !shown[i - 1]) text += "--\n";
    const char mark = selected[i] ? ':' : '-';
    const LogLine& line = log.lines[inside[i]];
    if (options.line_numbers) text.append(std::to_string(inside[i] + 1)).push_back(mark);
    if (options.byte_offsets) text.append(std::to_string(line.offset)).push_back(mark);
    text.append(line.text).push_back('\n');
  }
  return text;
}

GrepOptions random_options(Generator& generator, const Log& log, const Window& window) {
  GrepOptions options;
  options.patterns = {"hit"};
  options.time_zone = "UTC";
  if (window.since != Window().since) options.since = "@" + std::to_string(window.since);
  if (window.until != Window().until) options.until = "@" + std::to_string(window.until);
  options.invert = generator.chance(25);
  options.line_numbers = generator.chance(40);
  options.byte_offsets = generator.chance(30);
  if (generator.chance(20)) options.max_count = 1 + generator.below(5);
  if (generator.chance(20)) {
    constexpr GrepOutput kOutputs[] = {GrepOutput::count, GrepOutput::files_with_matches,
                                       GrepOutput::files_without_match};
    options.output = kOutputs[generator.below(3)];
  } else if (log.is_sorted && generator.chance(30)) {
    options.groups = true;
    options.before_context = generator.below(4);
    options.after_context = generator.below(4);
  } else if (generator.chance(15)) {
    options.passthru = true;
  }
  constexpr std::uint32_t kChunks[] = {7, 64, 200, 1000, 4096, 262144};
  options.chunk_bytes = kChunks[generator.below(6)];
  options.jobs = static_cast<int>(1 + generator.below(4));
  constexpr std::uint64_t kSearch[] = {1, 2000, GrepOptions::kNoLimit};
  options.time_search_bytes = log.is_ordered ? kSearch[generator.below(3)] : GrepOptions::kNoLimit;
  return options;
}

void set_modified(const std::string& path, std::int64_t at) {
  const ::timespec times[2] = {{at, 0}, {at, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
}

void check_seed(unsigned seed, const support::TempDir& directory) {
  Generator generator(seed);
  const Log log = generator.log();
  const std::string path = directory.write("log", log.content);
  set_modified(path, log.last + 5);
  for (int i = 0; i < 3; ++i) {
    Window window;
    const auto span = static_cast<std::uint64_t>(log.last - log.first + 60);
    const std::int64_t since = log.first - 30 + static_cast<std::int64_t>(generator.below(span));
    if (generator.chance(70)) window.since = since;
    if (generator.chance(70)) window.until = since + 1 + static_cast<std::int64_t>(generator.below(span));
    if (window.since == Window().since && window.until == Window().until) continue;
    GrepOptions options = random_options(generator, log, window);
    options.paths = {path};
    const std::string wanted = expected(log, window, options);
    for (const std::string& io :
         {std::string("uring"), std::string("threads"), "sim:" + std::to_string(seed)}) {
      options.io = io;
      const support::GrepRun run = support::run_grep(options, directory / "output");
      if (run.error.find("io_uring is not available") != std::string::npos) continue;
      ASSERT_EQ(run.error, "") << "seed " << seed;
      ASSERT_EQ(run.output, wanted) << "seed " << seed << ", window " << i << ", io " << io << ", chunk "
                                    << options.chunk_bytes << ", jobs " << options.jobs << ", search "
                                    << options.time_search_bytes << ", " << log.content.size() << " bytes";
    }
  }
}

TEST(TimeWindow, HoldsTheLinesOfAReadingLineByLine) {
  const support::TempDir directory;
  support::for_seeds(400, [&](unsigned seed) { check_seed(seed, directory); });
}

// A line a second, of about 100 bytes.
std::string sorted_log(std::int64_t lines, std::int64_t (*moved)(std::int64_t)) {
  std::string content;
  for (std::int64_t i = 0; i < lines; ++i) {
    const std::int64_t at = kBegin + moved(i);
    const text::CivilDate date = text::date_of(at / text::kDaySeconds);
    content += fmt::format(
        "{:04}-{:02}-{:02}T{}Z line {:08} hit, and some more words to make it as long as others\n", date.year,
        date.month, date.day, clock_of(at), i);
  }
  return content;
}

support::GrepRun run_window(const support::TempDir& directory, const std::string& path, std::int64_t since,
                            std::int64_t until, bool numbers = false) {
  GrepOptions options;
  options.patterns = {"hit"};
  options.paths = {path};
  options.since = "@" + std::to_string(since);
  options.until = "@" + std::to_string(until);
  options.line_numbers = numbers;
  options.output = numbers ? GrepOutput::lines : GrepOutput::count;
  return support::run_grep(options, directory / "output", true);
}

// Far behind a stamp, and behind lines longer than what is read at once on the way back to it.
TEST(TimeWindow, LooksBackAsFarAsItTakes) {
  const support::TempDir directory;
  const std::string far(700'000, 'x');
  std::string lines;
  for (int i = 0; i < 20'000; ++i)
    lines += "  more of it, hit\n";
  const std::string content = lines + "2026-03-01T12:00:00Z one\n" + lines + far + "\n" + lines +
                              "2026-03-01T12:00:01Z two " + far + "\n" + lines +
                              "2026-03-01T12:00:02Z three\n" + lines;
  GrepOptions options;
  options.patterns = {"hit"};
  options.paths = {directory.write("far", content)};
  options.output = GrepOutput::count;
  options.since = "2026-03-01T12:00:00Z";
  options.until = "2026-03-01T12:00:01Z";
  for (const int jobs : {1, 3}) {
    for (const std::uint32_t chunk : {4096U, 65536U, 262144U}) {
      options.jobs = jobs;
      options.chunk_bytes = chunk;
      options.max_line_bytes = 64U << 20;
      EXPECT_EQ(support::run_grep(options, directory / "output").output, "40000\n") << jobs << " " << chunk;
      // The second stamp is on a line that is left out: what follows belongs to the first.
      options.max_line_bytes = 500'000;
      EXPECT_EQ(support::run_grep(options, directory / "output").output, "60000\n") << jobs << " " << chunk;
    }
  }
}

TEST(TimeWindow, OfAFileWithoutStampsIsEmpty) {
  const support::TempDir directory;
  std::string content;
  for (int i = 0; i < 200'000; ++i)
    content += "a line without a time, hit\n";
  const std::string path = directory.write("timeless", content);
  const auto run = run_window(directory, path, kBegin, kBegin + 10);
  EXPECT_EQ(run.output, "0\n");
  EXPECT_NE(run.messages.find("have no time stamp that is known"), std::string::npos) << run.messages;
  EXPECT_FALSE(run.summary.any_error);
}

TEST(TimeWindow, OfASortedFileIsAllThatIsRead) {
  const support::TempDir directory;
  constexpr std::int64_t kLines = 300'000;
  const std::string content = sorted_log(kLines, [](std::int64_t i) { return i; });
  const std::string path = directory.write("sorted", content);
  for (const std::int64_t first : {std::int64_t{0}, kLines / 3, kLines - kLines / 100}) {
    const auto run = run_window(directory, path, kBegin + first, kBegin + first + kLines / 100);
    EXPECT_EQ(run.output, std::to_string(kLines / 100) + "\n");
    EXPECT_LT(run.summary.bytes + run.summary.searched_bytes, content.size() * 3 / 100);
    EXPECT_EQ(run.summary.bytes + run.summary.skipped_bytes, content.size());
    EXPECT_EQ(run.summary.unsorted_files, 0U);
  }
  const auto none = run_window(directory, path, kBegin + 2 * kLines, kBegin + 3 * kLines);
  EXPECT_EQ(none.output, "0\n");
  EXPECT_LT(none.summary.bytes, content.size() / 100);
}

TEST(TimeWindow, CountsTheLinesBeforeIt) {
  const support::TempDir directory;
  const std::string path = directory.write("sorted", sorted_log(100'000, [](std::int64_t i) { return i; }));
  const auto run = run_window(directory, path, kBegin + 70'000, kBegin + 70'001, true);
  EXPECT_EQ(run.output.substr(0, 6), "70001:");
  EXPECT_GT(run.summary.skipped_bytes, 0U);  // behind it
}

TEST(TimeWindow, OfAFileOutOfOrderIsReadFromAllOfIt) {
  const support::TempDir directory;
  // Two logs of the same time, one behind the other.
  const std::string content = sorted_log(100'000, [](std::int64_t i) { return i % 50'000; });
  const std::string path = directory.write("twice", content);
  const auto run = run_window(directory, path, kBegin + 20'000, kBegin + 21'000);
  EXPECT_EQ(run.output, "2000\n");
  EXPECT_EQ(run.summary.unsorted_files, 1U);
  EXPECT_EQ(run.summary.skipped_bytes, 0U);
  EXPECT_EQ(run.summary.bytes, content.size());
}

TEST(TimeWindow, AllowsForLinesThatAreLate) {
  const support::TempDir directory;
  // Every seventh line is five minutes late: more than is allowed for before it has been seen.
  const std::string content =
      sorted_log(200'000, [](std::int64_t i) { return i % 7 == 0 && i > 300 ? i - 300 : i; });
  const std::string path = directory.write("late", content);
  const auto run = run_window(directory, path, kBegin + 70'000, kBegin + 71'000);
  EXPECT_EQ(run.output, "1000\n");
  EXPECT_GT(run.summary.skipped_bytes, content.size() / 2);
}

}  // namespace
}  // namespace weir
