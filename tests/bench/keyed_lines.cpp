#include "keyed_lines.hpp"

#include <iterator>

#include "generator/put.hpp"
#include "generator/timestamps.hpp"

namespace weir::bench {

using samples::Address;
using samples::Hex;
using samples::put;

KeyedLines::KeyedLines(std::uint64_t seed) : rng_(seed), time_ms_(samples::to_epoch_ms(2026, 3, 1)) {}

void KeyedLines::append(std::string& out) {
  static constexpr std::string_view kMethods[] = {"GET", "GET", "GET", "POST", "PUT", "DELETE"};
  static constexpr std::string_view kStatus[] = {"200", "200", "200", "201", "304", "404", "500"};
  time_ms_ += rng_.below(20);
  put(out, "ts=");
  samples::put_iso_time(out, time_ms_);
  put(out, rng_.one_in(20) ? " level=warn" : " level=info");
  put(out, " service=", samples::any_service(rng_));
  put(out, " host=", samples::any_host(rng_));
  put(out, " client_ip=", Address{rng_.next()});
  put(out, " trace_id=", Hex{rng_.next(), 16});
  put(out, " span_id=", Hex{rng_.next(), 8});
  put(out, " user_id=", rng_.between(1, 99'999));
  put(out, " http_method=", kMethods[rng_.below(std::size(kMethods))]);
  put(out, " http_status=", kStatus[rng_.below(std::size(kStatus))]);
  put(out, " duration_ms=", rng_.between(1, 900));
  put(out, " bytes_sent=", rng_.between(100, 99'999));
  append_message(out);
}

void KeyedLines::append_message(std::string& out) {
  if (rng_.one_in(100))
    put(out, " msg=\"worker_", rng_.between(100'000, 9'999'999), "  restarted\"\n");
  else
    put(out, " msg=\"request finished\"\n");
}

}  // namespace weir::bench
