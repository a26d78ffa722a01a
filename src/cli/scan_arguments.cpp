// From the arguments that commands share to what libweir is asked for.
#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "cli/scan_options.hpp"

namespace weir::cli {

namespace {

// False when there is no such key.
bool apply_sort(const ScanArguments& a, ScanOptions& options) {
  constexpr std::pair<std::string_view, GrepSort> kKeys[] = {{"path", GrepSort::path},
                                                             {"none", GrepSort::path},
                                                             {"modified", GrepSort::modified},
                                                             {"accessed", GrepSort::accessed},
                                                             {"created", GrepSort::created}};
  const auto* const found =
      std::find_if(std::begin(kKeys), std::end(kKeys), [&a](const auto& key) { return key.first == a.sort; });
  if (found == std::end(kKeys)) return false;
  options.sort = found->second;
  options.sort_reversed = a.sort_reversed && a.sort != "none";
  return true;
}

void apply_flags(const ScanArguments& a, ScanOptions& options) {
  options.files_from_null = a.null;
  options.files_from = a.files_from.value_or("");
  options.silent_file_errors = a.no_messages;
  options.globs = a.globs;
  options.decompress = !a.no_decompress;
  options.iglobs = a.iglobs;
  options.types = a.types;
  options.types_not = a.types_not;
  options.type_definitions = a.type_definitions;
  options.ignore_files = a.ignore_files;
  options.hidden = a.hidden;
  options.follow_links = a.follow;
  options.one_file_system = a.one_file_system;
  options.since = a.since;
  options.until = a.until;
  options.time_format = a.time_format;
  options.time_zone = a.time_zone;
  options.buffering = a.buffering;
  options.encoding = a.encoding;
  options.io = a.io;
  options.mapping = a.mapping;
  if (a.unsorted) options.time_search_bytes = ScanOptions::kNoLimit;
}

void apply_values(const ScanArguments& a, ScanOptions& options, ValueReader& values) {
  values.count("--max-depth", a.max_depth, options.max_depth, ScanOptions::kNoLimit - 1);
  values.bytes("--max-filesize", a.max_file_bytes, options.max_file_bytes, ScanOptions::kNoLimit - 1);
  values.count("--jobs", a.jobs, options.jobs, 1024);
  values.bytes("--memory", a.memory, options.memory_bytes, std::uint64_t{1} << 50);
  values.bytes("--max-line", a.max_line, options.max_line_bytes, std::uint64_t{1} << 31);
  values.bytes("--chunk-size", a.chunk_bytes, options.chunk_bytes, 1U << 30);
}

}  // namespace

void apply_scan_arguments(const ScanArguments& a, ScanOptions& options, ValueReader& values) {
  apply_flags(a, options);
  apply_values(a, options, values);
  if (a.files_from && a.files_from->empty())
    values.refuse("--files-from", *a.files_from, "the name of a file");
  if (!apply_sort(a, options))
    values.refuse(a.sort_option, a.sort, "path, modified, accessed, created or none");
  if (a.binary == "skip" && !a.text) {
    options.binary = GrepBinary::skip;
  } else if (a.binary != "text" && a.binary != "skip") {
    values.refuse("--binary", a.binary, "text or skip");
  }
  if (a.color != "auto" && a.color != "always" && a.color != "never")
    values.refuse("--color", a.color, "auto, always or never");
}

}  // namespace weir::cli
