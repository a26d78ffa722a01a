// Which lines a set of patterns selects, in the plainest way: split at '\n', ask PCRE2 about each line and
// each pattern. Shares no code with the library.
#pragma once

#ifndef PCRE2_CODE_UNIT_WIDTH
#define PCRE2_CODE_UNIT_WIDTH 8
#endif
#include <pcre2.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::support {

class Pcre2Oracle {
 public:
  struct Options {
    bool fixed_strings = false;
    bool caseless = false;
    bool word = false;
    bool whole_line = false;
    bool dollar_end_only = false;
  };

  // Throws std::invalid_argument on a pattern that PCRE2 refuses.
  Pcre2Oracle(const std::vector<std::string>& patterns, Options options) {
    for (const std::string& pattern : patterns)
      codes_.emplace_back(compile(pattern, options));
    data_ = pcre2_match_data_create(64, nullptr);
  }
  ~Pcre2Oracle() { pcre2_match_data_free(data_); }
  Pcre2Oracle(const Pcre2Oracle&) = delete;
  Pcre2Oracle& operator=(const Pcre2Oracle&) = delete;

  // False also when PCRE2 gives up; gave_up() tells.
  bool selects(std::string_view line) {
    for (const auto& code : codes_)
      if (match(code.get(), line) >= 0) return true;
    return false;
  }

  // (begin, end) of every selected line.
  std::vector<std::pair<std::size_t, std::size_t>> lines(std::string_view text) {
    std::vector<std::pair<std::size_t, std::size_t>> selected;
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t newline = text.find('\n', begin);
      const std::size_t end = newline == std::string_view::npos ? text.size() : newline;
      if (selects(text.substr(begin, end - begin))) selected.emplace_back(begin, end);
      begin = end + 1;
    }
    return selected;
  }

  bool gave_up() const { return gave_up_; }

 private:
  static pcre2_code* compile(const std::string& pattern, Options options) {
    std::uint32_t flags = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NO_DOTSTAR_ANCHOR;
    if (options.caseless) flags |= PCRE2_CASELESS;
    if (options.dollar_end_only) flags |= PCRE2_DOLLAR_ENDONLY;
    std::string text = pattern;
    if (options.fixed_strings) {
      text.clear();
      for (const char c : pattern) {
        const bool special = std::string_view("\\^$.[]|()?*+{}#-&").find(c) != std::string_view::npos;
        if (special) text += '\\';
        text += c;
      }
    }
    if (options.whole_line) {
      text = "^(?:" + text + ")$";
    } else if (options.word) {
      text = "(?<!\\w)(?:" + text + ")(?!\\w)";
    }
    pcre2_compile_context* context = pcre2_compile_context_create(nullptr);
    pcre2_set_newline(context, PCRE2_NEWLINE_LF);
    int error = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.c_str()), text.size(), flags, &error,
                                     &offset, context);
    pcre2_compile_context_free(context);
    if (code == nullptr) throw std::invalid_argument("PCRE2 refuses " + text);
    // Not JIT: with PCRE2_MATCH_INVALID_UTF that of 10.42 matches behind a line's end ([^k] without case).
    return code;
  }

  int match(pcre2_code* code, std::string_view line) {
    const char* data = line.data() != nullptr ? line.data() : "";
    const int result =
        pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(data), line.size(), 0, 0, data_, nullptr);
    if (result < PCRE2_ERROR_NOMATCH) gave_up_ = true;
    return result;
  }

  struct FreeCode {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  };
  std::vector<std::unique_ptr<pcre2_code, FreeCode>> codes_;  // freed when a later pattern is refused, too
  pcre2_match_data* data_ = nullptr;
  bool gave_up_ = false;
};

}  // namespace weir::support
