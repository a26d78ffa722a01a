#include "transform/jq/libjq_library.hpp"

#include <dlfcn.h>
#include <link.h>

#include <cstdlib>
#include <thread>

namespace weir::transform::jq {

namespace {

// Whether the shared object at `address` has thread-local variables. 1: it has.
struct LoadedObject {
  ElfW(Addr) address;
  bool has_thread_local;
};

int look_for_thread_local(dl_phdr_info* info, std::size_t, void* data) {
  auto* object = static_cast<LoadedObject*>(data);
  if (info->dlpi_addr != object->address) return 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    if (info->dlpi_phdr[i].p_type == PT_TLS) object->has_thread_local = true;
  }
  return 1;
}

bool has_thread_local(void* handle) {
  link_map* map = nullptr;
  if (dlinfo(handle, RTLD_DI_LINKMAP, &map) != 0) return false;
  LoadedObject object{map->l_addr, false};
  dl_iterate_phdr(&look_for_thread_local, &object);
  return object.has_thread_local;
}

struct Loaded {
  LibjqLibrary library;
  std::string error;
  std::thread::id thread = std::this_thread::get_id();
};

void load_functions(void* handle, Loaded& loaded) {
#define WEIR_LIBJQ_LOOK_UP(name)                                                               \
  loaded.library.name = reinterpret_cast<decltype(loaded.library.name)>(dlsym(handle, #name)); \
  if (!loaded.library.name) loaded.error = "libjq.so.1 has no " #name ": weir needs libjq 1.6 or later";
  WEIR_LIBJQ_FUNCTIONS(WEIR_LIBJQ_LOOK_UP)
#undef WEIR_LIBJQ_LOOK_UP
}

Loaded load_once() {
  Loaded loaded;
  void* handle = dlopen("libjq.so.1", RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    loaded.error =
        "this program needs libjq (libjq.so.1), which is not installed. On Debian: apt-get install libjq1";
    return loaded;
  }
  load_functions(handle, loaded);
  // 1.7 and later, known by a function that came with it, do without thread-local variables safely.
  loaded.library.is_for_all_threads =
      has_thread_local(handle) || dlsym(handle, "jv_number_has_literal") != nullptr;
  if (const char* colors = std::getenv("JQ_COLORS"); colors && loaded.error.empty()) {
    loaded.library.jq_set_colors(colors);
  }
  return loaded;
}

const Loaded& loaded() {
  static const Loaded once = load_once();
  return once;
}

}  // namespace

const LibjqLibrary* LibjqLibrary::load(std::string& error) {
  if (loaded().error.empty()) return &loaded().library;
  error = loaded().error;
  return nullptr;
}

bool LibjqLibrary::is_usable_here() const {
  return is_for_all_threads || std::this_thread::get_id() == loaded().thread;
}

}  // namespace weir::transform::jq
