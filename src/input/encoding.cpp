#include "input/encoding.hpp"

#include <algorithm>
#include <iterator>

#include "input/transcoder.hpp"

namespace weir::input {

namespace {

using Kind = Encoding::Kind;

struct KindName {
  std::string_view name;
  Kind kind;
};

// Those that need no iconv.
constexpr KindName kKinds[] = {
    {"auto", Kind::detect},     {"utf-8", Kind::utf8},       {"utf8", Kind::utf8},
    {"utf-16", Kind::utf16},    {"utf16", Kind::utf16},      {"utf-16le", Kind::utf16le},
    {"utf16le", Kind::utf16le}, {"utf-16be", Kind::utf16be}, {"utf16be", Kind::utf16be},
    {"utf-32", Kind::utf32},    {"utf32", Kind::utf32},      {"utf-32le", Kind::utf32le},
    {"utf32le", Kind::utf32le}, {"utf-32be", Kind::utf32be}, {"utf32be", Kind::utf32be},
};

struct Alias {
  std::string_view name;
  std::string_view iconv_name;
};

// Names that the web has and iconv lacks.
constexpr Alias kAliases[] = {{"x-sjis", "CP932"},
                              {"windows-31j", "CP932"},
                              {"x-euc-jp", "EUC-JP"},
                              {"x-gbk", "GBK"},
                              {"x-x-big5", "BIG5"}};

const Encoding kUtf8{Kind::utf8};
const Encoding kUtf16le{Kind::utf16le};
const Encoding kUtf16be{Kind::utf16be};
const Encoding kUtf32le{Kind::utf32le};
const Encoding kUtf32be{Kind::utf32be};

struct Mark {
  std::string_view bytes;
  const Encoding* encoding;
};

// A longer one before the one that it begins with.
constexpr Mark kMarks[] = {{{"\xff\xfe\0\0", 4}, &kUtf32le},
                           {{"\0\0\xfe\xff", 4}, &kUtf32be},
                           {{"\xef\xbb\xbf", 3}, &kUtf8},
                           {{"\xff\xfe", 2}, &kUtf16le},
                           {{"\xfe\xff", 2}, &kUtf16be}};

std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  return text;
}

// A '/' would begin iconv's own options.
bool may_be_name(std::string_view name) {
  constexpr std::string_view kOthers = "-_.:+()";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return plain || kOthers.find(c) != std::string_view::npos;
  });
}

}  // namespace

std::optional<Encoding> parse_encoding(const std::string& name) {
  const std::string wanted = lower_case(name);
  const auto* const kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                        [&](const KindName& one) { return one.name == wanted; });
  if (kind != std::end(kKinds)) return Encoding{kind->kind};
  if (wanted == "none" || !may_be_name(name)) return std::nullopt;
  const auto* const alias = std::find_if(std::begin(kAliases), std::end(kAliases),
                                         [&](const Alias& one) { return one.name == wanted; });
  Encoding encoding{Kind::other, alias == std::end(kAliases) ? name : std::string(alias->iconv_name)};
  if (!iconv_knows(encoding.name)) return std::nullopt;
  return encoding;
}

std::string encoding_error(const std::string& name) {
  if (lower_case(name) == "none" || parse_encoding(name)) return {};
  return "'" + name +
         "' is not an encoding: use auto, none, utf-8, utf-16le, utf-16be or what iconv -l lists";
}

ByteOrderMark sniff_mark(std::string_view head, bool is_all) noexcept {
  for (const Mark& mark : kMarks) {
    if (head.substr(0, mark.bytes.size()) == mark.bytes) return {mark.encoding, mark.bytes.size(), false};
    if (!is_all && mark.bytes.substr(0, head.size()) == head) return {nullptr, 0, true};
  }
  return {};
}

std::unique_ptr<Decoder> make_transcoder(const Encoding& encoding) {
  switch (encoding.kind) {
    case Kind::utf16:
      return make_utf16_transcoder(std::nullopt);
    case Kind::utf16le:
      return make_utf16_transcoder(false);
    case Kind::utf16be:
      return make_utf16_transcoder(true);
    case Kind::utf32:
      return make_utf32_transcoder(std::nullopt);
    case Kind::utf32le:
      return make_utf32_transcoder(false);
    case Kind::utf32be:
      return make_utf32_transcoder(true);
    default:
      return make_iconv_transcoder(encoding.name);
  }
}

}  // namespace weir::input
