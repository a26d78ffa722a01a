// regex:PATTERN: the named groups of a regular expression of PCRE2 become fields, in the order of their
// numbers. A group that takes no part in the match is null. A line that does not match is malformed.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <vector>

#include "parse/format_rows.hpp"
#include "text/stamp_fields.hpp"

namespace weir::parse {

using record::Value;

namespace {

constexpr std::uint32_t kOptions =
    PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY;
constexpr std::uint32_t kMatchLimit = 10'000'000;
constexpr std::size_t kMostJitStack = std::size_t{1} << 20;

struct FreeCode {
  void operator()(pcre2_code* code) const noexcept { pcre2_code_free(code); }
};
struct FreeMatch {
  void operator()(pcre2_match_data* match) const noexcept { pcre2_match_data_free(match); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const noexcept { pcre2_match_context_free(context); }
};
struct FreeStack {
  void operator()(pcre2_jit_stack* stack) const noexcept { pcre2_jit_stack_free(stack); }
};
using Code = std::unique_ptr<pcre2_code, FreeCode>;

struct Group {
  std::uint32_t number;
  std::string name;
  bool is_time;
};

std::vector<Group> groups_of(const pcre2_code* code) {
  std::uint32_t count = 0, size = 0;
  PCRE2_SPTR entry = nullptr;
  pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &count);
  pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &size);
  pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &entry);
  std::vector<Group> groups;
  for (std::uint32_t i = 0; i < count; ++i, entry += size) {
    const char* name = reinterpret_cast<const char*>(entry + 2);
    groups.push_back({entry[0] * 256u + entry[1], name, text::stamps::is_time_field(name)});
  }
  std::sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.number < b.number; });
  return groups;
}

class RegexParser : public LineParser {
 public:
  RegexParser(const ParseOptions& options, Code code)
      : LineParser(options),
        code_(std::move(code)),
        match_(pcre2_match_data_create_from_pattern(code_.get(), nullptr)),
        stack_(pcre2_jit_stack_create(32 * 1024, kMostJitStack, nullptr)),
        context_(pcre2_match_context_create(nullptr)),
        groups_(groups_of(code_.get())) {
    if (!match_ || !context_) throw std::bad_alloc();
    pcre2_set_match_limit(context_.get(), kMatchLimit);
    pcre2_jit_stack_assign(context_.get(), nullptr, stack_.get());
  }

  bool has_groups() const noexcept { return !groups_.empty(); }

 private:
  bool read(std::string_view line) override {
    const int result = pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(line.data()), line.size(), 0, 0,
                                   match_.get(), context_.get());
    if (result == PCRE2_ERROR_NOMATCH) return refuse("no match");
    if (result < 0) return refuse("matching takes too much time or memory");
    std::string_view time;
    const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(match_.get());
    for (const Group& group : groups_) {
      const PCRE2_SIZE begin = offsets[2 * group.number];
      const PCRE2_SIZE end = offsets[2 * group.number + 1];
      const bool is_set = begin != PCRE2_UNSET && begin <= end;
      fields().add(group.name, is_set ? fields().scalar(line.substr(begin, end - begin)) : Value());
      if (is_set && group.is_time && time.empty()) time = line.substr(begin, end - begin);
    }
    if (time.empty() || !add_timestamp(time)) add_timestamp(line);
    return true;
  }

  Code code_;
  std::unique_ptr<pcre2_match_data, FreeMatch> match_;
  std::unique_ptr<pcre2_jit_stack, FreeStack> stack_;
  std::unique_ptr<pcre2_match_context, FreeContext> context_;
  std::vector<Group> groups_;
};

Result<ParserPtr> make_regex(std::string_view pattern, const ParseOptions& options) {
  int number = 0;
  PCRE2_SIZE offset = 0;
  Code code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), kOptions, &number,
                          &offset, nullptr));
  if (!code) {
    PCRE2_UCHAR message[256] = {};
    pcre2_get_error_message(number, message, sizeof message);
    std::string what = "regex: " + std::string(reinterpret_cast<const char*>(message));
    what += " at offset " + std::to_string(offset);
    return Error(ErrorCode::bad_pattern, std::move(what));
  }
  // Without it, matching goes on by interpretation.
  pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);
  auto parser = std::make_unique<RegexParser>(options, std::move(code));
  if (!parser->has_groups())
    return Error(ErrorCode::bad_pattern, "regex: no named group, as in (?<name>...), to become a field");
  return ParserPtr(std::move(parser));
}

}  // namespace

const FormatRow kRegex = {"regex", "PATTERN", "named groups of a regular expression", make_regex, nullptr};

}  // namespace weir::parse
