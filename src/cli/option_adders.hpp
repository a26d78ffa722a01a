// Adds options of the few kinds there are to a CLI11 application, which keeps references to their places.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace weir::cli {

// One value an occurrence, taken as it is: CLI11 would otherwise read "[ab]" as a list.
inline void add_list(CLI::App& app, const std::string& names, std::vector<std::string>& values,
                     const std::string& help, const std::string& value, const std::string& group) {
  app.add_option(names, values, help)->type_name(value)->allow_extra_args(false)->take_all()->group(group);
}

template <typename Value>
void add_value(CLI::App& app, const std::string& names, Value& value, const std::string& help,
               const std::string& type, const std::string& group) {
  app.add_option(names, value, help)->type_name(type)->take_last()->group(group);
}

inline void add_flag(CLI::App& app, const std::string& names, bool& value, const std::string& help,
                     const std::string& group) {
  app.add_flag(names, value, help)->disable_flag_override()->group(group);
}

// A flag that calls `act` where it stands.
template <typename Act>
void add_action(CLI::App& app, const std::string& names, Act act, const std::string& help,
                const std::string& group) {
  app.add_flag_callback(names, act, help)->disable_flag_override()->trigger_on_parse()->group(group);
}

// A flag that sets `place` where it stands, so that the last one of several wins.
template <typename Place, typename Value>
void add_choice(CLI::App& app, const std::string& names, Place& place, Value value, const std::string& help,
                const std::string& group) {
  add_action(
      app, names, [&place, value] { place = value; }, help, group);
}

// An option that calls `act` with its value where it stands; the last one of several wins.
template <typename Act>
void add_setter(CLI::App& app, const std::string& names, Act act, const std::string& help,
                const std::string& type, const std::string& group) {
  app.add_option_function<std::string>(names, act, help)
      ->type_name(type)
      ->take_last()
      ->trigger_on_parse()
      ->group(group);
}

}  // namespace weir::cli
