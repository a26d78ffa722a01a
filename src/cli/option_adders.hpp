// Adds options of the few kinds there are to a command, which keeps references to their places. Names are as
// CLI11 takes them, "-e,--regexp"; of `help`, `type` and `group` copies are made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"

namespace weir::cli {

// One value an occurrence, taken as it is: CLI11 would otherwise read "[ab]" as a list.
inline void add_list(Command& command, std::string_view names, std::vector<std::string>& values,
                     std::string_view help, const char* type, const char* group) {
  command.declare(names, [&](CLI::App& app) {
    app.add_option(std::string(names), values, std::string(help))
        ->type_name(type)
        ->allow_extra_args(false)
        ->take_all()
        ->group(group);
  });
}

template <typename Value>
void add_value(Command& command, std::string_view names, Value& value, std::string_view help,
               const char* type, const char* group) {
  command.declare(names, [&](CLI::App& app) {
    app.add_option(std::string(names), value, std::string(help))->type_name(type)->take_last()->group(group);
  });
}

inline void add_flag(Command& command, std::string_view names, bool& value, std::string_view help,
                     const char* group) {
  command.declare(names, [&](CLI::App& app) {
    app.add_flag(std::string(names), value, std::string(help))->disable_flag_override()->group(group);
  });
}

// A flag that calls `act` where it stands.
template <typename Act>
void add_action(Command& command, std::string_view names, Act act, std::string_view help, const char* group) {
  command.declare(names, [&](CLI::App& app) {
    app.add_flag_callback(std::string(names), act, std::string(help))
        ->disable_flag_override()
        ->trigger_on_parse()
        ->group(group);
  });
}

// A flag that sets `place` where it stands, so that the last one of several wins.
template <typename Place, typename Value>
void add_choice(Command& command, std::string_view names, Place& place, Value value, std::string_view help,
                const char* group) {
  add_action(
      command, names, [&place, value] { place = value; }, help, group);
}

// An option that calls `act` with its value where it stands; the last one of several wins.
template <typename Act>
void add_setter(Command& command, std::string_view names, Act act, std::string_view help, const char* type,
                const char* group) {
  command.declare(names, [&](CLI::App& app) {
    app.add_option_function<std::string>(std::string(names), act, std::string(help))
        ->type_name(type)
        ->take_last()
        ->trigger_on_parse()
        ->group(group);
  });
}

}  // namespace weir::cli
