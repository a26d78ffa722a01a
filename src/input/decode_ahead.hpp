// DecodeAhead: one compressed file is decoded on one core while another scans what came out.
//
// A job on the offload pool reads and decodes into a ring of buffers; the shard takes them in order. The job
// ends when the ring is full and is submitted again when there is room, so that it never keeps a thread of
// the pool waiting. It keeps itself alive while it runs: the reader may go away at any time.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "input/source.hpp"
#include "input/unit_decoder.hpp"
#include "weir/loop.hpp"
#include "weir/offload.hpp"

namespace weir::input {

class DecodeAhead final : public std::enable_shared_from_this<DecodeAhead>, private OffloadPool::Job {
 public:
  static constexpr std::uint32_t kBuffers = 4;

  // `source` is a regular file, and not split.
  DecodeAhead(std::shared_ptr<const Source> source, std::unique_ptr<UnitDecoder> decoder,
              std::uint32_t buffer_bytes);
  DecodeAhead(const DecodeAhead&) = delete;
  DecodeAhead& operator=(const DecodeAhead&) = delete;

  void start();
  // No more is wanted; the job stops soon.
  void stop();

  // `co_await ahead.next()`: the next piece of text, empty at the end; valid until the next call.
  class Next final : public detail::Leaf<Next> {
   public:
    explicit Next(DecodeAhead& ahead) noexcept : Leaf("decoder"), ahead_(ahead) {}
    bool ready();
    void suspend() noexcept;
    std::string_view result();
    bool abandon() noexcept override;

   private:
    friend class DecodeAhead;
    DecodeAhead& ahead_;
    Loop* loop_ = nullptr;
  };
  Next next() noexcept { return Next(*this); }

  // Once next() has said that it is the end.
  const std::string& error() const noexcept { return decoder_->error(); }

 private:
  struct Piece {
    std::unique_ptr<char[]> bytes;
    std::uint32_t size = 0;
  };

  void run_on_pool() noexcept override;
  bool take_free(Piece& piece);
  void fill(Piece& piece);
  void hand_out(Piece piece);
  void wake_consumer();
  void take_piece();
  bool go_on();
  bool may_run() const noexcept { return !stopped_ && !ended_ && !free_.empty(); }

  std::shared_ptr<const Source> source_;  // keeps the file open
  std::unique_ptr<UnitDecoder> decoder_;
  std::uint32_t buffer_bytes_;

  std::mutex mutex_;
  std::vector<Piece> free_;
  std::deque<Piece> ready_;
  Piece current_;  // the consumer's
  bool ended_ = false;
  bool stopped_ = false;
  std::shared_ptr<DecodeAhead> running_;  // itself, while the job is submitted or runs
  Next* consumer_ = nullptr;
};

}  // namespace weir::input
