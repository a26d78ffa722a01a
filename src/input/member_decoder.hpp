// MemberDecoder: what the codecs have in common. It passes from one member to the next, and tells the end of
// the data from its damage; a codec decodes one member.
#pragma once

#include "input/codec.hpp"

namespace weir::input {

// How much of `magic` is there.
Match match_magic(std::string_view head, std::string_view magic) noexcept;

// A frame with this magic number, or one to be skipped, which Zstandard and LZ4 share: such a one is judged
// by the frame behind, where `head` shows it; yes if not.
Match match_frame(std::string_view head, std::string_view magic) noexcept;

// The number in `length` bytes, lowest first.
std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t length) noexcept;

class MemberDecoder : public Decoder {
 public:
  Decoded decode(std::string_view in, bool at_end, char* out, std::size_t room) final;
  bool is_between_members() const noexcept final { return !in_member_; }

 protected:
  enum class Padding { none, zeros };  // what may stand behind a member besides another one

  // `matches` tells what a member begins with; null: there is only one.
  MemberDecoder(Match (*matches)(std::string_view), Padding padding) noexcept
      : matches_(matches), padding_(padding) {}

  struct Step {
    enum class State { more, member_ended, all_ended, not_a_member, failed };

    std::size_t consumed = 0;
    std::size_t produced = 0;
    State state = State::more;
    const char* error = nullptr;
    std::uint64_t needed = 0;  // failed: as Decoded has it
  };

  virtual void begin_member() = 0;
  // Decodes some of `in`, which may be empty: then what is left inside comes out. No progress means that more
  // is wanted.
  virtual Step step(std::string_view in, char* out, std::size_t room) = 0;

 private:
  bool begin_next(std::string_view rest, bool at_end, Decoded& done);
  void take(const Step& step, Decoded& done) noexcept;
  bool has_ended(const Step& step, bool is_starved, bool at_end, Decoded& done) noexcept;
  static bool fail(Decoded& done, const char* error, std::uint64_t offset) noexcept;

  Match (*matches_)(std::string_view);
  Padding padding_;
  bool in_member_ = false;
  bool padded_ = false;
  std::uint64_t members_ = 0;        // that are complete
  std::uint64_t offset_ = 0;         // compressed bytes consumed
  std::uint64_t member_offset_ = 0;  // where the member began
};

}  // namespace weir::input
