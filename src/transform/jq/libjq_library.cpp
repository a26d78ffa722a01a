#include "transform/jq/libjq_library.hpp"

#include <dlfcn.h>
#include <link.h>

#include <cstdlib>
#include <thread>

#include "base/shared_library.hpp"

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

Loaded load_once() {
  Loaded loaded;
  base::SharedLibrary file("libjq.so.1", "this program", "libjq", "libjq1");
#define WEIR_LIBJQ_LOOK_UP(name) file.find(#name, loaded.library.name);
  WEIR_LIBJQ_FUNCTIONS(WEIR_LIBJQ_LOOK_UP)
#undef WEIR_LIBJQ_LOOK_UP
  loaded.error = file.error();
  if (!loaded.error.empty()) return loaded;
  // 1.7 and later, known by a function that came with it, do without thread-local variables safely.
  loaded.library.is_for_all_threads = has_thread_local(file.handle()) || file.has("jv_number_has_literal");
  if (const char* colors = std::getenv("JQ_COLORS")) loaded.library.jq_set_colors(colors);
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
