#include "input/glob.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "text/letter_case.hpp"

namespace weir::input {

namespace {

// Characters above Unicode stand for bytes that are not part of valid UTF-8.
constexpr std::uint32_t kInvalidByte = 0x110000;

// The character at `at`, which moves behind it.
std::uint32_t decode(std::string_view text, std::size_t& at) {
  const auto byte = [text](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(text[i]); };
  const std::uint32_t lead = byte(at++);
  if (lead < 0x80) return lead;
  const std::size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
  if (lead < 0xc2 || lead > 0xf4 || text.size() - at < more) return kInvalidByte + lead;
  std::uint32_t character = lead & (0x3fu >> more);
  for (std::size_t i = 0; i < more; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return kInvalidByte + lead;
    character = character << 6 | (byte(at + i) & 0x3f);
  }
  constexpr std::array<std::uint32_t, 4> kSmallest = {0, 0x80, 0x800, 0x10000};
  const bool surrogate = character >= 0xd800 && character < 0xe000;
  if (character < kSmallest[more] || character > 0x10ffff || surrogate) return kInvalidByte + lead;
  at += more;
  return character;
}

// Both ends of each range, one after the other.
struct NamedClass {
  std::string_view name;
  std::string_view bounds;
};
constexpr std::array kNamedClasses = {
    NamedClass{"alnum", "09AZaz"},   NamedClass{"alpha", "AZaz"},
    NamedClass{"blank", "  \t\t"},   NamedClass{"cntrl", {"\0\x1f\x7f\x7f", 4}},
    NamedClass{"digit", "09"},       NamedClass{"graph", "!~"},
    NamedClass{"lower", "az"},       NamedClass{"print", " ~"},
    NamedClass{"punct", "!/:@[`{~"}, NamedClass{"space", "  \t\r"},
    NamedClass{"upper", "AZ"},       NamedClass{"xdigit", "09AFaf"}};

bool is_plain_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 ||
           std::string_view("*?[{}\\").find(c) != std::string_view::npos;
  });
}

}  // namespace

// Turns a pattern into a Glob, one pass, without recursion: open braces wait on a stack.
class GlobParser {
 public:
  GlobParser(std::string_view pattern, GlobSyntax syntax)
      : pattern_(pattern), text_(pattern), gitignore_(syntax.gitignore) {
    glob_.ignore_case_ = syntax.ignore_case;
  }

  Result<Glob> parse() {
    take_modifiers();
    if (text_.empty()) fail("empty pattern", 0);
    take_shape();
    while (!fault_ && at_ < text_.size())
      take_token();
    if (!fault_ && !groups_.empty()) fail("unclosed '{'", groups_.back().opened_at);
    if (fault_) return std::move(*fault_);
    emit(Glob::Op::accept);
    glob_.index_reach();
    return std::move(glob_);
  }

 private:
  struct Group {
    std::size_t opened_at;
    std::uint32_t branch;  // the split of the alternative being read
    std::vector<std::uint32_t> exits;
    bool starts_component;     // what stands before the brace
    bool all_start_component;  // what every alternative so far leaves behind
  };

  void take_modifiers() {
    if (!text_.empty() && text_.front() == '!') {
      glob_.is_exclude_ = true;
      text_.remove_prefix(1);
    }
    const bool anchored = !text_.empty() && text_.front() == '/';
    if (anchored) text_.remove_prefix(1);
    if (!text_.empty() && text_.back() == '/' && !is_escaped(text_.size() - 1)) {
      glob_.directories_only_ = true;
      text_.remove_suffix(1);
    }
    // "**/name" says what "name" says, and base names are cheaper to match.
    const bool any_depth = text_.substr(0, 3) == "**/" && text_.find('/', 3) == std::string_view::npos;
    if (any_depth) text_.remove_prefix(3);
    glob_.base_name_only_ = any_depth || (!anchored && text_.find('/') == std::string_view::npos);
  }

  bool is_escaped(std::size_t at) const {
    std::size_t backslashes = 0;
    while (backslashes < at && text_[at - 1 - backslashes] == '\\')
      ++backslashes;
    return backslashes % 2 == 1;
  }

