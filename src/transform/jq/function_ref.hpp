// FunctionRef: a callable that somebody else owns, passed down the stack; two words, no allocation.
//
// Lives no longer than what it refers to: a parameter, never a member that outlasts the call.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace weir::transform::jq {

template <class Signature>
class FunctionRef;

template <class Out, class... In>
class FunctionRef<Out(In...)> {
 public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef> && std::is_invocable_r_v<Out, F&, In...>)
      FunctionRef(F&& function)
  noexcept
      : object_(const_cast<void*>(static_cast<const void*>(std::addressof(function)))),
        call_([](void* object, In... in) -> Out {
          return (*static_cast<std::remove_reference_t<F>*>(object))(std::forward<In>(in)...);
        }) {}

  Out operator()(In... in) const { return call_(object_, std::forward<In>(in)...); }

 private:
  void* object_;
  Out (*call_)(void*, In...);
};

}  // namespace weir::transform::jq
