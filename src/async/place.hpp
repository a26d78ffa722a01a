// Places in source code, for people.
#pragma once

#include <source_location>
#include <string>
#include <string_view>

namespace weir::detail {

// "src/pipeline/shard.cpp:120": the path without the folder that this library was built in.
std::string place_text(const std::source_location& place);

// "n::f" of what a compiler calls "weir::Coro<int> n::f(T) [with T = int]", or of the like.
std::string function_name(std::string_view described);

// Whether the compiler gave the line of a co_await. It knows none inside a coroutine that has not come to
// one: what it gives then is where the whole coroutine begins or ends.
bool is_exact(const std::source_location& place);

// "in n::f after app.cpp:12", or "in n::f of app.cpp" where no line is known.
std::string standing_text(const std::source_location& place);

// Whether the place is in the code of the runtime itself, which its user did not write.
bool is_of_runtime(const std::source_location& place);

}  // namespace weir::detail
