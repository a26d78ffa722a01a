#include "pipeline/resolve.hpp"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "base/diagnostics.hpp"
#include "input/encoding.hpp"
#include "input/glob.hpp"
#include "output/hyperlink.hpp"
#include "pipeline/scan_plan.hpp"

namespace weir {

namespace pipeline {

namespace {

constexpr std::uint64_t kLeastMemory = 1U << 20;

Result<filter::EngineChoice> engine_choice(const std::string& name) {
  if (name.empty() || name == "auto") return filter::EngineChoice::automatic;
  if (name == "literal") return filter::EngineChoice::literal;
  if (name == "bitstream") return filter::EngineChoice::bitstream;
  if (name == "vectorscan") return filter::EngineChoice::vectorscan;
  if (name == "pcre2") return filter::EngineChoice::pcre2;
  return Error(ErrorCode::bad_argument,
               "'" + name + "' is not an engine: use auto, literal, bitstream, vectorscan or pcre2");
}

filter::Syntax pattern_syntax(GrepSyntax syntax) {
  switch (syntax) {
    case GrepSyntax::basic:
      return filter::Syntax::posix_basic;
    case GrepSyntax::extended:
      return filter::Syntax::posix_extended;
    case GrepSyntax::fixed:
      return filter::Syntax::fixed;
    default:
      return filter::Syntax::pcre2;
  }
}

filter::CaseMode case_mode(GrepCase mode) {
  switch (mode) {
    case GrepCase::insensitive:
      return filter::CaseMode::insensitive;
    case GrepCase::smart:
      return filter::CaseMode::smart;
    default:
      return filter::CaseMode::sensitive;
  }
}

// The pattern with a caret under the byte at which it went wrong.
std::string with_caret(const std::string& what, const filter::PatternError& where) {
  std::string text = what + ": " + where.message + " (at byte " + std::to_string(where.offset) + ")\n  ";
  std::string caret = "  ";
  for (std::size_t i = 0; i < where.pattern.size(); ++i) {
    const std::string shown = base::escaped(std::string_view(where.pattern).substr(i, 1));
    const bool continues = (static_cast<unsigned char>(where.pattern[i]) & 0xc0) == 0x80;
    text += shown;
    if (i < where.offset && !continues) caret.append(shown.size(), ' ');
  }
  return text + "\n" + caret + "^";
}

// `what` it is that cannot be understood.
Result<std::shared_ptr<const filter::Plan>> checked_plan(const filter::PatternOptions& patterns,
                                                         const std::string& what) {
  filter::PatternError where;
  auto plan = filter::make_plan(patterns, &where);
  if (plan || plan.error().code != ErrorCode::bad_pattern) return plan;
  return Error(ErrorCode::bad_pattern, with_caret(what, where));
}

Result<filter::PatternOptions> pattern_options(const GrepOptions& options) {
  const auto engine = engine_choice(options.engine);
  if (!engine) return engine.error();
  filter::PatternOptions patterns;
  patterns.patterns = options.patterns;
  patterns.and_patterns = options.and_patterns;
  patterns.not_patterns = options.not_patterns;
  patterns.syntax = pattern_syntax(options.syntax);
  patterns.case_mode = case_mode(options.case_mode);
  patterns.word = options.word;
  patterns.whole_line = options.whole_line;
  patterns.crlf = options.line_end == GrepLineEnd::crlf;
  patterns.null_lines = options.line_end == GrepLineEnd::null;
  patterns.engine = engine.value();
  return patterns;
}

// What -z does not go with: all that looks at lines of text.
std::optional<Error> conflict_of_null_lines(const GrepOptions& options) {
  if (options.line_end != GrepLineEnd::null) return std::nullopt;
  const bool conflicts =
      options.multiline || options.record_start || options.record_auto || options.since || options.until;
  if (!conflicts) return std::nullopt;
  return Error(
      ErrorCode::bad_argument,
      "--null-data cannot be combined with --multiline, --record, --record-start, --since or --until");
}

// What --where does not go with: all for which a line is not what is selected, or tells patterns apart.
std::optional<Error> conflict_of_where(const GrepOptions& options) {
  const bool has_records = options.record_start || options.record_auto;
  const bool tells_patterns = options.labels || options.output == GrepOutput::count_by_pattern;
  const bool conflicts =
      has_records || tells_patterns || options.multiline || options.line_end == GrepLineEnd::null;
  if (!conflicts || !options.where) return std::nullopt;
  return Error(ErrorCode::bad_argument,
               "--where cannot be combined with --multiline, --record, --record-start, --null-data, --label "
               "or --count-by-pattern");
}

// Nothing when all lines that match are selected.
Result<std::shared_ptr<const RecordPlan>> condition_of(const GrepOptions& options) {
  if (!options.where) return std::shared_ptr<const RecordPlan>();
  return make_condition(options, *options.where, options.from);
}

// Nothing when matches are parts of lines.
Result<std::shared_ptr<const filter::RegexSet>> make_multiline(const GrepOptions& options,
                                                               const filter::PatternOptions& patterns) {
  if (!options.multiline) return std::shared_ptr<const filter::RegexSet>();
  const bool has_conditions = !options.and_patterns.empty() || !options.not_patterns.empty();
  if (options.line_end == GrepLineEnd::crlf)
    return Error(ErrorCode::bad_argument, "--multiline cannot be combined with --crlf: write \\r?\\n");
  const bool tells_patterns = options.labels || options.output == GrepOutput::count_by_pattern;
  if (tells_patterns)
    return Error(ErrorCode::bad_argument,
                 "--multiline cannot be combined with --label or --count-by-pattern");
  if (has_conditions || options.record_start || options.record_auto || options.replacement || options.since ||
      options.until)
    return Error(
        ErrorCode::bad_argument,
        "--multiline cannot be combined with --and, --not, --replace, --record, --record-start, --since "
        "or --until");
  filter::PatternError where;
  auto set = filter::make_multiline_set(patterns, options.multiline_dot_all, &where);
  if (set || set.error().code != ErrorCode::bad_pattern) return set;
  return Error(ErrorCode::bad_pattern, with_caret("pattern", where));
}

// Nothing when records are lines.
Result<std::shared_ptr<const filter::Plan>> make_record_start(const GrepOptions& options) {
  if (options.record_start && options.record_auto)
    return Error(ErrorCode::bad_argument, "--record-start and --record=auto exclude each other");
  if (!options.record_start) return std::shared_ptr<const filter::Plan>();
  filter::PatternOptions patterns;
  patterns.patterns = {*options.record_start};
  patterns.crlf = options.line_end == GrepLineEnd::crlf;
  return checked_plan(patterns, "--record-start");
}

Result<io::BackendChoice> backend_choice(const GrepOptions& options, int jobs) {
  std::string wanted = options.io;
  if (wanted.empty() || wanted == "auto") {
    const char* from_environment = std::getenv("WEIR_IO");
    if (from_environment) wanted = from_environment;
  }
  auto choice = io::parse_backend_choice(wanted);
  if (!choice) return choice;
  io::BackendChoice shared = choice.value();
  shared.share = jobs;
  return shared;
}

}  // namespace

Result<Resolved> resolve(const GrepOptions& options, Purpose purpose) {
  if (options.chunk_bytes == 0 || options.chunk_bytes > (1U << 30)) {
    return Error(ErrorCode::bad_argument, "the chunk size must be between 1 byte and 1 GiB");
  }
  if (options.memory_bytes < kLeastMemory) {
    return Error(ErrorCode::bad_argument, "the memory budget must be at least 1 MiB");
  }
  if (options.max_line_bytes == 0 || options.max_line_bytes > (std::uint64_t{1} << 31)) {
    return Error(ErrorCode::bad_argument, "the longest line must be between 1 byte and 2 GiB");
  }
  if (const auto conflict = conflict_of_null_lines(options)) return *conflict;
  if (const auto conflict = conflict_of_where(options)) return *conflict;
  const bool tells_patterns = options.labels || options.output == GrepOutput::count_by_pattern;
  if (tells_patterns && options.invert) {
    return Error(ErrorCode::bad_argument,
                 "lines that match no pattern (-v) have no label, and no count by pattern");
  }
  if (options.output == GrepOutput::count_by_pattern && options.json) {
    return Error(ErrorCode::bad_argument,
                 "there are no JSON events for counts by pattern; events have labels");
  }
  Resolved resolved;
  if (std::string wrong = input::encoding_error(options.encoding); !wrong.empty())
    return Error(ErrorCode::bad_argument, std::move(wrong));
  const auto links = output::HyperlinkFormat::parse(options.hyperlink_format);
  if (!links) return links.error();
  const auto globs = input::GlobSet::parse(options.globs, options.iglobs);
  if (!globs) return globs.error();
  const auto types = choose_types(options);
  if (!types) return types.error();
  auto window = make_time_window(options);
  if (!window) return window.error();
  resolved.window = std::move(window).value();
  const auto patterns = pattern_options(options);
  if (!patterns) return patterns.error();
  auto filter = checked_plan(patterns.value(), "pattern");
  if (!filter) return filter.error();
  resolved.filter = std::move(filter).value();
  auto multiline = make_multiline(options, patterns.value());
  if (!multiline) return multiline.error();
  resolved.multiline = std::move(multiline).value();
  auto record_start = make_record_start(options);
  if (!record_start) return record_start.error();
  resolved.record_start = std::move(record_start).value();
  auto condition = condition_of(options);
  if (!condition) return condition.error();
  resolved.condition = std::move(condition).value();
  resolved.jobs =
      options.jobs > 0 ? options.jobs : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const auto backend = backend_choice(options, resolved.jobs);
  if (!backend) return backend.error();
  resolved.backend = backend.value();
  resolved.inputs = resolve_inputs(options, purpose);
  resolved.names =
      options.names == GrepNames::always || (options.names == GrepNames::automatic && resolved.inputs.many);
  return resolved;
}

}  // namespace pipeline

Result<std::string> explain_grep(const GrepOptions& options) {
  const auto resolved = pipeline::resolve(options);
  if (!resolved) return resolved.error();
  std::vector<std::string> tried;
  const auto backend = io::make_backend(resolved.value().backend, &tried);
  if (!backend) return backend.error();
  std::string text;
  for (const std::string& line : resolved.value().filter->explain())
    text += line + "\n";
  if (options.where) {
    for (const std::string& line : pipeline::explain_condition(*resolved.value().condition, *options.where))
      text += line + "\n";
  }
  if (options.multiline) text += "multiline: PCRE2 over several lines, one shard a file\n";
  if (options.record_auto)
    text +=
        "records: begin with a time stamp; in a file without any in its first 64 KiB, with a line that is "
        "not indented\n";
  if (options.record_start) text += "records: begin with a line that matches " + *options.record_start + "\n";
  if (resolved.value().window) text += pipeline::explain_window(*resolved.value().window, options);
  text += std::string("io: ") + backend.value()->name() + "\n";
  for (const std::string& line : tried)
    text += "io tried: " + line + "\n";
  text.append("io by mapping: ").append(pipeline::ScanPlan(options, resolved.value(), false).mapping());
  text += "\n";
  text += "shards: " + std::to_string(resolved.value().jobs) + "\n";
  text += "chunk: " + std::to_string(options.chunk_bytes / 1024) + " KiB\n";
  text += "memory budget: " + std::to_string(options.memory_bytes >> 20) + " MiB\n";
  text += "longest line: " + std::to_string(options.max_line_bytes) + " bytes\n";
  return text;
}

}  // namespace weir
