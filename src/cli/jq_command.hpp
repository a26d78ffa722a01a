// `weir jq`: runs the library's jq() and turns what it says into an exit status.
#pragma once

#include "cli/jq_options.hpp"

namespace weir::cli {

int run_jq(const JqArguments& arguments);

}  // namespace weir::cli
