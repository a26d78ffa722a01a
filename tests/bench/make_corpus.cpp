// make_corpus DIRECTORY [--mixed-mib N] [--keyed-mib N] [--big-mib N] [--records-mib N] [--rare-mib N]
//             [--logfmt-mib N] [--access-mib N] [--utf8-mib N] [--small-files N]
//
// Writes the benchmark corpora: mixed.log, keyed.log, big.log, records.jsonl, rare.jsonl, logfmt.log,
// access.log, utf8.log, small-utf8.log, the lists of words words-1000.txt and words-10000.txt, and the tree
// small/. Size 0 leaves a corpus out. What is there already, made by this version with this seed and size, is
// kept: each corpus has a stamp file beside it, written last.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>

#include "generator/formats.hpp"
#include "generator/put.hpp"
#include "generator/timestamps.hpp"
#include "keyed_lines.hpp"
#include "mixed_lines.hpp"

namespace {

namespace fs = std::filesystem;
using weir::bench::KeyedLines;
using weir::bench::MixedLines;
using weir::samples::put;

constexpr std::uint64_t kVersion = 1;
constexpr std::uint64_t kSeed = 137;
constexpr std::uint64_t kMebibyte = 1 << 20;
constexpr std::uint32_t kSmallDirectories = 500;

using AppendLine = std::function<void(std::string&)>;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::ofstream open_new(const fs::path& path) {
  std::ofstream file;
  file.exceptions(std::ios::badbit | std::ios::failbit);
  file.open(path, std::ios::binary | std::ios::trunc);
  return file;
}

void write_bytes(std::ofstream& file, std::string_view bytes) {
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void write_file(const fs::path& path, std::string_view bytes) {
  auto file = open_new(path);
  write_bytes(file, bytes);
  file.close();
}

/// Exactly `size` bytes of whole lines: the last one is padded with spaces, which JSON allows too.
void write_lines(const fs::path& path, std::uint64_t size, const AppendLine& append_line) {
  auto file = open_new(path);
  std::string block;
  for (std::uint64_t written = 0; written < size; written += block.size()) {
    const auto room = size - written;
    const bool is_last = room < 2 * kMebibyte;  // never a last block too small for a line
    block.clear();
    while (block.size() < (is_last ? room + 1 : kMebibyte))
      append_line(block);
    if (is_last) {
      block.resize(block.rfind('\n', room - 1));
      block.resize(room - 1, ' ');
      block.push_back('\n');
    }
    write_bytes(file, block);
  }
  file.close();
}

class Corpus {
 public:
  Corpus(fs::path directory, std::string_view name, std::uint64_t amount)
      : path_(directory / name), stamp_path_(directory / (std::string(name) + ".stamp")), amount_(amount) {
    put(stamp_, "version ", kVersion, " seed ", kSeed, " amount ", amount, '\n');
  }

  /// Calls `write(path)` unless the corpus is wanted not at all or is there already.
  void make(const std::function<bool(const fs::path&)>& is_complete,
            const std::function<void(const fs::path&)>& write) const {
    if (amount_ == 0) return;
    if (read_file(stamp_path_) == stamp_ && is_complete(path_)) {
      std::printf("%s: kept\n", path_.c_str());
      return;
    }
    fs::remove(stamp_path_);
    fs::remove_all(path_);
    write(path_);
    write_file(stamp_path_, stamp_);
    std::printf("%s: written\n", path_.c_str());
  }

 private:
  fs::path path_;
  fs::path stamp_path_;
  std::uint64_t amount_;
  std::string stamp_;
};

void make_file(const fs::path& directory, std::string_view name, std::uint64_t mebibytes,
               const AppendLine& line) {
  const auto size = mebibytes * kMebibyte;
  Corpus(directory, name, mebibytes)
      .make([size](const fs::path& path) { return fs::is_regular_file(path) && fs::file_size(path) == size; },
            [size, &line](const fs::path& path) { write_lines(path, size, line); });
}

std::uint64_t count_files(const fs::path& tree) {
  std::uint64_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(tree)) {
    if (entry.is_regular_file()) ++files;
  }
  return files;
}

/// `count` logs of 4 to 12 KiB, the same number (but one) in each directory.
void write_tree(const fs::path& tree, std::uint64_t count) {
  MixedLines lines(kSeed + 2);
  weir::samples::Rng rng(kSeed + 3);
  std::string bytes;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::string name = "host-";
    put(name, weir::samples::Padded{i % kSmallDirectories, 3}, "/app-", weir::samples::Padded{i, 5}, ".log");
    const auto size = rng.between(4096, 3 * 4096);
    bytes.clear();
    while (bytes.size() < size)
      lines.append(bytes);
    if (i < kSmallDirectories) fs::create_directories((tree / name).parent_path());
    write_file(tree / name, bytes);
  }
}

/// Lines of one notation. One event in `trouble_one_in` is an error, half of them time-outs.
struct EventLines {
  using Append = void (*)(std::string& out, const weir::samples::Event& event, weir::samples::Rng& rng);

  EventLines(std::uint64_t seed, std::uint32_t one_in, Append append_line)
      : rng(seed), trouble_one_in(one_in), append_event(append_line) {}

  weir::samples::Rng rng;
  std::uint32_t trouble_one_in;
  Append append_event;
  std::uint64_t time_ms = weir::samples::to_epoch_ms(2026, 3, 1);

