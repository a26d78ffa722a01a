// WholeRun: one libjq over the text of all inputs in order, on a thread of its own: for programs that read
// their input themselves (-n, `input`), or want all of it at once (-s), or events (--stream).
//
// push() and close() are called by whoever prints; the thread writes to the output itself.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "base/diagnostics.hpp"
#include "output/block.hpp"
#include "pipeline/record_plan.hpp"
#include "weir/jq.hpp"

namespace weir::pipeline {

class WholeRun final : private transform::jq::LibjqSource, private transform::jq::LibjqSink {
 public:
  WholeRun(const RecordPlan& plan, base::Diagnostics& diagnostics);
  ~WholeRun() override;

  // Copies `text`, of the source `name` ("" when it has none); waits while too much lies here. False: nothing
  // more is wanted.
  bool push(const void* source, std::string_view name, std::string_view text);
  // No more comes. Waits until the program has ended.
  void close();
  // Lets the program end, and drops what it still says.
  void cancel();

  void summarise(JqSummary& summary) const;

 private:
  struct Text {
    const void* source;
    std::string name;
    std::string text;
  };

  void run();
  bool next(Piece& piece) override;
  bool output(std::string_view text, record::Kind kind) override;
  void error(std::string_view text) override;
  void message(std::string_view text) override;
  bool halted(int status, std::string_view text) override;
  void flush();
  std::string place() const;

  const RecordPlan& plan_;
  base::Diagnostics& diagnostics_;
  std::unique_ptr<transform::jq::LibjqState> state_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Text> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool is_closed_ = false;
  std::atomic<bool> is_cancelled_{false};
  bool is_refused_ = false;  // the program has ended
  Text current_{};
  const void* last_source_ = nullptr;
  base::TextBuffer out_;
  int write_error_ = 0;
  JqSummary result_;
  std::thread thread_;
};

}  // namespace weir::pipeline
