#include "filter/vectorscan_database.hpp"

#include <hs/hs.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

#include "text/newlines.hpp"

namespace weir::filter {
namespace {

// With so many a database of words takes long to make if it is to see their boundaries.
constexpr std::size_t kManyPatterns = 16;

// U+212A and U+017F. They stand for one more pattern, behind all others: whatever matches such a line.
constexpr const char* kFolding[] = {"\\xe2\\x84\\xaa", "\\xc5\\xbf"};

// Vectorscan 5.4.7 to 5.4.12 loses matches on x86 and Arm (its issues 317, 358 and 382): a vector search for
// pairs of bytes overlooks a pair that lies across two vectors. Hyperscan, up to 5.4.2, does not.
bool loses_matches() {
  const std::string_view version(hs_version());
  constexpr std::string_view kBroken[] = {"5.4.7 ", "5.4.8 ", "5.4.9 ", "5.4.10 ", "5.4.11 ", "5.4.12 "};
  return std::any_of(std::begin(kBroken), std::end(kBroken),
                     [&](std::string_view broken) { return version.starts_with(broken); });
}

hs_database_t* compile(const std::vector<DatabasePattern>& patterns, const std::vector<unsigned>& ids,
                       std::string& refusal) {
  std::vector<const char*> texts;
  std::vector<unsigned> flags;
  for (const DatabasePattern& pattern : patterns) {
    texts.push_back(pattern.text.c_str());
    flags.push_back(HS_FLAG_MULTILINE | HS_FLAG_DOTALL | (pattern.maybe_empty ? HS_FLAG_ALLOWEMPTY : 0u));
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t result =
      hs_compile_multi(texts.data(), flags.data(), ids.data(), static_cast<unsigned>(texts.size()),
                       HS_MODE_BLOCK, nullptr, &database, &error);
  if (result == HS_SUCCESS) return database;
  refusal = error != nullptr ? error->message : "compile error " + std::to_string(result);
  hs_free_compile_error(error);
  return nullptr;
}

bool is_ascii_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Whether `width` characters that end at `to` may stand alone. Certain where all bytes are ASCII.
bool may_be_word(std::string_view text, std::size_t to, std::uint32_t width) {
  if (to < text.size() && is_ascii_word(text[to])) return false;
  const std::size_t begin = to - width;  // no character is smaller than a byte
  if (begin == 0 || !is_ascii_word(text[begin - 1])) return true;
  return !text::is_ascii(text.substr(begin, width));  // then it begins elsewhere
}

// One scan: turns hits into lines. Hits come nearly, not quite, in order of their ends.
class Collector {
 public:
  Collector(std::string_view text, std::size_t base, std::vector<Line>& lines, LazyRunner& runner,
            std::size_t patterns, const std::vector<bool>& exact,
            const std::vector<std::uint32_t>& word_width, OddLines odd)
      : text_(text),
        base_(base),
        lines_(lines),
        start_(lines.size()),
        runner_(runner),
        patterns_(patterns),
        exact_(exact),
        word_width_(word_width),
        odd_(odd) {}

  static int on_match(unsigned id, unsigned long long, unsigned long long to, unsigned, void* self) {
    return static_cast<Collector*>(self)->hit(id, static_cast<std::size_t>(to));
  }

  // After the scan: lines in order, each once; none at all when it failed.
  void finish(bool failed) {
    if (failed) lines_.resize(start_);
    if (failure_) std::rethrow_exception(failure_);
    if (in_order_ || failed) return;
    const auto first = lines_.begin() + static_cast<std::ptrdiff_t>(start_);
    std::sort(first, lines_.end(), [](Line a, Line b) { return a.begin < b.begin; });
    lines_.erase(std::unique(first, lines_.end(), [](Line a, Line b) { return a.begin == b.begin; }),
                 lines_.end());
  }

 private:
  int hit(unsigned id, std::size_t to) {
    if (word_width_[id] > 0 && !may_be_word(text_, to, word_width_[id])) return 0;
    if (any_ && to <= end_ && to >= begin_) {
      if (accepted_ || id == rejected_id_) return 0;
    } else {
      if (to == text_.size() && to > 0 && text_[to - 1] == '\n') return 0;  // behind the last line
      if (any_ && to < begin_) in_order_ = false;
      begin_ = text::line_begin(text_, to);
      end_ = text::line_end(text_, to);
      any_ = true;
    }
    // No exception may cross the library's frames.
    try {
      accepted_ = decide(id);
      if (accepted_) add_line();
    } catch (...) {
      failure_ = std::current_exception();
      return 1;
    }
    rejected_id_ = id;
    return 0;
  }

  bool decide(unsigned id) {
    const std::string_view line = text_.substr(begin_, end_ - begin_);
    const bool ascii = odd_ == OddLines::none || text::is_ascii(line);
    if (!ascii && odd_ == OddLines::left_out) return false;
    if (ascii && exact_[id]) return true;
    if (id == patterns_) return runner_.get().matches(line);
    // Alone it takes longer to compile, and far less to ask than together with many.
    return patterns_ >= kManyPatterns ? runner_.get().matches_alone(line, id)
                                      : runner_.get().matches(line, id);
  }

  void add_line() {
    lines_.push_back({static_cast<std::uint32_t>(base_ + begin_), static_cast<std::uint32_t>(base_ + end_)});
  }

  std::string_view text_;
  std::size_t base_;
  std::vector<Line>& lines_;
  std::size_t start_;
  LazyRunner& runner_;
  std::size_t patterns_;
  const std::vector<bool>& exact_;
  const std::vector<std::uint32_t>& word_width_;
  OddLines odd_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  unsigned rejected_id_ = 0;
  bool any_ = false;
  bool accepted_ = false;
  bool in_order_ = true;
  std::exception_ptr failure_;
};

}  // namespace

std::string vectorscan_refusal() {
  if (loses_matches()) return std::string("this Vectorscan loses matches: ") + hs_version();
  if (hs_valid_platform() != HS_SUCCESS) return "Vectorscan does not run on this machine";
  return {};
}

// One scan of one line: which patterns hit it, each once.
class LineCollector {
 public:
  LineCollector(std::string_view line, const std::vector<std::uint32_t>& word_width,
                std::vector<std::uint32_t>& hits, std::vector<bool>& seen)
      : line_(line), word_width_(word_width), hits_(hits), seen_(seen) {}

