#include "transform/jq/regex.hpp"

#include <algorithm>
#include <cctype>

#include "transform/jq/builtin_support.hpp"
#include "transform/jq/regex_library.hpp"

namespace weir::transform::jq {

namespace {

constexpr unsigned long kMostRetries = 100'000'000;  // in one search: about a second

const UChar* bytes(std::string_view text) noexcept {
  return reinterpret_cast<const UChar*>(text.data());
}

// False: a letter that is no flag.
bool parse_flags(std::string_view flags, OnigOptionType& options, bool& global) noexcept {
  for (const char flag : flags) {
    switch (flag) {
      case 'g':
        global = true;
        break;
      case 'i':
        options |= ONIG_OPTION_IGNORECASE;
        break;
      case 'x':
        options |= ONIG_OPTION_EXTEND;
        break;
      case 's':
        options |= ONIG_OPTION_SINGLELINE;
        break;
      case 'p':
        options |= ONIG_OPTION_MULTILINE | ONIG_OPTION_SINGLELINE;
        break;
      case 'l':
        options |= ONIG_OPTION_FIND_LONGEST;
        break;
      case 'n':
        options |= ONIG_OPTION_FIND_NOT_EMPTY;
        break;
      default:
        return false;
    }
  }
  return true;
}

// The texts that a pattern without any syntax but '|' stands for; none for other patterns.
std::vector<std::string> plain_alternatives(std::string_view pattern) {
  constexpr std::string_view kPlain = " _-/:;,=<>@%&~!\"'";
  std::vector<std::string> texts(1);
  for (const char byte : pattern) {
    const bool is_plain =
        std::isalnum(static_cast<unsigned char>(byte)) != 0 || kPlain.find(byte) != kPlain.npos;
    if (byte == '|') {
      texts.emplace_back();
    } else if (is_plain) {
      texts.back() += byte;
    } else {
      return {};
    }
  }
  const bool any_empty =
      std::any_of(texts.begin(), texts.end(), [](const auto& text) { return text.empty(); });
  return any_empty ? std::vector<std::string>() : texts;
}

template <typename... Information>
std::string failure(const RegexLibrary& library, int code, Information*... information) {
  UChar text[ONIG_MAX_ERROR_MESSAGE_LEN];
  const int size = library.onig_error_code_to_str(text, code, information...);
  return "Regex failure: " + std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(size));
}

int name_group(const UChar* name, const UChar* end, int count, int* numbers, OnigRegex, void* names) {
  auto& into = *static_cast<std::vector<Value>*>(names);
  const std::string_view text(reinterpret_cast<const char*>(name), static_cast<std::size_t>(end - name));
  for (int i = 0; i < count; ++i) {
    const auto index = static_cast<std::size_t>(numbers[i] - 1);
    if (index < into.size()) into[index] = repaired_string(text);
  }
  return 0;
}

}  // namespace

std::unique_ptr<Regex> Regex::compile(std::string_view pattern, std::string_view flags, std::string& error) {
  const RegexLibrary* library = RegexLibrary::load(error);
  if (!library) return nullptr;
  std::unique_ptr<Regex> regex(new Regex(*library));
  OnigOptionType options = ONIG_OPTION_CAPTURE_GROUP;
  if (!parse_flags(flags, options, regex->global_)) {
    error = std::string(flags) + " is not a valid modifier string";
    return nullptr;
  }
  regex->pattern_ = pattern;
  regex->flags_ = flags;
  if (flags.empty()) regex->alternatives_ = plain_alternatives(pattern);
  OnigErrorInfo information;
  const UChar* begin = bytes(regex->pattern_);
  const int code = library->onig_new(&regex->program_, begin, begin + regex->pattern_.size(), options,
                                     library->OnigEncodingUTF8, library->OnigSyntaxPerl_NG, &information);
  if (code != ONIG_NORMAL) {
    regex->program_ = nullptr;
    error = failure(*library, code, &information);
    return nullptr;
  }
  regex->groups_ = library->onig_region_new();
  regex->limits_ = library->onig_new_match_param();
  library->onig_initialize_match_param(regex->limits_);
  library->onig_set_retry_limit_in_search_of_match_param(regex->limits_, kMostRetries);
  regex->name_groups();
  return regex;
}

Regex::~Regex() {
  if (limits_) library_.onig_free_match_param(limits_);
  if (groups_) library_.onig_region_free(groups_, 1);
  if (program_) library_.onig_free(program_);
}

void Regex::name_groups() {
  names_.resize(static_cast<std::size_t>(library_.onig_number_of_captures(program_)));
  library_.onig_foreach_name(program_, name_group, &names_);
}

Regex::Found Regex::run(std::string_view text, std::size_t start, re_registers* groups) {
  const UChar* begin = bytes(text);
  const UChar* end = begin + text.size();
  const int code = library_.onig_search_with_param(program_, begin, end, begin + start, end, groups,
                                                   ONIG_OPTION_NONE, limits_);
  if (code >= 0) return Found::yes;
  if (code == ONIG_MISMATCH) return Found::no;
  error_ = failure(library_, code);
  return Found::failed;
}

Regex::Found Regex::test(std::string_view text) {
  if (!alternatives_.empty()) {
    for (const std::string& alternative : alternatives_) {
      if (text.find(alternative) != std::string_view::npos) return Found::yes;
    }
    return Found::no;
  }
  return run(text, 0, nullptr);
}

Regex::Found Regex::search(std::string_view text, std::size_t start) {
  return run(text, start, groups_);
}

Regex::Group Regex::group(std::size_t number) const noexcept {
  return {groups_->beg[number], groups_->end[number]};
}

Regex* RegexCache::find(Context& context, const Value& pattern, const Value& flags) {
  if (!pattern.is_string()) {
    fail_one(context, pattern, "is not a string");
    return nullptr;
  }
  if (!flags.is_string() && !flags.is_null()) {
    fail_one(context, flags, "is not a string");
    return nullptr;
  }
  const std::string_view pattern_text = pattern.text();
  const std::string_view flags_text = flags.is_string() ? flags.text() : std::string_view();
  ++uses_;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    // From the latest on: most programs use one again and again, or a few in turn.
    const std::size_t place = (latest_ + i) % entries_.size();
    if (!entries_[place].regex->is_for(pattern_text, flags_text)) continue;
    latest_ = place;
    entries_[place].used = uses_;
    return entries_[place].regex.get();
  }
  return compile(context, pattern_text, flags_text);
}

Regex* RegexCache::compile(Context& context, std::string_view pattern, std::string_view flags) {
  std::string error;
  auto regex = Regex::compile(pattern, flags, error);
  if (!regex) {
    context.fail(repaired_string(error));
    return nullptr;
  }
  if (entries_.size() < kMost) {
    latest_ = entries_.size();
    entries_.emplace_back();
  } else {
    const auto oldest = std::min_element(entries_.begin(), entries_.end(),
                                         [](const Entry& a, const Entry& b) { return a.used < b.used; });
    latest_ = static_cast<std::size_t>(oldest - entries_.begin());
  }
  entries_[latest_] = Entry{std::move(regex), uses_};
  return entries_[latest_].regex.get();
}

Context::Context() = default;
Context::~Context() = default;

}  // namespace weir::transform::jq
