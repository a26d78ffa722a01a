// Words that table and JSON share.
#pragma once

#include <string>

#include "weir/monitor.hpp"

namespace weir::monitor {

inline std::string id_text(std::uint64_t loop, std::uint64_t id) {
  return std::to_string(loop) + "." + std::to_string(id);
}

inline const char* state_text(const TaskInfo& task) noexcept {
  switch (task.state) {
    case TaskState::created:
      return "new";
    case TaskState::running:
      if (!task.waiting_for.empty()) return "waiting";
      return task.waiting_at.empty() ? "ready" : "running";
    case TaskState::finished:
      return "finished";
    case TaskState::failed:
      return "failed";
    case TaskState::cancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace weir::monitor
