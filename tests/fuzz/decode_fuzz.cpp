// Any bytes through the decoders and the archive reader: nothing crashes or hangs, and what comes out whole
// does not depend on the sizes of the buffers. The first byte chooses the small sizes; the rest is the file.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "input/archive_library.hpp"
#include "input/codec.hpp"
#include "input/source.hpp"

namespace {

using namespace weir::input;

constexpr std::size_t kMostText = std::size_t{4} << 20;  // a bomb is not waited for
constexpr std::uint64_t kMostMemory = std::uint64_t{16} << 20;

struct Outcome {
  std::string text;
  bool is_whole = false;
};

Outcome decode(const Codec& codec, std::string_view packed, std::size_t in_bytes, std::size_t room) {
  const std::unique_ptr<Decoder> decoder = codec.make();
  decoder->limit_memory(kMostMemory);
  Outcome outcome;
  std::string out(room, '\0');
  std::size_t begin = 0;
  std::size_t end = 0;
  for (bool at_end = false; outcome.text.size() < kMostText;) {
    const std::string held(packed.substr(begin, end - begin));  // of its own size, for sanitizers
    const Decoded decoded = decoder->decode(held, at_end, out.data(), room);
    if (decoded.consumed > held.size() || decoded.produced > room) std::abort();
    outcome.text.append(out, 0, decoded.produced);
    begin += decoded.consumed;
    outcome.is_whole = decoded.state == Decoded::State::ended;
    if (decoded.state != Decoded::State::more) break;
    if (decoded.produced == room) continue;
    if (begin != end || at_end) std::abort();  // it stopped for no reason
    at_end = end == packed.size();
    end = std::min(packed.size(), end + in_bytes);
  }
  return outcome;
}

void try_codec(std::string_view packed, std::size_t small) {
  const Codec* codec = sniff(packed, "fuzz.br", true).codec;
  if (!codec) return;
  const Outcome large = decode(*codec, packed, packed.size() + 1, 1U << 16);
  const Outcome slow = decode(*codec, packed, small, 1 + 7 * small);
  if (large.is_whole && slow.is_whole && large.text != slow.text) std::abort();
}

void try_archive(std::string_view bytes) {
  Found found;
  found.path = "fuzz.br";
  const auto source = std::make_shared<Source>(0, std::move(found));
  source->owned_fd.reset(::memfd_create("fuzz", MFD_CLOEXEC));
  source->fd = source->owned_fd.get();
  if (::write(source->fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) return;
  source->is_regular = true;
  source->size = bytes.size();
  const std::atomic<bool> stop{false};
  ArchiveInput input(source, "", nullptr, stop);
  const std::unique_ptr<ArchiveLibrary> library = make_archive_library(input);
  std::string text(1U << 16, '\0');
  std::size_t total = 0;
  for (int members = 0; library && members < 1000 && total < kMostText; ++members) {
    ArchiveLibrary::Member member;
    if (library->next(member) != ArchiveLibrary::Next::member) break;
    for (int got = 1; got > 0 && total < kMostText; total += static_cast<std::size_t>(std::max(got, 0)))
      got = library->read(text.data(), static_cast<std::uint32_t>(text.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try_codec(bytes, std::size_t{1} + data[0] % 64);
  if (match_archive(bytes) == Match::yes) try_archive(bytes);
  return 0;
}
