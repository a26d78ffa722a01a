// How the two ends talk. A question is one line: "who", "tasks", "task 1.17" or "cancel 1.17". The answer is
// a row of fields, each as its length, ':', its bytes and ','; the first one names the protocol, the second
// is empty or says what went wrong, for which the third is a letter: 'a' for the argument, 'b' for anything
// else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "weir/monitor.hpp"

namespace weir::monitor {

inline constexpr std::string_view kProtocol = "weir-monitor 1";

class Writer {
 public:
  Writer() { text(kProtocol); }
  void text(std::string_view value);
  void number(std::uint64_t value);
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// Fields that are missing or malformed read as empty or 0, and is_good() is false from then on.
class Reader {
 public:
  explicit Reader(std::string_view answer) noexcept : rest_(answer) {}
  std::string text();
  std::uint64_t number();
  bool is_good() const noexcept { return is_good_; }

 private:
  std::string_view rest_;
  bool is_good_ = true;
};

std::string failure(std::string_view what, char kind);

void put(Writer& writer, const ProcessReport& report);
void put(Writer& writer, const TaskReport& report);
void get(Reader& reader, ProcessReport& report);
void get(Reader& reader, TaskReport& report);

}  // namespace weir::monitor
