// LibjqLibrary: the functions of libjq.so.1, which is loaded when the first program needs it: weir starts,
// greps and runs native programs without it.
//
// Loaded once a process and never unloaded; any thread may ask. Only libjq*.cpp may include this.
#pragma once

#include <jq.h>
#include <jv.h>

#include <string>

namespace weir::transform::jq {

struct LibjqLibrary {
  // Null when it cannot be had; `error` then says why, and which package brings it.
  static const LibjqLibrary* load(std::string& error);

  // jq 1.6 built without thread-local variables crashes on every thread but the first that used it. One
  // thread then does all the work: is_usable_here() is true on that one alone.
  bool is_for_all_threads = false;
  bool is_usable_here() const;

#define WEIR_LIBJQ_FUNCTIONS(row)                                                                       \
  row(jq_init) row(jq_teardown) row(jq_set_error_cb) row(jq_compile_args) row(jq_start) row(jq_next)    \
      row(jq_halted) row(jq_get_exit_code) row(jq_get_error_message) row(jq_set_input_cb)               \
          row(jq_set_debug_cb) row(jq_set_attr) row(jq_set_nomem_handler) row(jq_set_colors)            \
              row(jv_get_kind) row(jv_copy) row(jv_free) row(jv_invalid) row(jv_invalid_get_msg)        \
                  row(jv_invalid_has_msg) row(jv_null) row(jv_bool) row(jv_number) row(jv_number_value) \
                      row(jv_array) row(jv_array_length) row(jv_array_get) row(jv_array_append)         \
                          row(jv_string_sized) row(jv_string_length_bytes) row(jv_string_value)         \
                              row(jv_object) row(jv_object_set) row(jv_dump_string) row(jv_parser_new)  \
                                  row(jv_parser_set_buf) row(jv_parser_next) row(jv_parser_free)
#define WEIR_LIBJQ_DECLARE(name) decltype(&::name) name = nullptr;
  WEIR_LIBJQ_FUNCTIONS(WEIR_LIBJQ_DECLARE)
#undef WEIR_LIBJQ_DECLARE
};

}  // namespace weir::transform::jq
