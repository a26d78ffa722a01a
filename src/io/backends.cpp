#include <charconv>
#include <utility>

#include "io/backend.hpp"
#include "io/simulated_backend.hpp"

namespace weir::io {

namespace {

// "SEED" or "SEED:N".
bool parse_simulation(std::string_view text, BackendChoice& choice) {
  const char* const end = text.data() + text.size();
  const auto seed = std::from_chars(text.data(), end, choice.seed);
  if (seed.ec != std::errc() || seed.ptr == end) return seed.ec == std::errc();  // no N
  const auto fail_at = std::from_chars(seed.ptr + 1, end, choice.fail_at);
  return *seed.ptr == ':' && fail_at.ec == std::errc() && fail_at.ptr == end;
}

}  // namespace

Result<BackendChoice> parse_backend_choice(std::string_view text) {
  BackendChoice choice;
  if (text.empty() || text == "auto") return choice;
  if (text == "uring") {
    choice.kind = BackendKind::uring;
    return choice;
  }
  if (text == "threads") {
    choice.kind = BackendKind::threads;
    return choice;
  }
  if (text == "sim" || text.substr(0, 4) == "sim:") {
    choice.kind = BackendKind::simulated;
    if (text == "sim" || parse_simulation(text.substr(4), choice)) return choice;
  }
  std::string what = "'";
  what.append(text).append("' is not an I/O backend: use auto, uring or threads");
  return Error(ErrorCode::bad_argument, std::move(what));
}

Result<std::unique_ptr<Backend>> make_backend(const BackendChoice& choice, std::vector<std::string>* tried) {
  if (choice.kind == BackendKind::threads) return make_threads_backend(choice.share);
  if (choice.kind == BackendKind::simulated) {
    SimulatedOptions options;
    options.seed = choice.seed;
    options.fail_at = choice.fail_at;
    return std::unique_ptr<Backend>(new SimulatedBackend(options));
  }
  auto uring = make_uring_backend(choice.share, tried);
  if (uring || choice.kind == BackendKind::uring) return uring;
  return make_threads_backend(choice.share);
}

}  // namespace weir::io