  void append(std::string& out) {
    using weir::samples::Trouble;
    time_ms += rng.below(40);
    weir::samples::Event event;
    event.time_ms = time_ms;
    event.request_id = weir::samples::make_request_id(rng.next());
    event.host = weir::samples::any_host(rng);
    event.service = rng.one_in(10) ? "checkout" : weir::samples::any_service(rng);
    if (rng.one_in(trouble_one_in)) event.trouble = rng.one_in(2) ? Trouble::timeout : Trouble::refused;
    append_event(out, event, rng);
  }
};

/// Every tenth line, about, ends with a name that is not ASCII.
struct Utf8Lines {
  explicit Utf8Lines(std::uint64_t seed) : lines(seed), rng(seed + 1) {}

  MixedLines lines;
  weir::samples::Rng rng;

  void append(std::string& out) {
    static constexpr std::string_view kNames[] = {"søren", "Zürich", "naïve", "Кирилл", "日本"};
    lines.append(out);
    if (!rng.one_in(10)) return;
    out.pop_back();
    put(out, " user=", kNames[rng.below(std::size(kNames))], '\n');
  }
};

/// A word a line, each once: a few that the logs hold, the others made of syllables, which they hold rarely.
std::string make_words(std::uint64_t count) {
  static constexpr std::string_view kSyllables[] = {"ba",  "ke",  "lo",  "mi",  "tur", "san", "dep",
                                                    "ri",  "vo",  "ex",  "can", "der", "mun", "pli",
                                                    "sto", "qua", "fen", "gor", "hil", "zy"};
  std::set<std::string> words = {"panic", "refused", "denied", "restarted", "unreachable"};
  weir::samples::Rng rng(kSeed + 7);
  while (words.size() < count) {
    std::string word;
    for (auto parts = rng.between(3, 5); parts > 0; --parts)
      word += kSyllables[rng.below(std::size(kSyllables))];
    words.insert(std::move(word));
  }
  std::string list;
  for (const std::string& word : words)
    list += word + '\n';
  return list;
}

struct Options {
  fs::path directory;
  std::uint64_t mixed_mib = 1024, keyed_mib = 1024, big_mib = 4096, records_mib = 512, rare_mib = 512,
                logfmt_mib = 256, access_mib = 256, utf8_mib = 256, small_files = 50'000;
};

struct Flag {
  std::string_view name;
  std::uint64_t Options::*amount;
};

constexpr Flag kFlags[] = {
    {"--mixed-mib", &Options::mixed_mib},     {"--keyed-mib", &Options::keyed_mib},
    {"--big-mib", &Options::big_mib},         {"--records-mib", &Options::records_mib},
    {"--rare-mib", &Options::rare_mib},       {"--logfmt-mib", &Options::logfmt_mib},
    {"--access-mib", &Options::access_mib},   {"--utf8-mib", &Options::utf8_mib},
    {"--small-files", &Options::small_files},
};

std::uint64_t parse_amount(std::string_view text) {
  std::uint64_t amount = 0;
  const auto end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, amount);
  if (error != std::errc{} || stop != end) throw std::runtime_error("not a number: " + std::string(text));
  return amount;
}

Options parse_options(int argc, char** argv) {
  if (argc < 2 || argc % 2 != 0) throw std::runtime_error("usage: make_corpus DIRECTORY [--mixed-mib N] ...");
  Options options;
  options.directory = argv[1];
  for (int i = 2; i < argc; i += 2) {
    const std::string_view name = argv[i];
    const auto flag =
        std::find_if(std::begin(kFlags), std::end(kFlags), [&](const Flag& f) { return f.name == name; });
    if (flag == std::end(kFlags)) throw std::runtime_error("unknown option: " + std::string(name));
    options.*flag->amount = parse_amount(argv[i + 1]);
  }
  return options;
}

void make_event_files(const Options& options) {
  const auto make = [&](std::string_view name, std::uint64_t mebibytes, EventLines lines) {
    make_file(options.directory, name, mebibytes, [&](std::string& out) { lines.append(out); });
  };
  using namespace weir::samples;
  make("records.jsonl", options.records_mib, {kSeed + 4, 50, append_json_record});
  make("rare.jsonl", options.rare_mib, {kSeed + 8, 1000, append_json_record});
  make("logfmt.log", options.logfmt_mib, {kSeed + 9, 50, append_logfmt});
  make("access.log", options.access_mib, {kSeed + 10, 50, append_nginx});
}

void make_all(const Options& options) {
  fs::create_directories(options.directory);
  MixedLines mixed(kSeed);
  make_file(options.directory, "mixed.log", options.mixed_mib, [&](std::string& out) { mixed.append(out); });
  KeyedLines keyed(kSeed + 11);
  make_file(options.directory, "keyed.log", options.keyed_mib, [&](std::string& out) { keyed.append(out); });
  MixedLines big(kSeed + 1);
  make_file(options.directory, "big.log", options.big_mib, [&](std::string& out) { big.append(out); });
  make_event_files(options);
  Utf8Lines utf8(kSeed + 5);
  make_file(options.directory, "utf8.log", options.utf8_mib, [&](std::string& out) { utf8.append(out); });
  make_file(options.directory, "small-utf8.log", options.utf8_mib > 0 ? 3 : 0,
            [&](std::string& out) { utf8.append(out); });
  write_file(options.directory / "words-1000.txt", make_words(1000));
  write_file(options.directory / "words-10000.txt", make_words(10'000));
  const auto count = options.small_files;
  Corpus(options.directory, "small", count)
      .make([count](const fs::path& tree) { return fs::is_directory(tree) && count_files(tree) == count; },
            [count](const fs::path& tree) { write_tree(tree, count); });
}

}  // namespace

int main(int argc, char** argv) try {
  make_all(parse_options(argc, argv));
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "make_corpus: %s\n", error.what());
  return 2;
}
