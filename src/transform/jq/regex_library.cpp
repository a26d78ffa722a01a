#include "transform/jq/regex_library.hpp"

#include "base/shared_library.hpp"

namespace weir::transform::jq {

namespace {

struct Loaded {
  RegexLibrary library;
  std::string error;
};

Loaded load_once() {
  Loaded loaded;
  RegexLibrary& library = loaded.library;
  base::SharedLibrary file("libonig.so.5", "a regular expression", "Oniguruma", "libonig5");
#define WEIR_REGEX_LOOK_UP(name) file.find(#name, library.name);
  WEIR_REGEX_NAMES(WEIR_REGEX_LOOK_UP)
#undef WEIR_REGEX_LOOK_UP
  loaded.error = file.error();
  if (!loaded.error.empty()) return loaded;
  OnigEncoding encodings[] = {library.OnigEncodingUTF8};
  library.onig_initialize(encodings, 1);
  return loaded;
}

}  // namespace

const RegexLibrary* RegexLibrary::load(std::string& error) {
  static const Loaded once = load_once();
  if (once.error.empty()) return &once.library;
  error = once.error;
  return nullptr;
}

}  // namespace weir::transform::jq
