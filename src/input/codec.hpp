// Codecs: compressed formats that are scanned as the text they hold.
//
// A format is recognised by its first bytes, one without a magic number by its file name. A Decoder takes
// compressed bytes as they come and gives decoded ones; it knows no files and waits for nothing. Streams put
// one behind the other ("members") are one text, as for the formats' own tools.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace weir::input {

inline constexpr std::size_t kSniffBytes = 16;  // enough to know any format by
inline constexpr std::uint64_t kMaxDecoderBytes = std::uint64_t{129}
                                                  << 20;  // what a decoder may take, unless told

struct Decoded {
  enum class State { more, ended, failed };

  std::size_t consumed = 0;
  std::size_t produced = 0;  // valid in every state: damage does not take back what was before it
  State state = State::more;
  const char* error = nullptr;     // failed: what is wrong,
  std::uint64_t error_offset = 0;  // and where in the compressed bytes it was seen;
  std::uint64_t needed = 0;        // not damaged, but a decoder would take this much memory
};

class Decoder {
 public:
  Decoder() = default;
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  virtual ~Decoder() = default;

  // `in` continues where `consumed` of the call before ended; `at_end`: nothing follows it. `room` > 0. While
  // the state is `more`, either all of `room` is used, or all of `in` and more is wanted.
  virtual Decoded decode(std::string_view in, bool at_end, char* out, std::size_t room) = 0;

  // Data that takes more memory fails. Before the first decode().
  void limit_memory(std::uint64_t bytes) noexcept { memory_limit_ = bytes; }

  // Whether all that was begun is complete: a decoder of its own could go on from here.
  virtual bool is_between_members() const noexcept { return false; }

 protected:
  std::uint64_t memory_limit() const noexcept { return memory_limit_; }

 private:
  std::uint64_t memory_limit_ = kMaxDecoderBytes;
};

// The stored bytes of a file, for those who look at a few of them here and there.
class StoredBytes {
 public:
  virtual ~StoredBytes() = default;
  // `length` bytes at `offset`, or what there is of them; valid until the next call.
  virtual std::string_view at(std::uint64_t offset, std::size_t length) = 0;
  virtual std::uint64_t size() const = 0;
};

// A place in compressed bytes at which decoding can begin.
struct Cut {
  static constexpr std::uint64_t kUnknown = ~std::uint64_t{0};

  std::uint64_t stored = 0;          // its offset,
  std::uint64_t decoded = kUnknown;  // that of the text there, where the format tells it,
  std::uint32_t tag = 0;             // and what Codec::make_at needs to know
};

// Finds such places without decoding, from the first member on.
class CutFinder {
 public:
  virtual ~CutFinder() = default;
  // Where the first part begins.
  virtual Cut first() const { return {0, 0, 0}; }
  // The next place; false when there is none before the stored offset `limit`, and then none is asked for
  // again.
  virtual bool next(std::uint64_t limit, Cut& cut) = 0;
};

// Whether bytes are the beginning of a format; maybe: there are too few of them.
enum class Match { no, maybe, yes };

struct Codec {
  const char* name;
  Match (*matches)(std::string_view head);  // null: known by its extension alone
  std::string_view extension;
  std::unique_ptr<Decoder> (*make)();
  // What a decoder takes for data that begins with `head`; a guess where that is too short to tell.
  std::uint64_t (*memory)(std::string_view head);
  // Null: its files are decoded from one end to the other. `stored` outlives the finder.
  std::unique_ptr<CutFinder> (*find_cuts)(StoredBytes& stored) = nullptr;
  // The decoder for a cut, where it is not the one for the beginning.
  std::unique_ptr<Decoder> (*make_at)(const Cut& cut) = nullptr;
};

struct Sniffed {
  const Codec* codec = nullptr;
  bool undecided = false;  // more than `head` is needed
};

// What a file that begins with `head` is; `is_all`: it is no longer than that.
Sniffed sniff(std::string_view head, std::string_view path, bool is_all) noexcept;

// Whether the name of the file promises a format.
bool has_codec_extension(std::string_view path) noexcept;

// The codecs of this build, separated by spaces.
std::string codec_names();

}  // namespace weir::input
