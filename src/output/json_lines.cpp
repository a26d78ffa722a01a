#include "output/json_lines.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace weir::output {

namespace {

void append_escape(TextBuffer& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::string_view kShort = "\b\t\n\f\r\"\\";
  constexpr std::string_view kLetters = "btnfr\"\\";
  out.append('\\');
  const std::size_t known = kShort.find(c);
  if (known != std::string_view::npos) return out.append(kLetters[known]);
  out.append("u00");
  out.append(kDigits[static_cast<unsigned char>(c) >> 4]);
  out.append(kDigits[static_cast<unsigned char>(c) & 15]);
}

void append_escaped(TextBuffer& out, std::string_view text) {
  std::size_t done = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text.substr(done, i - done));
    append_escape(out, c);
    done = i + 1;
  }
  out.append(text.substr(done));
}

void append_base64(TextBuffer& out, std::string_view bytes) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out.append(k <= count ? kAlphabet[group >> (18 - 6 * k) & 63] : '=');
  }
}

void append_data(TextBuffer& out, JsonData data) {
  out.append(data.is_text ? "{\"text\":\"" : "{\"bytes\":\"");
  if (data.is_text) {
    append_escaped(out, data.bytes);
  } else {
    append_base64(out, data.bytes);
  }
  out.append("\"}");
}

void append_field(TextBuffer& out, std::string_view name, std::uint64_t value) {
  out.append(",\"");
  out.append(name);
  out.append("\":");
  out.append_number(value);
}

void append_labels(TextBuffer& out, const std::vector<std::string_view>& labels) {
  out.append(",\"labels\":[");
  for (std::size_t i = 0; i < labels.size(); ++i) {
    out.append(i == 0 ? "\"" : ",\"");
    out.append(labels[i]);
    out.append('"');
  }
  out.append(']');
}

void append_elapsed(TextBuffer& out, std::chrono::nanoseconds elapsed) {
  const auto nanos = static_cast<std::uint64_t>(elapsed.count());
  std::array<char, 40> human{};
  const int size =
      std::snprintf(human.data(), human.size(), ",\"human\":\"%.6fs\"}", static_cast<double>(nanos) / 1e9);
  out.append("{\"secs\":");
  out.append_number(nanos / 1'000'000'000);
  append_field(out, "nanos", nanos % 1'000'000'000);
  out.append({human.data(), static_cast<std::size_t>(size)});
}

void append_stats(TextBuffer& out, const JsonStats& stats) {
  out.append("{\"elapsed\":");
  append_elapsed(out, stats.elapsed);
  append_field(out, "searches", stats.searches);
  append_field(out, "searches_with_match", stats.searches_with_match);
  append_field(out, "bytes_searched", stats.bytes_searched);
  append_field(out, "bytes_printed", stats.bytes_printed);
  append_field(out, "matched_lines", stats.matched_lines);
  append_field(out, "matches", stats.matches);
  out.append('}');
}

}  // namespace

void append_json_begin(TextBuffer& out, JsonData path) {
  out.append("{\"type\":\"begin\",\"data\":{\"path\":");
  append_data(out, path);
  out.append("}}\n");
}

void append_json_end(TextBuffer& out, JsonData path, const JsonStats& stats) {
  out.append("{\"type\":\"end\",\"data\":{\"path\":");
  append_data(out, path);
  out.append(",\"binary_offset\":null,\"stats\":");
  append_stats(out, stats);
  out.append("}}\n");
}

void append_json_summary(TextBuffer& out, const JsonStats& stats) {
  out.append("{\"type\":\"summary\",\"data\":{\"elapsed_total\":");
  append_elapsed(out, stats.elapsed);
  out.append(",\"stats\":");
  append_stats(out, stats);
  out.append("}}\n");
}

std::uint32_t append_json_line(TextBuffer& out, const JsonLine& line,
                               const std::vector<JsonSubmatch>& submatches, bool known) {
  out.append(line.selected ? "{\"type\":\"match\",\"data\":{\"path\":"
                           : "{\"type\":\"context\",\"data\":{\"path\":");
  append_data(out, line.path);
  out.append(",\"lines\":");
  append_data(out, line.line);
  out.append(",\"line_number\":");
  const auto place = static_cast<std::uint32_t>(out.size());
  if (known) out.append_number(line.number);
  append_field(out, "absolute_offset", line.offset);
  out.append(",\"submatches\":[");
  for (std::size_t i = 0; i < submatches.size(); ++i) {
    out.append(i == 0 ? "{\"match\":" : ",{\"match\":");
    append_data(out, submatches[i].match);
    append_field(out, "start", submatches[i].begin);
    append_field(out, "end", submatches[i].begin + submatches[i].match.bytes.size());
    out.append('}');
  }
  out.append(']');
  if (line.labels != nullptr) append_labels(out, *line.labels);
  out.append("}}\n");
  return place;
}

}  // namespace weir::output
