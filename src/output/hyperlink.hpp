// HyperlinkFormat: the address behind a file name on a terminal (OSC 8), made from what the user gave.
//
// Immutable. Only the address is made here; who prints it knows line and column.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weir/error.hpp"

namespace weir::output {

enum class LinkValue { none, path, host, line, column, wsl_prefix };

// Text, and the value that stands behind it.
struct LinkPiece {
  std::string text;
  LinkValue behind = LinkValue::none;
};

class HyperlinkFormat {
 public:
  // An alias such as "file" or "vscode", a format with {path} in it, or "" or "none" for no links at all.
  static Result<HyperlinkFormat> parse(const std::string& format);

  bool is_empty() const noexcept { return pieces_.empty(); }
  bool has(LinkValue value) const noexcept;

  // What opens the link to a file, with places for line and column; empty where there is nothing to link to.
  std::vector<LinkPiece> opening(std::string_view path) const;

 private:
  std::vector<LinkPiece> pieces_;
};

inline constexpr std::string_view kLinkEnd = "\33]8;;\33\\";

}  // namespace weir::output