  static int on_match(unsigned id, unsigned long long, unsigned long long to, unsigned, void* self) {
    return static_cast<LineCollector*>(self)->hit(id, static_cast<std::size_t>(to));
  }

 private:
  int hit(unsigned id, std::size_t to) {
    if (seen_[id]) return 0;
    if (word_width_[id] > 0 && !may_be_word(line_, to, word_width_[id])) return 0;
    seen_[id] = true;
    hits_.push_back(id);  // there is room
    return 0;
  }

  std::string_view line_;
  const std::vector<std::uint32_t>& word_width_;
  std::vector<std::uint32_t>& hits_;
  std::vector<bool>& seen_;
};

struct VectorscanDatabase::Handle {
  explicit Handle(hs_database_t* raw) : database(raw) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { hs_free_database(database); }

  hs_database_t* database;
};

VectorscanDatabase::VectorscanDatabase(const Query& query, Alphabet alphabet)
    : patterns_(query.patterns.size()),
      exact_(query.patterns.size(), true),
      word_width_(query.patterns.size(), 0) {
  const bool bare_words = query.patterns.size() >= kManyPatterns;
  std::vector<DatabasePattern> patterns;
  std::vector<unsigned> ids;
  bool any_folds = false;
  for (std::size_t i = 0; i < query.patterns.size(); ++i) {
    auto pattern = database_pattern(*query.patterns[i].tree, query.boundary, alphabet, bare_words);
    if (!pattern) continue;
    if (!pattern->exact && pattern->maybe_empty) refusal_ = "every line would be a candidate";
    exact_[i] = pattern->exact;
    word_width_[i] = pattern->word_width;
    any_folds = any_folds || pattern->folds;
    patterns.push_back(std::move(*pattern));
    ids.push_back(static_cast<unsigned>(i));
  }
  if (any_folds) {
    exact_.push_back(false);
    word_width_.push_back(0);
    for (const char* character : kFolding) {
      patterns.push_back({character, false, false});
      ids.push_back(static_cast<unsigned>(query.patterns.size()));
    }
  }
  if (patterns.empty() || !refusal_.empty()) return;
  if (hs_database_t* raw = compile(patterns, ids, refusal_)) handle_ = std::make_unique<Handle>(raw);
}

VectorscanDatabase::~VectorscanDatabase() = default;

struct VectorscanScanner::Scratch {
  Scratch() = default;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { hs_free_scratch(space); }

  // Scratch grows to what every database used with it needs.
  bool prepare(const hs_database_t* database) {
    if (database == last) return true;
    if (hs_alloc_scratch(database, &space) != HS_SUCCESS) return false;
    last = database;
    return true;
  }

  hs_scratch_t* space = nullptr;
  const hs_database_t* last = nullptr;
};

VectorscanScanner::VectorscanScanner(std::shared_ptr<const RegexSet> regexes)
    : runner_{std::move(regexes)}, scratch_(std::make_unique<Scratch>()) {}

VectorscanScanner::~VectorscanScanner() = default;

bool VectorscanScanner::scan(const VectorscanDatabase& database, std::string_view text, std::size_t base,
                             OddLines odd, std::vector<Line>& lines) {
  if (!database.handle_) return database.refusal_.empty();
  const hs_database_t* raw = database.handle_->database;
  if (!scratch_->prepare(raw)) return false;
  Collector collector(text, base, lines, runner_, database.patterns_, database.exact_, database.word_width_,
                      odd);
  const hs_error_t result = hs_scan(raw, text.data(), static_cast<unsigned>(text.size()), 0, scratch_->space,
                                    &Collector::on_match, &collector);
  const bool failed = result != HS_SUCCESS;
  collector.finish(failed);
  return !failed;
}

bool VectorscanScanner::scan_line(const VectorscanDatabase& database, std::string_view line,
                                  std::vector<std::uint32_t>& hits) {
  hits.clear();
  if (!database.handle_) return database.refusal_.empty();
  const hs_database_t* raw = database.handle_->database;
  if (!scratch_->prepare(raw)) return false;
  seen_.resize(database.exact_.size());
  hits.reserve(database.exact_.size());
  LineCollector collector(line, database.word_width_, hits, seen_);
  const hs_error_t result = hs_scan(raw, line.data(), static_cast<unsigned>(line.size()), 0, scratch_->space,
                                    &LineCollector::on_match, &collector);
  for (const std::uint32_t hit : hits)
    seen_[hit] = false;
  return result == HS_SUCCESS;
}

}  // namespace weir::filter
