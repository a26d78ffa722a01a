#include "input/content.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "input/archive_library.hpp"
#include "input/read_source.hpp"

namespace weir::input {

Content::Content(const Unit& unit, std::uint32_t chunk_bytes, SpareCores* cores,
                 base::Diagnostics& diagnostics)
    : unit_(unit),
      chunk_bytes_(chunk_bytes),
      cores_(cores),
      diagnostics_(diagnostics),
      sniffing_(unit_.is_first() && has_unknown_start(*unit_.source)),
      probing_(unit_.is_first() && unit_.source->may_be_archive) {
  if (is_decoded(*unit_.source) && !sniffing_) note_decoder();
}

// The next read begins to decode, with what `peeked_` has of the stored bytes.
void Content::note_decoder() {
  decodes_ = true;
  decoder_bytes_ = Decoding::memory_of(unit_, chunk_bytes_, cores_);
}

bool Content::is_plain(std::string_view head) {
  if (head.empty() || (!sniffing_ && !probing_)) return true;
  is_strange_ = needs_closer_look(head);
  if (is_strange_) return false;
  if (probing_ && match_archive(head) == Match::no) probing_ = false;
  return !probing_;
}

Coro<int> Content::look_closer(char* into, int got, std::uint64_t offset) {
  if (std::exchange(is_strange_, false)) got = co_await read_first(into, got);
  co_return co_await check_archive(into, got, offset);
}

Coro<int> Content::read(char* into, std::uint32_t length, std::uint64_t offset) {
  if (is_archive_) co_return 0;
  if (!probed_.empty()) co_return take_from(probed_, into, length);
  const int got = co_await read_text(into, length, offset);
  co_return co_await check_archive(into, got, offset);
}

Coro<int> Content::check_archive(char* into, int got, std::uint64_t offset) {
  if (got <= 0 || !std::exchange(probing_, false)) co_return got;
  const Match match = match_archive({into, static_cast<std::size_t>(got)});
  if (match == Match::no) co_return got;
  co_return co_await probe(into, got, offset);
}

// The first `got` bytes of text, at `into`, are those of an archive or too few to tell: reads on until it is
// known.
Coro<int> Content::probe(char* into, int got, std::uint64_t offset) {
  std::string text(into, static_cast<std::size_t>(got));
  Match match = match_archive(text);
  while (match == Match::maybe) {
    char more[kArchiveHead];
    const int added = co_await read_text(more, kArchiveHead, offset + text.size());
    if (added <= 0) break;
    text.append(more, static_cast<std::size_t>(added));
    match = match_archive(text);
  }
  if (match == Match::yes) {
    is_archive_ = true;
    if (!unit_.source->is_regular) head_ = std::move(text);
    co_return 0;
  }
  probed_ = text.substr(static_cast<std::size_t>(got));
  co_return got;
}

Coro<int> Content::read_text(char* into, std::uint32_t length, std::uint64_t offset) {
  if (decodes_) co_return co_await read_decoded(into, length);
  if (!peeked_.empty()) co_return take_from(peeked_, into, length);
  co_return co_await read_source(unit_.source.get(), into, length, offset, &immediate_);
}

// The first `got` bytes, at `into`, are those of a source to be decoded or too few to tell.
Coro<int> Content::read_first(const char* into, int got) {
  Source& source = *unit_.source;
  const std::string_view head(into, static_cast<std::size_t>(got));
  peeked_ = head;
  FirstBytes found = look_at(source, head, false);
  if (found.undecided) found = co_await peek();
  note_first_bytes(source, found, peeked_);
  if (!is_decoded(source)) {
    peeked_.erase(0, head.size());
    co_return got;
  }
  note_decoder();
  co_return kNotYet;
}

Coro<int> Content::read_decoded(char* into, std::uint32_t length) {
  if (!decoding_) {
    decoding_ = std::make_unique<Decoding>(unit_, peeked_, chunk_bytes_, cores_, diagnostics_);
    peeked_ = {};
  }
  const std::uint32_t got = co_await decoding_->read(into, length);
  immediate_ = decoding_->was_immediate();
  co_return static_cast<int>(got);
}

// Hands out what was read to know the source by.
int Content::take_from(std::string& peeked, char* into, std::uint32_t length) {
  const std::size_t part = std::min<std::size_t>(length, peeked.size());
  std::memcpy(into, peeked.data(), part);
  peeked.erase(0, part);
  return static_cast<int>(part);
}

// Whether the first bytes of the source are not yet those of its text.
bool Content::needs_closer_look(std::string_view head) {
  if (!std::exchange(sniffing_, false) || head.empty()) return false;
  const FirstBytes found = look_at(*unit_.source, head, false);
  return found.codec || found.undecided || found.mark.encoding || is_decoded(*unit_.source);
}

// The first read was too short to know the source by: reads on until it is known.
Coro<FirstBytes> Content::peek() {
  const Source& source = *unit_.source;
  FirstBytes found;
  do {
    char more[kSniffBytes];
    const int got =
        co_await read_source(&source, more, kSniffBytes, source.start + peeked_.size(), &immediate_);
    if (got > 0) peeked_.append(more, static_cast<std::size_t>(got));
    found = look_at(source, peeked_, got <= 0);
  } while (found.undecided);
  co_return found;
}

}  // namespace weir::input
