// Printer: the end of the pipeline. Takes events in input order, numbers lines, applies what only holds for a
// file as a whole (counts, limits, file lists), and writes. Runs on the main loop.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/diagnostics.hpp"
#include "input/source.hpp"
#include "output/json_lines.hpp"
#include "output/reorder_window.hpp"
#include "output/sink.hpp"
#include "pipeline/line_limits.hpp"
#include "pipeline/line_scanner.hpp"
#include "pipeline/record_report.hpp"

namespace weir::pipeline {

class Printer {
 public:
  // `before_write` is called when text is about to go out.
  Printer(const ScanPlan& plan, output::ReorderWindow& window, base::Diagnostics& diagnostics,
          std::function<void()> before_write)
      : plan_(plan),
        window_(window),
        diagnostics_(diagnostics),
        sink_(plan.options.output_fd),
        before_write_(std::move(before_write)),
        limits_(plan),
        label_counts_(plan.labels ? plan.labels->names.size() : 0),
        source_label_counts_(label_counts_.size()) {
    if (plan.jq) report_.emplace(*plan.jq, diagnostics);
  }

  // Of runs of jq.
  RecordReport& report() noexcept { return *report_; }
  // Text goes there in place of being written, with the source that it is of. False: no more is wanted.
  using TextConsumer = std::function<bool(const input::Source& source, std::string_view text)>;
  void consume_text(TextConsumer consumer) { consumer_ = std::move(consumer); }

  // Sources in output order, before any of their units can be delivered.
  void expect(std::shared_ptr<input::Source> source) { sources_.push_back(std::move(source)); }

  // Until every source is printed, a limit of the run is reached, or writing has failed: see error().
  Coro<void> run();

  // Writes what has been formatted. Not to be cancelled: a line must not be torn.
  Coro<void> flush();

  int error() const noexcept { return sink_.error(); }
  const output::Totals& totals() const noexcept { return totals_; }
  bool any_listed() const noexcept { return any_listed_; }
  // --limit: nothing more is wanted of the run.
  bool is_satisfied() const noexcept { return run_ends(); }
  // Lines went out, even if writing failed later.
  bool any_printed() const noexcept { return any_printed_; }
  // Called whenever a source is done.
  void on_source_done(std::function<void()> callback) { on_source_done_ = std::move(callback); }

 private:
  bool run_ends() const noexcept {
    return limits_.run_ends() || (report_ && report_->ends_run()) || is_refused_;
  }
  Coro<void> print(output::Event* event);
  Coro<void> hand_over(std::string_view text);
  Coro<void> write(std::string_view text);
  Coro<void> begin_source(bool is_group);
  Coro<void> begin_group(output::GroupStart start);
  Coro<void> print_block(output::Block* block);
  Coro<void> use_block(output::Block* block);
  void tell_notes(const output::Event& event);
  void end_unit(const output::Event& event);
  input::Source& current_source() noexcept { return member_ ? *member_ : *sources_.front(); }
  Coro<void> end_source();
  Coro<void> sum_up(input::Source* source);
  Coro<void> print_total();
  Coro<void> print_label_counts(std::optional<std::string_view> name, std::vector<std::uint64_t>* counts);
  bool counts_labels() const noexcept { return plan_.options.output == GrepOutput::count_by_pattern; }
  bool counts_labels_by_file() const noexcept {
    return counts_labels() && plan_.options.names == GrepNames::always;
  }
  Coro<void> end_label_counts(std::string_view name, bool is_read);
  Coro<void> print_summary();
  std::string json_begin();
  std::string json_of_source(const input::Source& source);
  bool counts() const noexcept;
  std::uint64_t count_of(const output::Totals& totals) const noexcept;

  const ScanPlan& plan_;
  output::ReorderWindow& window_;
  base::Diagnostics& diagnostics_;
  output::Sink sink_;
  std::function<void()> before_write_;
  std::function<void()> on_source_done_;
  std::deque<std::shared_ptr<input::Source>> sources_;
  std::shared_ptr<input::Source> member_;  // of the archive in front: whose lines are printed now
  output::Totals current_;                 // of the source being printed
  output::Totals totals_;
  LineLimits limits_;
  std::optional<RecordReport> report_;
  TextConsumer consumer_;
  bool is_refused_ = false;                         // by the consumer
  std::vector<std::uint64_t> label_counts_;         // of the run
  std::vector<std::uint64_t> source_label_counts_;  // of the current source
  bool source_begun_ = false;                       // lines of the current one were printed
  bool last_line_shown_ = false;                    // of the unit before
  output::JsonStats summary_;
  TimePoint began_ = Clock::now();
  std::uint64_t printed_bytes_ = 0;  // of the current source
  bool any_listed_ = false;
  bool any_printed_ = false;
  output::TextBuffer woven_;
};

}  // namespace weir::pipeline
