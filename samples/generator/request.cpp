#include <array>

#include "generator/formats.hpp"

namespace weir::samples {

Request make_request(Rng& rng) {
  constexpr std::array<std::string_view, 6> kMethods{"GET", "GET", "GET", "POST", "PUT", "DELETE"};
  const auto method = rng.pick(kMethods);
  return {method, rng.between(1, 99'999)};
}

unsigned status_of(const Event& event, Rng& rng) {
  constexpr std::array<unsigned, 10> kUsual{200, 200, 200, 200, 200, 201, 204, 302, 304, 404};
  switch (event.trouble) {
    case Trouble::none:
    case Trouble::slow:
    case Trouble::worker_restart:
      return rng.pick(kUsual);
    case Trouble::refused:
      return 502;
    case Trouble::timeout:
      return 504;
    case Trouble::denied:
      return 403;
    default:
      return 500;
  }
}

unsigned duration_ms_of(const Event& event, Rng& rng) {
  if (event.trouble == Trouble::timeout) return rng.between(5000, 5040);
  if (event.trouble == Trouble::slow) return rng.between(900, 4800);
  return rng.between(1, 400);
}

}  // namespace weir::samples
