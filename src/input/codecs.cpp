#include "input/codec.hpp"
#include "input/codec_rows.hpp"

namespace weir::input {

namespace {

// Those whose library was found; src/input/CMakeLists.txt defines the macros.
constexpr const Codec* kCodecs[] = {
    &kGzip,   &kZstd,
#ifdef WEIR_WITH_LZ4
    &kLz4,
#endif
#ifdef WEIR_WITH_XZ
    &kXz,
#endif
#ifdef WEIR_WITH_BZIP2
    &kBzip2,
#endif
#ifdef WEIR_WITH_BROTLI
    &kBrotli,
#endif
};

bool ends_with(std::string_view path, std::string_view extension) noexcept {
  return path.size() > extension.size() && path.substr(path.size() - extension.size()) == extension;
}

}  // namespace

Sniffed sniff(std::string_view head, std::string_view path, bool is_all) noexcept {
  Sniffed found;
  for (const Codec* codec : kCodecs) {
    const Match match = codec->matches ? codec->matches(head) : Match::no;
    if (match == Match::yes) return {codec, false};
    if (match == Match::maybe && !is_all) found.undecided = true;
  }
  if (found.undecided) return found;
  for (const Codec* codec : kCodecs) {
    if (!codec->matches && ends_with(path, codec->extension)) found.codec = codec;
  }
  return found;
}

bool has_codec_extension(std::string_view path) noexcept {
  for (const Codec* codec : kCodecs) {
    if (ends_with(path, codec->extension)) return true;
  }
  return false;
}

std::string codec_names() {
  std::string names;
  for (const Codec* codec : kCodecs) {
    if (!names.empty()) names += ' ';
    names += codec->name;
  }
  return names;
}

}  // namespace weir::input
