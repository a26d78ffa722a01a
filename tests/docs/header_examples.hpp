// What the examples in the opening comments of the public headers use without showing it. Nothing of it is
// ever run.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "weir/weir.hpp"

using namespace std::chrono_literals;

#include "weir/grep.hpp"
#include "weir/jq.hpp"

weir::Coro<int> fetch(int page);
weir::Coro<int> answer(std::string question);
weir::Coro<void> talk(weir::Timeout* limit = nullptr);
weir::Coro<int> real_main();
weir::Coro<void> echo(weir::Stream peer);
weir::Coro<int> compute(int input);
std::string compress(const std::string& text);
void announce();
void note(std::string_view text);
void report(std::string_view line);

template <class T>
void use(const T& value);

struct Batch {
  Batch();
};
inline Batch batch;
inline std::string data;
inline weir::GrepOptions options;
inline std::string text;
struct Job {};