  void take_shape() {
    if (text_.empty() || !glob_.base_name_only_ || glob_.ignore_case_) return;
    if (is_plain_ascii(text_)) {
      set_shape(Glob::Shape::exact, text_);
    } else if (text_.front() == '*' && is_plain_ascii(text_.substr(1))) {
      set_shape(Glob::Shape::suffix, text_.substr(1));
    } else if (text_.back() == '*' && is_plain_ascii(text_.substr(0, text_.size() - 1))) {
      set_shape(Glob::Shape::prefix, text_.substr(0, text_.size() - 1));
    }
  }

  void set_shape(Glob::Shape shape, std::string_view literal) {
    glob_.shape_ = shape;
    glob_.literal_ = literal;
  }

  void take_token() {
    const std::size_t start = at_;
    const std::uint32_t character = decode(text_, at_);
    if (character == '*') return take_stars(start);
    if (character == '{' && !gitignore_) return open_group(start);
    if (character == '}' && !gitignore_) return close_group(start);
    if (character == ',' && !groups_.empty()) return next_alternative();
    if (character == '\\' && at_ == text_.size()) return fail("nothing follows the final '\\'", start);
    if (character == '?') {
      emit(Glob::Op::any_in_name);
    } else if (character == '[') {
      take_class(start);
    } else {
      take_character(character == '\\' ? decode(text_, at_) : character);
      return;
    }
    starts_component_ = false;
  }

  void take_character(std::uint32_t character) {
    emit(Glob::Op::character, character);
    starts_component_ = character == '/';
  }

  void take_stars(std::size_t start) {
    while (at_ < text_.size() && text_[at_] == '*')
      ++at_;
    const std::size_t stars = at_ - start;
    const bool whole_start = (stars == 2 || (stars > 2 && gitignore_)) && starts_component_;
    const char behind = at_ < text_.size() ? text_[at_] : '\0';
    const bool ends_alternative = !groups_.empty() && (behind == ',' || behind == '}');
    const std::uint32_t here = size();
    if (whole_start && behind == '/') {
      ++at_;
      emit(Glob::Op::split, here + 1, here + 5);
      emit(Glob::Op::split, here + 2, here + 4);
      emit(Glob::Op::any);
      emit(Glob::Op::jump, here + 1);
      emit(Glob::Op::character, '/');
      return;
    }
    starts_component_ = false;
    if (whole_start && (at_ == text_.size() || ends_alternative)) {
      emit(Glob::Op::any);
      emit(Glob::Op::split, here, here + 2);
      return;
    }
    emit(Glob::Op::split, here + 1, here + 3);
    emit(Glob::Op::any_in_name);
    emit(Glob::Op::jump, here);
  }

  void open_group(std::size_t start) {
    groups_.push_back({start, size(), {}, starts_component_, true});
    emit(Glob::Op::split, size() + 1);
  }

  void next_alternative() {
    Group& group = groups_.back();
    group.exits.push_back(size());
    emit(Glob::Op::jump);
    glob_.program_[group.branch].y = size();
    group.branch = size();
    emit(Glob::Op::split, size() + 1);
    group.all_start_component = group.all_start_component && starts_component_;
    starts_component_ = group.starts_component;
  }

  void close_group(std::size_t start) {
    if (groups_.empty()) return fail("'}' without '{'", start);
    const Group& group = groups_.back();
    Glob::Step& last = glob_.program_[group.branch];
    last = {Glob::Op::jump, last.x, 0};
    for (const std::uint32_t exit : group.exits)
      glob_.program_[exit].x = size();
    starts_component_ = starts_component_ && group.all_start_component;
    groups_.pop_back();
  }

