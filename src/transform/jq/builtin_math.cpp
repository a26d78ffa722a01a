// Numbers: the C library's functions under their own names.
#include <math.h>

#include <cmath>
#include <limits>

#include "transform/jq/builtin_support.hpp"

namespace weir::transform::jq {

namespace {

using Arguments = std::span<Value>;

bool numeric(Context& context, const Value& value) {
  return value.is_number() || fail_one(context, value, "number required");
}

template <double (*kFunction)(double)>
bool run_of_input(Context& context, Value& input, Arguments) {
  if (!numeric(context, input)) return false;
  input = Value::number(kFunction(input.number()));
  return true;
}

template <double (*kFunction)(double, double)>
bool run_of_two(Context& context, Value& input, Arguments arguments) {
  if (!numeric(context, arguments[0]) || !numeric(context, arguments[1])) return false;
  input = Value::number(kFunction(arguments[0].number(), arguments[1].number()));
  return true;
}

bool run_fma(Context& context, Value& input, Arguments arguments) {
  for (const Value& argument : arguments) {
    if (!numeric(context, argument)) return false;
  }
  input = Value::number(std::fma(arguments[0].number(), arguments[1].number(), arguments[2].number()));
  return true;
}

Value pair(double first, double second) {
  return Value::array({Value::number(first), Value::number(second)});
}

Value frexp_pair(double value) {
  int exponent = 0;
  const double fraction = ::frexp(value, &exponent);
  return pair(fraction, exponent);
}

Value modf_pair(double value) {
  double whole = 0;
  const double fraction = ::modf(value, &whole);
  return pair(fraction, whole);
}

Value lgamma_pair(double value) {
  int sign = 0;
  const double result = ::lgamma_r(value, &sign);
  return pair(result, sign);
}

// lgamma() leaves the sign in a variable of the process: this does not.
double lgamma_alone(double value) {
  int sign = 0;
  return ::lgamma_r(value, &sign);
}

template <Value (*kFunction)(double)>
bool run_to_pair(Context& context, Value& input, Arguments) {
  if (!numeric(context, input)) return false;
  input = kFunction(input.number());
  return true;
}

// The library goes from order to order; where the function has long become 0 (or infinite) that is saved.
bool is_far(int order, double value) {
  constexpr int kMost = 1 << 24;
  return (order > kMost || order < -kMost) && std::fabs(value) < kMost;
}
double order_jn(double order, double value) {
  return is_far(to_int(order), value) ? 0 : ::jn(to_int(order), value);
}
double order_yn(double order, double value) {
  return is_far(to_int(order), value) ? -std::numeric_limits<double>::infinity() : ::yn(to_int(order), value);
}
double by_power_of_two(double value, double power) {
  return ::ldexp(value, to_int(power));
}
double by_long_power(double value, double power) {
  return ::scalbln(value, static_cast<long>(to_int64(power)));
}
// Of zeros jq's take the first.
double least(double a, double b) {
  return std::isnan(a) || b < a ? b : a;
}
double greatest(double a, double b) {
  return std::isnan(a) || b > a ? b : a;
}
double next_toward(double value, double other) {
  return ::nexttoward(value, static_cast<long double>(other));
}

bool run_pow10(Context& context, Value&, Arguments) {
  return context.fail("Error: pow10/0 not found at build time");
}

bool run_infinite(Context&, Value& input, Arguments) {
  input = Value::number(std::numeric_limits<double>::infinity());
  return true;
}

bool run_nan(Context&, Value& input, Arguments) {
  input = Value::number(std::numeric_limits<double>::quiet_NaN());
  return true;
}

template <bool (*kTest)(double)>
bool run_test(Context&, Value& input, Arguments) {
  input = Value::boolean(input.is_number() && kTest(input.number()));
  return true;
}

bool is_nan(double value) {
  return std::isnan(value);
}
bool is_infinite(double value) {
  return std::isinf(value);
}
bool is_normal(double value) {
  return std::isnormal(value);
}
bool is_finite(double value) {
  return !std::isinf(value);  // NaN is, for jq
}

constexpr Builtin kRows[] = {
    {"acos", 0, run_of_input<::acos>},
    {"acosh", 0, run_of_input<::acosh>},
    {"asin", 0, run_of_input<::asin>},
    {"asinh", 0, run_of_input<::asinh>},
    {"atan", 0, run_of_input<::atan>},
    {"atan2", 2, run_of_two<::atan2>},
    {"atanh", 0, run_of_input<::atanh>},
    {"cbrt", 0, run_of_input<::cbrt>},
    {"ceil", 0, run_of_input<::ceil>},
    {"copysign", 2, run_of_two<::copysign>},
    {"cos", 0, run_of_input<::cos>},
    {"cosh", 0, run_of_input<::cosh>},
    {"drem", 2, run_of_two<::drem>},
    {"erf", 0, run_of_input<::erf>},
    {"erfc", 0, run_of_input<::erfc>},
    {"exp", 0, run_of_input<::exp>},
    {"exp10", 0, run_of_input<::exp10>},
    {"exp2", 0, run_of_input<::exp2>},
    {"expm1", 0, run_of_input<::expm1>},
    {"fabs", 0, run_of_input<::fabs>},
    {"fdim", 2, run_of_two<::fdim>},
    {"floor", 0, run_of_input<::floor>},
    {"fma", 3, run_fma},
    {"fmax", 2, run_of_two<greatest>},
    {"fmin", 2, run_of_two<least>},
    {"fmod", 2, run_of_two<::fmod>},
    {"frexp", 0, run_to_pair<frexp_pair>},
    {"gamma", 0, run_of_input<lgamma_alone>},
    {"hypot", 2, run_of_two<::hypot>},
    {"infinite", 0, run_infinite},
    {"isfinite", 0, run_test<is_finite>},
    {"isinfinite", 0, run_test<is_infinite>},
    {"isnan", 0, run_test<is_nan>},
    {"isnormal", 0, run_test<is_normal>},
    {"j0", 0, run_of_input<::j0>},
    {"j1", 0, run_of_input<::j1>},
    {"jn", 2, run_of_two<order_jn>},
    {"ldexp", 2, run_of_two<by_power_of_two>},
    {"lgamma", 0, run_of_input<lgamma_alone>},
    {"lgamma_r", 0, run_to_pair<lgamma_pair>},
    {"log", 0, run_of_input<::log>},
    {"log10", 0, run_of_input<::log10>},
    {"log1p", 0, run_of_input<::log1p>},
    {"log2", 0, run_of_input<::log2>},
    {"logb", 0, run_of_input<::logb>},
    {"modf", 0, run_to_pair<modf_pair>},
    {"nan", 0, run_nan},
    {"nearbyint", 0, run_of_input<::nearbyint>},
    {"nextafter", 2, run_of_two<::nextafter>},
    {"nexttoward", 2, run_of_two<next_toward>},
    {"pow", 2, run_of_two<::pow>},
    {"pow10", 0, run_pow10},
    {"remainder", 2, run_of_two<::remainder>},
    {"rint", 0, run_of_input<::rint>},
    {"round", 0, run_of_input<::round>},
    {"scalb", 2, run_of_two<::scalb>},
    {"scalbln", 2, run_of_two<by_long_power>},
    {"significand", 0, run_of_input<::significand>},
    {"sin", 0, run_of_input<::sin>},
    {"sinh", 0, run_of_input<::sinh>},
    {"sqrt", 0, run_of_input<::sqrt>},
    {"tan", 0, run_of_input<::tan>},
    {"tanh", 0, run_of_input<::tanh>},
    {"tgamma", 0, run_of_input<::tgamma>},
    {"trunc", 0, run_of_input<::trunc>},
    {"y0", 0, run_of_input<::y0>},
    {"y1", 0, run_of_input<::y1>},
    {"yn", 2, run_of_two<order_yn>},
};

}  // namespace

std::span<const Builtin> math_builtins() noexcept {
  return kRows;
}

}  // namespace weir::transform::jq
