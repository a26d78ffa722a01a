#include "transform/jq/libjq.hpp"

#include "transform/jq/libjq_prelude.hpp"
#include "transform/jq/libjq_state.hpp"

namespace weir::transform::jq {

namespace {

// Each loses the memory of a state; where the stack is at its end, that is much.
constexpr int kMostFailures = 64;

int dump_flags_of(const LibjqStyle& style) noexcept {
  const record::JsonStyle& json = style.json;
  int flags = JV_PRINT_INDENT_FLAGS(json.indent);
  if (json.tabs) flags = JV_PRINT_TAB | JV_PRINT_PRETTY;
  if (json.sort_keys) flags |= JV_PRINT_SORTED;
  if (json.ascii) flags |= JV_PRINT_ASCII;
  if (json.color) flags |= JV_PRINT_COLOR;
  return flags;
}

record::Kind kind_of(jv_kind kind) noexcept {
  switch (kind) {
    case JV_KIND_FALSE:
      return record::Kind::false_value;
    case JV_KIND_TRUE:
      return record::Kind::true_value;
    case JV_KIND_NUMBER:
      return record::Kind::number;
    case JV_KIND_STRING:
      return record::Kind::string;
    case JV_KIND_ARRAY:
      return record::Kind::array;
    case JV_KIND_OBJECT:
      return record::Kind::object;
    default:
      return record::Kind::null;
  }
}

const char* failure_text(LibjqFailure failure) noexcept {
  switch (failure) {
    case LibjqFailure::memory:
      return "libjq got no memory";
    case LibjqFailure::stack:
      return "a value is nested too deeply for libjq";
    default:
      return "an assertion failed in libjq";
  }
}

std::string_view text_of(const LibjqLibrary& library, jv string) noexcept {
  return {library.jv_string_value(string),
          static_cast<std::size_t>(library.jv_string_length_bytes(library.jv_copy(string)))};
}

}  // namespace

LibjqState::Implementation::Implementation(const LibjqLibrary& jq, const LibjqProgram& what,
                                           const LibjqStyle& how)
    : library(jq),
      program(what),
      raw_strings(how.raw_strings && !how.json.ascii),
      dump_flags(dump_flags_of(how)),
      input(jq) {}

bool LibjqState::Implementation::compile() {
  std::vector<std::string> messages;
  state = compile_for_libjq(library, program, messages);
  if (!state) {
    problem = read_libjq_messages(messages, program).text();
    return false;
  }
  library.jq_set_input_cb(state, &on_input, this);
  library.jq_set_debug_cb(state, &on_debug, this);
  library.jq_set_nomem_handler(state, &on_libjq_memory_exhausted, nullptr);
  return true;
}

jv LibjqState::Implementation::on_input(jq_state*, void* data) {
  auto* self = static_cast<Implementation*>(data);
  const LibjqLibrary& library = self->library;
  const LibjqPlace place = self->input.place();
  switch (std::exchange(self->asked, '\0')) {
    case kLibjqFilename:
      if (place.filename.empty()) return library.jv_null();
      return library.jv_string_sized(place.filename.data(), static_cast<int>(place.filename.size()));
    case kLibjqLine:
      return library.jv_number(static_cast<double>(place.line));
    default:
      return self->input.next();
  }
}

void LibjqState::Implementation::on_debug(void* data, jv value) {
  auto* self = static_cast<Implementation*>(data);
  const LibjqLibrary& library = self->library;
  const jv first = library.jv_get_kind(value) == JV_KIND_ARRAY
                       ? library.jv_array_get(library.jv_copy(value), 0)
                       : library.jv_null();
  const bool is_call = library.jv_get_kind(first) == JV_KIND_STRING && text_of(library, first) == kLibjqCall;
  library.jv_free(first);
  jv shown = value;
  if (is_call) {
    const jv which = library.jv_array_get(library.jv_copy(value), 1);
    self->asked = *library.jv_string_value(which);
    library.jv_free(which);
    if (self->asked != kLibjqStderr) return library.jv_free(value);
    self->asked = 0;
    shown = library.jv_array_get(library.jv_copy(value), 2);
    library.jv_free(value);
  }
  const jv text = library.jv_dump_string(shown, 0);
  {
    const LibjqGuardPause pause;
    std::string message(text_of(library, text));
    if (!is_call) message = "[\"DEBUG:\"," + message + "]\n";
    self->sink->message(message);
  }
  library.jv_free(text);
}

template <typename Body>
bool LibjqState::Implementation::guarded(Body body) {
  const LibjqFailure failed = guard_libjq([](void* data) { (*static_cast<Body*>(data))(); }, &body);
  return failed == LibjqFailure::none || recover(failed);
}

// An assertion fails here when the state was left inside of a path.
LibjqState::Implementation::~Implementation() {
  jq_state* last = std::exchange(state, nullptr);
  const LibjqLibrary& jq = library;
  auto body = [&] { jq.jq_teardown(&last); };
  if (last) guard_libjq([](void* data) { (*static_cast<decltype(body)*>(data))(); }, &body);
}

// What the state owned is lost. Always false, for the caller to return.
bool LibjqState::Implementation::recover(LibjqFailure failed) {
  failure = failure_text(failed);
  state = nullptr;
  asked = 0;
  failures += failed == LibjqFailure::stack ? kMostFailures / 4 : 1;
  is_broken = failures > kMostFailures || !compile();
  return false;
}

bool LibjqState::Implementation::write(jv result, LibjqSink& to) {
  const jv_kind kind = library.jv_get_kind(result);
  jv text = result;
  const bool is_raw = raw_strings && kind == JV_KIND_STRING;
  if (!is_raw && !guarded([&] { text = library.jv_dump_string(result, dump_flags); })) {
    to.error(": " + failure);
    return false;
  }
  const bool goes_on = to.output(text_of(library, text), kind_of(kind));
  library.jv_free(text);
  return goes_on;
}

bool LibjqState::Implementation::run_value(jv value, LibjqSink& to) {
  // As a state that was left before its end may not be fit to be used again, that shows here and costs no
  // value.
  if (std::exchange(is_left, false)) guarded([&] { library.jq_start(state, library.jv_null(), 0); });
  if (is_broken) return false;
  const int failures_before = failures;
  jv result = value;
  if (guarded([&] { library.jq_start(state, value, 0); })) {
    for (;;) {
      if (!guarded([&] { result = library.jq_next(state); })) break;
      // The program was told that there is no more input, which is not so.
      if (input.is_too_large()) {
        library.jv_free(result);
        is_left = true;
        return false;
      }
      if (library.jv_get_kind(result) == JV_KIND_INVALID) return finish_value(result, to);
      if (!write(result, to)) {
        if (failures != failures_before) return !is_broken;
        is_left = true;
        return false;
      }
    }
  }
  to.error(": " + failure);
  return !is_broken;
}

bool LibjqState::Implementation::finish_value(jv result, LibjqSink& to) {
  if (library.jq_halted(state)) {
    library.jv_free(result);
    return finish_halted(to);
  }
  if (library.jv_invalid_has_msg(library.jv_copy(result))) {
    jv message = library.jv_invalid_get_msg(result);
    const bool is_string = library.jv_get_kind(message) == JV_KIND_STRING;
    if (!is_string) message = library.jv_dump_string(message, 0);
    std::string text = is_string ? ": " : " (not a string): ";
    text += text_of(library, message);
    library.jv_free(message);
    to.error(text);
    return true;
  }
  library.jv_free(result);
  return true;
}

bool LibjqState::Implementation::finish_halted(LibjqSink& to) {
  const jv status = library.jq_get_exit_code(state);
  int code = 5;
  if (library.jv_get_kind(status) == JV_KIND_INVALID) code = 0;
  if (library.jv_get_kind(status) == JV_KIND_NUMBER) code = static_cast<int>(library.jv_number_value(status));
  library.jv_free(status);
  jv message = library.jq_get_error_message(state);
  std::string text;
  const jv_kind kind = library.jv_get_kind(message);
  if (kind == JV_KIND_STRING) {
    text = text_of(library, message);
  } else if (kind != JV_KIND_NULL && kind != JV_KIND_INVALID) {
    message = library.jv_dump_string(message, 0);
    text = text_of(library, message);
    text += '\n';
  }
  library.jv_free(message);
  return to.halted(code, text);
}

LibjqEnd LibjqState::Implementation::run_values(LibjqSink& to) {
  sink = &to;
  for (;;) {
    jv value = library.jv_null();
    if (!guarded([&] { value = input.next(); })) {
      input.abandon();
      problem = failure;
      return is_broken ? LibjqEnd::broken : LibjqEnd::malformed;
    }
    if (library.jv_get_kind(value) != JV_KIND_INVALID) {
      if (!run_value(value, to)) return end_of_run();
      continue;
    }
    const LibjqEnd end = end_of_input(value);
    if (end != LibjqEnd::malformed || !is_continuing) return end;
    to.message("ignoring parse error: " + problem + '\n');
  }
}

// Why run_value() was the last.
LibjqEnd LibjqState::Implementation::end_of_run() {
  if (is_broken) return LibjqEnd::broken;
  if (!input.is_too_large()) return LibjqEnd::stopped;
  problem = "the input takes more memory than it may";
  return LibjqEnd::too_large;
}

LibjqEnd LibjqState::Implementation::end_of_input(jv last) {
  if (input.is_too_large()) {
    library.jv_free(last);
    return end_of_run();
  }
  const jv message = library.jv_invalid_get_msg(last);
  const bool is_malformed = library.jv_get_kind(message) == JV_KIND_STRING;
  if (is_malformed) problem = text_of(library, message);
  library.jv_free(message);
  return is_malformed ? LibjqEnd::malformed : LibjqEnd::done;
}

LibjqState::LibjqState(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

LibjqState::~LibjqState() = default;

std::unique_ptr<LibjqState> LibjqState::make(const LibjqProgram& program, const LibjqStyle& style,
                                             std::string& error) {
  const LibjqLibrary* library = LibjqLibrary::load(error);
  if (!library) return nullptr;
  if (!library->is_usable_here()) {
    error =
        "this build of libjq works on one thread only: run it with one (-j 1), or install jq 1.7 or later";
    return nullptr;
  }
  auto made = std::make_unique<Implementation>(*library, program, style);
  if (made->compile()) return std::unique_ptr<LibjqState>(new LibjqState(std::move(made)));
  error = made->problem;
  return nullptr;
}

LibjqEnd LibjqState::run(std::string_view text, const LibjqPlace& place, LibjqSink& sink) {
  Implementation& self = *implementation_;
  if (self.is_broken) return LibjqEnd::broken;
  self.is_continuing = false;
  self.input.begin(text, place);
  return self.run_values(sink);
}

LibjqEnd LibjqState::run(const record::Value& value, const LibjqPlace& place, LibjqSink& sink) {
  Implementation& self = *implementation_;
  if (self.is_broken) return LibjqEnd::broken;
  self.is_continuing = false;
  self.input.begin(value, place);
  return self.run_values(sink);
}

LibjqEnd LibjqState::run_all(LibjqSource& source, const LibjqStreamOptions& options, LibjqSink& sink) {
  Implementation& self = *implementation_;
  if (self.is_broken) return LibjqEnd::broken;
  self.is_continuing = options.seq;
  self.input.begin(source, options);
  if (!options.null_input) return self.run_values(sink);
  self.sink = &sink;
  return self.run_value(self.library.jv_null(), sink) ? LibjqEnd::done : self.end_of_run();
}

const std::string& LibjqState::problem() const noexcept {
  return implementation_->problem;
}

LibjqPlace LibjqState::place() const noexcept {
  return implementation_->input.place();
}

}  // namespace weir::transform::jq
