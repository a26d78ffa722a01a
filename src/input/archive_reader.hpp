// ArchiveReader: the members of an archive, one after the other, each as a source of its own.
//
// What takes archives apart reads and blocks, so it runs on the offload pool, and a cancellation reaches it
// there. Memory: what that library needs, a decoder where the archive is compressed, and a small piece of the
// member that is read. One coroutine at a time, which outlives the use of the members.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/diagnostics.hpp"
#include "input/archive_library.hpp"
#include "input/file_types.hpp"
#include "input/glob.hpp"
#include "input/source.hpp"
#include "weir/coro.hpp"

namespace weir::input {

// Which members are wanted. An archive found in a directory had to match itself; of its members only those
// that are excluded are left out.
struct MemberChoice {
  GlobSet globs;
  GlobSet exclusions;  // those of `globs`
  TypeChoice types;
  TypeChoice unwanted_types;
  bool hidden = true;
  bool skip_binary = false;

  bool admits(const Source& archive, std::string_view name) const;
};

class ArchiveReader : public std::enable_shared_from_this<ArchiveReader> {
 public:
  // Of a stream, `head` is text that has been read already, and `decoder` gives the rest of it where it is
  // compressed. `choice` and `diagnostics` outlive what is awaited.
  ArchiveReader(std::shared_ptr<Source> archive, std::string head, std::unique_ptr<UnitDecoder> decoder,
                const MemberChoice& choice, base::Diagnostics& diagnostics);

  // The next member that is wanted; null at the end. What was left of the one before is passed over. Errors
  // are reported.
  Coro<std::shared_ptr<Source>> next();

  // Bytes of the member, as read(2) gives them; where they cannot be had, that is reported, and it ends.
  Coro<int> read(char* into, std::uint32_t length);

 private:
  std::shared_ptr<Source> find_member();
  bool is_wanted(std::string_view name) const;
  bool is_left_out(const ArchiveLibrary::Member& member);
  void look_ahead();
  int read_now(char* into, std::uint32_t length);
  void fail();
  void report(const std::string& member);

  std::shared_ptr<Source> archive_;
  const MemberChoice& choice_;
  base::Diagnostics& diagnostics_;
  std::atomic<bool> stop_{false};
  ArchiveInput input_;
  std::unique_ptr<ArchiveLibrary> library_;
  std::optional<Glob> pattern_;  // of the names, where the argument has one
  bool any_wanted_ = false;
  bool has_failed_ = false;
  bool member_has_failed_ = false;
  std::string member_;        // the name of the one being read
  std::string ahead_;         // its bytes, read and not handed out
  bool is_exhausted_ = true;  // nothing more is to be read of it
};

}  // namespace weir::input