  void take_class(std::size_t start) {
    Glob::CharacterClass read;
    if (at_ < text_.size() && (text_[at_] == '!' || text_[at_] == '^')) {
      read.negated = true;
      ++at_;
    }
    for (bool first = true;; first = false) {
      if (at_ >= text_.size()) return fail("unclosed '['", start);
      if (text_[at_] == ']' && !first) break;
      const std::size_t low_at = at_;
      if (gitignore_ && text_.substr(at_, 2) == "[:") {
        if (!take_named_class(read)) return fail("unknown class", low_at);
        continue;
      }
      const std::optional<std::uint32_t> low = take_class_member();
      std::optional<std::uint32_t> high = low;
      if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
        ++at_;
        high = take_class_member();
      }
      if (!low || !high) return fail("nothing follows the final '\\'", text_.size() - 1);
      if (*low > *high) return fail("range in the wrong order", low_at);
      read.ranges.emplace_back(*low, *high);
    }
    ++at_;
    emit(Glob::Op::one_of, static_cast<std::uint32_t>(glob_.classes_.size()));
    glob_.classes_.push_back(std::move(read));
  }

  // "[:digit:]"; false when it is none.
  bool take_named_class(Glob::CharacterClass& read) {
    const std::size_t end = text_.find(":]", at_ + 2);
    if (end == std::string_view::npos) return false;
    const std::string_view name = text_.substr(at_ + 2, end - at_ - 2);
    const auto* const found = std::find_if(kNamedClasses.begin(), kNamedClasses.end(),
                                           [name](const NamedClass& one) { return one.name == name; });
    if (found == kNamedClasses.end()) return false;
    for (std::size_t i = 0; i < found->bounds.size(); i += 2)
      read.ranges.emplace_back(static_cast<unsigned char>(found->bounds[i]),
                               static_cast<unsigned char>(found->bounds[i + 1]));
    at_ = end + 2;
    return true;
  }

  std::optional<std::uint32_t> take_class_member() {
    const std::uint32_t character = decode(text_, at_);
    if (character != '\\') return character;
    if (at_ == text_.size()) return std::nullopt;
    return decode(text_, at_);
  }

  std::uint32_t size() const { return static_cast<std::uint32_t>(glob_.program_.size()); }
  void emit(Glob::Op op, std::uint32_t x = 0, std::uint32_t y = 0) { glob_.program_.push_back({op, x, y}); }

  void fail(std::string_view what, std::size_t at_in_text) {
    const std::size_t at = at_in_text + static_cast<std::size_t>(text_.data() - pattern_.data());
    std::string message = "glob '" + std::string(pattern_) + "': ";
    message.append(what).append(" at byte ").append(std::to_string(at + 1));
    fault_.emplace(ErrorCode::bad_pattern, std::move(message));
  }

  std::string_view pattern_;  // as given
  std::string_view text_;     // without '!' and the outer slashes
  bool gitignore_;
  std::size_t at_ = 0;  // in text_
  Glob glob_;
  std::vector<Group> groups_;
  bool starts_component_ = true;  // at_ is at the start or behind a '/', whatever alternative was taken
  std::optional<Error> fault_;
};

// One walk of an automaton of any size over one text: the set of steps it may be at, advanced character by
// character.
class Glob::Run {
 public:
  explicit Run(const Glob& glob) : glob_(glob) {
    const std::size_t steps = glob.program_.size();
    if (steps > kInline) heap_.resize(4 * steps);
    std::uint32_t* store = steps > kInline ? heap_.data() : inline_.data();
    std::fill_n(store, steps, 0u);
    seen_ = store;
    stack_ = store + steps;
    now_ = store + 2 * steps;
    next_ = store + 3 * steps;
  }

  bool matches(std::string_view text) {
    reach(0);
    std::size_t at = 0;
    for (advance(); at < text.size() && now_size_ > 0; advance()) {
      const std::uint32_t character = decode(text, at);
      for (std::size_t i = 0; i < now_size_; ++i) {
        if (glob_.step_accepts(glob_.program_[now_[i]], character)) reach(now_[i] + 1);
      }
    }
    const auto last = static_cast<std::uint32_t>(glob_.program_.size() - 1);
    return at == text.size() && std::find(now_, now_ + now_size_, last) != now_ + now_size_;
  }

 private:
  static constexpr std::size_t kInline = 96;  // steps that fit without allocating

  void advance() {
    std::swap(now_, next_);
    now_size_ = next_size_;
    next_size_ = 0;
    ++generation_;
  }

  // Adds `step`, and what it leads to without consuming, to the next set. A step enters the stack once a
  // generation, which bounds the stack and the work.
  void reach(std::uint32_t step) {
    std::size_t depth = 0;
    const auto push = [&](std::uint32_t target) {
      if (seen_[target] == generation_) return;
      seen_[target] = generation_;
      stack_[depth++] = target;
    };
    push(step);
    while (depth > 0) {
      const std::uint32_t top = stack_[--depth];
      const Step& found = glob_.program_[top];
      if (found.op == Op::split || found.op == Op::jump) push(found.x);
      if (found.op == Op::split) push(found.y);
      if (found.op != Op::split && found.op != Op::jump) next_[next_size_++] = top;
    }
  }

