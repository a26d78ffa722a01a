// MonitorServer: the thread that answers.
#pragma once

#include <string>
#include <thread>

#include "async/observer.hpp"
#include "base/unique_fd.hpp"

namespace weir::detail {

class MonitorServer {
 public:
  // std::system_error when it cannot listen at `path`.
  explicit MonitorServer(std::string path);
  MonitorServer(const MonitorServer&) = delete;
  MonitorServer& operator=(const MonitorServer&) = delete;
  ~MonitorServer();

  const std::string& path() const noexcept { return path_; }

 private:
  void run();
  void serve(int client);

  std::string path_;
  Observation observation_;
  base::UniqueFd listener_;
  base::UniqueFd stop_;  // readable: end
  std::thread thread_;
};

}  // namespace weir::detail
