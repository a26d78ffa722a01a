// All other encodings, by iconv(3). A byte that begins no character becomes U+FFFD, and the next one is
// tried.
#include <iconv.h>

#include <cerrno>
#include <cstdint>
#include <stdexcept>

#include "input/transcoder.hpp"

namespace weir::input {

namespace {

constexpr std::size_t kLongestCharacter =
    32;  // with escape sequences; what is longer and unfinished is damage
constexpr std::size_t kMadeBytes = 64 * 1024;  // of text in one call

class Converter {
 public:
  explicit Converter(const std::string& name) noexcept : handle_(::iconv_open("UTF-8", name.c_str())) {}
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (is_open()) ::iconv_close(handle_);
  }

  // iconv_open() has (iconv_t)-1 for a failure.
  bool is_open() const noexcept { return reinterpret_cast<std::intptr_t>(handle_) != -1; }

  // Appends to `text`, and takes from `bytes` what was used. The errno of iconv(), 0 for success. Empty
  // `bytes` with null data: what it keeps inside.
  int convert(std::string_view& bytes, std::string& text) {
    char* out = made_.get();
    std::size_t room = kMadeBytes;
    char* in = const_cast<char*>(bytes.data());  // never written to
    std::size_t left = bytes.size();
    const bool failed =
        ::iconv(handle_, in ? &in : nullptr, &left, &out, &room) == static_cast<std::size_t>(-1);
    const int error = failed ? errno : 0;
    text.append(made_.get(), kMadeBytes - room);
    bytes.remove_prefix(bytes.size() - left);
    return error;
  }

 private:
  iconv_t handle_;
  std::unique_ptr<char[]> made_{new char[kMadeBytes]};
};

class IconvTranscoder final : public Transcoder {
 public:
  explicit IconvTranscoder(const std::string& name) : converter_(name) {
    if (!converter_.is_open()) throw std::runtime_error("iconv does not know " + name + " any more");
  }

 private:
  void transcode(std::string_view bytes, std::string& text) override {
    held_ += bytes;
    std::string_view rest = held_;
    while (!rest.empty()) {
      const std::size_t size_before = text.size();
      const int error = converter_.convert(rest, text);
      if (error == 0 || (error == E2BIG && text.size() > size_before)) continue;
      if (error == EINVAL && rest.size() < kLongestCharacter) break;
      text += kReplacement;
      rest.remove_prefix(1);
    }
    held_.erase(0, held_.size() - rest.size());
  }

  void finish(std::string& text) override {
    std::string_view nothing;
    converter_.convert(nothing, text);
    if (!held_.empty()) text += kReplacement;
  }

  Converter converter_;
  std::string held_;  // an unfinished character
};

}  // namespace

bool iconv_knows(const std::string& name) {
  return Converter(name).is_open();
}

std::unique_ptr<Decoder> make_iconv_transcoder(const std::string& name) {
  return std::make_unique<IconvTranscoder>(name);
}

}  // namespace weir::input
