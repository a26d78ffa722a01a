// Archives, by libarchive. Its own decoders stay off: compressed archives come to it decoded.
#include "input/archive_library.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <cerrno>
#include <new>

namespace weir::input {

namespace {

class Libarchive final : public ArchiveLibrary {
 public:
  explicit Libarchive(ArchiveInput& input) : input_(input), archive_(archive_read_new(), &archive_read_free) {
    if (!archive_) throw std::bad_alloc();
    ::archive* archive = archive_.get();
    archive_read_support_format_tar(archive);
    archive_read_support_format_cpio(archive);
    if (input.is_seekable()) {
      archive_read_support_format_7zip(archive);
      archive_read_support_format_zip_seekable(archive);
      archive_read_set_seek_callback(archive, &seek);
      archive_read_set_skip_callback(archive, &skip);
    } else {
      archive_read_support_format_zip_streamable(archive);
    }
    archive_read_set_read_callback(archive, &read_bytes);
    archive_read_set_callback_data(archive, this);
    is_open_ = archive_read_open1(archive) >= ARCHIVE_WARN;
  }

  Next next(Member& member) override {
    if (!is_open_) return Next::failed;
    ::archive_entry* entry = nullptr;
    const int result = archive_read_next_header(archive_.get(), &entry);
    if (result == ARCHIVE_EOF) return input_.error().empty() ? Next::end : Next::failed;
    if (result < ARCHIVE_WARN) return Next::failed;
    // A name that the locale has no bytes for is there in UTF-8.
    const char* name = archive_entry_pathname(entry);
    if (!name) name = archive_entry_pathname_utf8(entry);
    member.name = name ? name : "?";
    member.is_regular = archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry);
    member.is_encrypted = archive_entry_is_data_encrypted(entry) != 0;
    return Next::member;
  }

  int read(char* into, std::uint32_t length) override {
    for (;;) {
      const la_ssize_t got = archive_read_data(archive_.get(), into, length);
      if (got == ARCHIVE_RETRY) continue;
      return got < 0 ? -1 : static_cast<int>(got);
    }
  }

  std::string error() const override {
    if (!input_.error().empty()) return input_.error();
    const char* text = archive_error_string(archive_.get());
    return text ? text : "damaged archive";
  }

 private:
  static Libarchive& self(void* data) noexcept { return *static_cast<Libarchive*>(data); }

  static la_ssize_t read_bytes(::archive* archive, void* data, const void** bytes) {
    ArchiveInput& input = self(data).input_;
    const std::string_view got = input.read();
    *bytes = got.data();
    if (!got.empty() || input.error().empty()) return static_cast<la_ssize_t>(got.size());
    archive_set_error(archive, EIO, "%s", input.error().c_str());
    return ARCHIVE_FATAL;
  }

  static la_int64_t seek(::archive*, void* data, la_int64_t offset, int whence) {
    ArchiveInput& input = self(data).input_;
    std::int64_t from = 0;
    if (whence == SEEK_CUR) from = static_cast<std::int64_t>(input.position());
    if (whence == SEEK_END) from = static_cast<std::int64_t>(input.size());
    if (from + offset < 0) return ARCHIVE_FATAL;
    input.seek(static_cast<std::uint64_t>(from + offset));
    return from + offset;
  }

  // Up to the end of the file: a member that is cut off must be seen to be.
  static la_int64_t skip(::archive*, void* data, la_int64_t request) {
    ArchiveInput& input = self(data).input_;
    const auto left = static_cast<std::int64_t>(input.size() - std::min(input.size(), input.position()));
    const std::int64_t skipped = std::clamp<std::int64_t>(request, 0, left);
    input.seek(input.position() + static_cast<std::uint64_t>(skipped));
    return skipped;
  }

  ArchiveInput& input_;
  std::unique_ptr<::archive, int (*)(::archive*)> archive_;
  bool is_open_ = false;
};

}  // namespace

std::unique_ptr<ArchiveLibrary> make_archive_library(ArchiveInput& input) {
  return std::make_unique<Libarchive>(input);
}

}  // namespace weir::input
