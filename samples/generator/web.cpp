#include <array>

#include "generator/formats.hpp"
#include "generator/put.hpp"
#include "generator/timestamps.hpp"

namespace weir::samples {

void append_nginx(std::string& out, const Event& event, Rng& rng) {
  constexpr std::array<std::string_view, 5> kAgents{
      "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Mobile/15E148",
      "curl/8.14.1",
      "python-client/3.11 (shop integration)",
      "health-probe/2",
  };
  const auto details = rng.next();
  const auto request = make_request(rng);
  const auto status = status_of(event, rng);
  const auto agent = rng.pick(kAgents);
  put(out, Address{details}, " - - [");
  put_common_log_time(out, event.time_ms);
  put(out, "] \"", request.method, " /api/", event.service, '/', request.item, "?rid=", event.request_id,
      " HTTP/1.1\" ", status, ' ', (details >> 20) % 40'000, " \"https://shop.example.com/", event.service,
      "\" \"", agent, "\"\n");
}

}  // namespace weir::samples