  const Glob& glob_;
  std::array<std::uint32_t, 4 * kInline> inline_;
  std::vector<std::uint32_t> heap_;
  std::uint32_t* seen_;  // the generation in which the step was reached last
  std::uint32_t* stack_;
  std::uint32_t* now_;
  std::uint32_t* next_;
  std::size_t now_size_ = 0;
  std::size_t next_size_ = 0;
  std::uint32_t generation_ = 1;
};

Result<Glob> Glob::parse(std::string_view pattern, GlobSyntax syntax) {
  return GlobParser(pattern, syntax).parse();
}

bool Glob::step_accepts(const Step& step, std::uint32_t character) const {
  const std::uint32_t other = ignore_case_ ? text::other_case(character) : character;
  if (step.op == Op::character) return step.x == character || step.x == other;
  if (step.op == Op::any) return true;
  if (character == '/') return false;
  if (step.op == Op::any_in_name) return true;
  if (step.op != Op::one_of) return false;
  const CharacterClass& tested = classes_[step.x];
  const auto holds = [character, other](const auto& range) {
    return (range.first <= character && character <= range.second) ||
           (range.first <= other && other <= range.second);
  };
  const bool listed = std::any_of(tested.ranges.begin(), tested.ranges.end(), holds);
  return listed != tested.negated;
}

void Glob::index_reach() {
  if (program_.size() > kWordBits) return;
  for (std::uint32_t from = 0; from < program_.size(); ++from) {
    std::uint64_t seen = 0;
    std::uint64_t reached = 0;
    std::uint64_t waiting = std::uint64_t{1} << from;
    while (waiting != 0) {
      const Step& step = program_[static_cast<std::size_t>(std::countr_zero(waiting))];
      const std::uint64_t bit = waiting & (~waiting + 1);
      seen |= bit;
      if (step.op != Op::split && step.op != Op::jump) reached |= bit;
      if (step.op == Op::split || step.op == Op::jump) waiting |= std::uint64_t{1} << step.x;
      if (step.op == Op::split) waiting |= std::uint64_t{1} << step.y;
      waiting &= ~seen;
    }
    reach_.push_back(reached);
  }
}

// What Run does, for automata whose steps fit a word.
bool Glob::run_word(std::string_view text) const {
  std::uint64_t now = reach_.front();
  for (std::size_t at = 0; at < text.size() && now != 0;) {
    const std::uint32_t character = decode(text, at);
    std::uint64_t next = 0;
    for (; now != 0; now &= now - 1) {
      const auto step = static_cast<std::size_t>(std::countr_zero(now));
      if (step_accepts(program_[step], character)) next |= reach_[step + 1];
    }
    now = next;
  }
  return (now >> (program_.size() - 1) & 1) != 0;
}

bool Glob::matches(std::string_view path, bool is_directory) const {
  if (directories_only_ && !is_directory) return false;
  if (base_name_only_) path.remove_prefix(path.rfind('/') + 1);  // npos + 1 is 0
  switch (shape_) {
    case Shape::exact:
      return path == literal_;
    case Shape::prefix:
      return path.starts_with(literal_);
    case Shape::suffix:
      return path.ends_with(literal_);
    case Shape::general:
      break;
  }
  return reach_.empty() ? Run(*this).matches(path) : run_word(path);
}

Result<GlobSet> GlobSet::parse(const std::vector<std::string>& patterns,
                               const std::vector<std::string>& ignoring_case) {
  GlobSet set;
  for (const bool ignore_case : {false, true}) {
    for (const std::string& pattern : ignore_case ? ignoring_case : patterns) {
      Result<Glob> glob = Glob::parse(pattern, {.ignore_case = ignore_case});
      if (!glob) return glob.error();
      set.add(std::move(glob).value());
    }
  }
  return set;
}

void GlobSet::add(Glob glob) {
  has_include_ = has_include_ || !glob.is_exclude();
  globs_.push_back(std::move(glob));
}

bool GlobSet::admits(std::string_view path, bool is_directory) const {
  const auto decisive = std::find_if(globs_.rbegin(), globs_.rend(),
                                     [&](const Glob& glob) { return glob.matches(path, is_directory); });
  if (decisive != globs_.rend()) return !decisive->is_exclude();
  return is_directory || !has_include_;
}

}  // namespace weir::input
