#include <charconv>
#include <utility>

#include "io/backend.hpp"
#include "io/simulated_backend.hpp"

namespace weir::io {

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
    if (text == "sim") return choice;
    const std::string_view seed = text.substr(4);
    const auto [end, error] = std::from_chars(seed.data(), seed.data() + seed.size(), choice.seed);
    if (error == std::errc() && end == seed.data() + seed.size()) return choice;
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
    return std::unique_ptr<Backend>(new SimulatedBackend(options));
  }
  auto uring = make_uring_backend(choice.share, tried);
  if (uring || choice.kind == BackendKind::uring) return uring;
  return make_threads_backend(choice.share);
}

}  // namespace weir::io
