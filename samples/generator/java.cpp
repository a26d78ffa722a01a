#include <array>

#include "generator/formats.hpp"
#include "generator/put.hpp"
#include "generator/timestamps.hpp"

namespace weir::samples {
namespace {

/// A run of `count` neighbouring frames, innermost first as the JVM prints them.
void put_frames(std::string& out, Rng& rng, unsigned count) {
  constexpr std::array<std::string_view, 7> kFrames{
      "com.example.shop.db.ConnectionPool.borrow(ConnectionPool.java:",
      "com.example.shop.db.Query.execute(Query.java:",
      "com.example.shop.order.OrderService.place(OrderService.java:",
      "com.example.shop.web.RetryFilter.apply(RetryFilter.java:",
      "com.example.shop.web.Dispatcher.lambda$handle$3(Dispatcher.java:",
      "java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:",
      "java.base/java.lang.Thread.run(Thread.java:",
  };
  const auto innermost = rng.below(static_cast<std::uint32_t>(kFrames.size()) - count + 1);
  for (auto i = innermost; i < innermost + count; ++i)
    put(out, "\tat ", kFrames[i], rng.between(30, 900), ")\n");
}

void put_trace(std::string& out, const Event& event, Rng& rng) {
  constexpr std::string_view kCause = "Caused by: ";
  put(out, "com.example.shop.OrderException: could not serve request ", event.request_id, '\n');
  put_frames(out, rng, 3);
  switch (event.trouble) {
    case Trouble::timeout:
      put(out, kCause, "java.net.SocketTimeoutException: ");
      break;
    case Trouble::refused:
      put(out, kCause, "java.net.ConnectException: ");
      break;
    case Trouble::out_of_memory:
      put(out, kCause, "java.lang.OutOfMemoryError: Java heap space, ");
      break;
    default:
      put(out, kCause, "java.io.IOException: ");
  }
  put(out, sentence_of(event.trouble), '\n');
  put_frames(out, rng, 4);
  put(out, "\t... ", rng.between(5, 30), " more\n");
}

}  // namespace

void append_java(std::string& out, const Event& event, Rng& rng) {
  put_java_time(out, event.time_ms);
  const auto level = level_of(event);
  put(out, ' ', level, level.size() == 4 ? "  [exec-" : " [exec-", rng.between(1, 16), "] c.e.shop.",
      event.service, ".Handler - ");
  put(out, sentence_of(event.trouble), ", request ", event.request_id, '\n');
  if (level == "ERROR" || level == "FATAL") put_trace(out, event, rng);
}

}  // namespace weir::samples
