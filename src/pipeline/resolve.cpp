#include "pipeline/resolve.hpp"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "base/diagnostics.hpp"
#include "input/encoding.hpp"
#include "input/glob.hpp"
#include "output/hyperlink.hpp"

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
std::string with_caret(const filter::PatternError& where) {
  std::string text = "pattern: " + where.message + " (at byte " + std::to_string(where.offset) + ")\n  ";
  std::string caret = "  ";
  for (std::size_t i = 0; i < where.pattern.size(); ++i) {
    const std::string shown = base::escaped(std::string_view(where.pattern).substr(i, 1));
    const bool continues = (static_cast<unsigned char>(where.pattern[i]) & 0xc0) == 0x80;
    text += shown;
    if (i < where.offset && !continues) caret.append(shown.size(), ' ');
  }
  return text + "\n" + caret + "^";
}

Result<std::shared_ptr<const filter::Plan>> make_filter(const GrepOptions& options) {
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
  filter::PatternError where;
  auto plan = filter::make_plan(patterns, &where);
  if (plan || plan.error().code != ErrorCode::bad_pattern) return plan;
  return Error(ErrorCode::bad_pattern, with_caret(where));
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
  Resolved resolved;
  if (std::string wrong = input::encoding_error(options.encoding); !wrong.empty())
    return Error(ErrorCode::bad_argument, std::move(wrong));
  const auto links = output::HyperlinkFormat::parse(options.hyperlink_format);
  if (!links) return links.error();
  const auto globs = input::GlobSet::parse(options.globs, options.iglobs);
  if (!globs) return globs.error();
  const auto types = choose_types(options);
  if (!types) return types.error();
  auto filter = make_filter(options);
  if (!filter) return filter.error();
  resolved.filter = std::move(filter).value();
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
  text += std::string("io: ") + backend.value()->name() + "\n";
  for (const std::string& line : tried)
    text += "io tried: " + line + "\n";
  text += "shards: " + std::to_string(resolved.value().jobs) + "\n";
  text += "chunk: " + std::to_string(options.chunk_bytes / 1024) + " KiB\n";
  text += "memory budget: " + std::to_string(options.memory_bytes >> 20) + " MiB\n";
  text += "longest line: " + std::to_string(options.max_line_bytes) + " bytes\n";
  return text;
}

}  // namespace weir
