#include "input/archive_reader.hpp"

#include <algorithm>
#include <cstring>

#include "input/open_source.hpp"
#include "weir/offload.hpp"

namespace weir::input {

namespace {

constexpr std::uint32_t kAhead = 64 * 1024;  // a small member is read whole along with its header

std::string_view below_root(std::string_view name) noexcept {
  while (name.starts_with("./") || name.starts_with('/'))
    name.remove_prefix(name.front() == '/' ? 1 : 2);
  return name;
}

bool is_hidden(std::string_view name) noexcept {
  return name.starts_with('.') ? !name.starts_with("./") || name.find("/.", 1) != std::string_view::npos
                               : name.find("/.") != std::string_view::npos;
}

// A decoder for an archive that is a file: it is read from the start again.
std::unique_ptr<UnitDecoder> decoder_of(const std::shared_ptr<Source>& archive,
                                        std::unique_ptr<UnitDecoder> decoder) {
  if (decoder || !archive->codec) return decoder;
  Unit whole;
  whole.source = archive;
  return std::make_unique<UnitDecoder>(whole, "");
}

}  // namespace

bool MemberChoice::admits(const Source& archive, std::string_view name) const {
  const std::string_view base = name.substr(name.rfind('/') + 1);
  if (!hidden && is_hidden(name)) return false;
  const GlobSet& by_path = archive.in_directory ? exclusions : globs;
  const TypeChoice& by_type = archive.in_directory ? unwanted_types : types;
  const std::string_view path = below_root(name);
  return (by_path.empty() || path.empty() || by_path.admits(path, false)) &&
         (by_type.empty() || by_type.admits(base));
}

ArchiveReader::ArchiveReader(std::shared_ptr<Source> archive, std::string head,
                             std::unique_ptr<UnitDecoder> decoder, const MemberChoice& choice,
                             base::Diagnostics& diagnostics)
    : archive_(std::move(archive)),
      choice_(choice),
      diagnostics_(diagnostics),
      input_(archive_, std::move(head), decoder_of(archive_, std::move(decoder)), stop_) {
  // A name without special characters is that of one member, wherever it lies; a glob may match many.
  if (archive_->member_pattern.find_first_of("*?[{\\") == std::string::npos) return;
  auto pattern = Glob::parse(archive_->member_pattern);
  if (pattern) pattern_ = std::move(pattern).value();
}

Coro<std::shared_ptr<Source>> ArchiveReader::next() {
  auto find = [self = shared_from_this()] { return self->find_member(); };
  co_return co_await offload(std::move(find), stop_);
}

std::shared_ptr<Source> ArchiveReader::find_member() {
  if (!library_) library_ = make_archive_library(input_);
  ArchiveLibrary::Member member;
  while (!has_failed_ && !stop_) {
    const ArchiveLibrary::Next next = library_->next(member);
    if (next == ArchiveLibrary::Next::failed) fail();
    if (next != ArchiveLibrary::Next::member) break;
    if (!member.is_regular || !is_wanted(member.name)) continue;
    any_wanted_ = true;
    member_ = member.name;
    member_has_failed_ = false;
    if (is_left_out(member)) continue;
    Found found;
    found.path = std::string(display_name(*archive_)) + "!" + member.name;
    auto source = std::make_shared<Source>(archive_->index, std::move(found));
    source->is_stream = source->is_read = source->may_be_compressed = true;
    source->archive = this;
    source->decoder_limit = archive_->decoder_limit;
    return source;
  }
  const bool is_missed = !archive_->member_pattern.empty() && !any_wanted_ && !has_failed_ && !stop_;
  if (is_missed) {
    diagnostics_.file_error(std::string(display_name(*archive_)) + "!" + archive_->member_pattern +
                            ": no such member");
  }
  return nullptr;
}

bool ArchiveReader::is_wanted(std::string_view name) const {
  if (archive_->member_pattern.empty()) return choice_.admits(*archive_, name);
  const std::string_view path = below_root(name);
  return path == below_root(archive_->member_pattern) ||
         (pattern_ && !path.empty() && pattern_->matches(path, false));
}

bool ArchiveReader::is_left_out(const ArchiveLibrary::Member& member) {
  if (member.is_encrypted) {
    diagnostics_.file_error(std::string(display_name(*archive_)) + "!" + member.name + ": encrypted");
    return true;
  }
  look_ahead();
  return choice_.skip_binary && looks_binary(ahead_, member.name);
}

void ArchiveReader::look_ahead() {
  ahead_.resize(kAhead);
  is_exhausted_ = false;
  std::size_t filled = 0;
  while (!is_exhausted_ && filled < kAhead) {
    const int got = read_now(ahead_.data() + filled, static_cast<std::uint32_t>(kAhead - filled));
    filled += static_cast<std::size_t>(got);
  }
  ahead_.resize(filled);
}

Coro<int> ArchiveReader::read(char* into, std::uint32_t length) {
  if (!ahead_.empty()) {
    const std::size_t part = std::min<std::size_t>(length, ahead_.size());
    std::memcpy(into, ahead_.data(), part);
    ahead_.erase(0, part);
    co_return static_cast<int>(part);
  }
  if (is_exhausted_) co_return 0;
  auto work = [self = shared_from_this(), into, length] { return self->read_now(into, length); };
  co_return co_await offload(std::move(work), stop_);
}

int ArchiveReader::read_now(char* into, std::uint32_t length) {
  const int got = stop_ ? 0 : library_->read(into, length);
  if (got < 0 && !stop_) {
    member_has_failed_ = true;
    report(std::string("!").append(member_));
  }
  is_exhausted_ = got <= 0;
  return std::max(0, got);
}

// What is cut off or damaged inside a member has been told with the member.
void ArchiveReader::fail() {
  has_failed_ = true;
  if (!stop_ && !member_has_failed_) report("");
}

void ArchiveReader::report(const std::string& member) {
  diagnostics_.file_error(std::string(display_name(*archive_)) + member + ": " + library_->error());
}

}  // namespace weir::input
