// ContextVar<T>: a variable of which every task has its own value: a request id, a deadline, a user.
//
//   weir::ContextVar<std::string> request_id("request id", "-");    // at namespace scope
//
//   weir::Coro<void> handle(std::string id) {
//     request_id.set(id);          // seen here and in whatever is spawned or offloaded from here on
//     co_await answer(id);         // request_id.get() == id in there too
//   }
//
// A task starts with a copy of the context of whoever spawned it; so does a call that is offloaded to a
// thread, a coroutine sent with run_threadsafe(), and a done callback. What is set there stays there: neither
// the spawner nor siblings see it. A coroutine that is awaited belongs to its task and shares its context.
// Code outside of tasks has a context for each thread, which run() copies into the main task. Callbacks of a
// loop (call_soon, timers) see that of the thread, unless they go through Context::run().
//
// Copying a context is one reference count, set() copies the table of variables that are set, get() searches
// it.
//
// Ownership: a variable outlives its use (make it static).
// Threads: a variable may be used from any thread; values are shared between contexts and never change, so T
// must be safe to read from several threads.
// Cancellation: does not concern it.
// Errors: LookupError from get() without a value; std::logic_error for a token of another place.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace weir {

class Context;

// get() of a variable that has no value in this context and no default.
class LookupError : public std::logic_error {
 public:
  explicit LookupError(const std::string& name) : std::logic_error("no value for: " + name) {}
};

namespace detail {

class TaskBase;

// While it lives, `context` is the current one for what this thread runs on the same task, or outside of any.
// For synchronous code only: nothing may be awaited meanwhile.
class ContextScope {
 public:
  explicit ContextScope(Context& context) noexcept;
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;
  ~ContextScope();

  Context& context() const noexcept { return context_; }
  const TaskBase* task() const noexcept { return task_; }

 private:
  Context& context_;
  const TaskBase* task_;
  const ContextScope* outer_;
};

// The context of the code that runs now on this thread.
Context& current_context() noexcept;

std::uint64_t next_variable_id() noexcept;

}  // namespace detail

// The values of all variables at one moment. Copies are independent and cheap; one object belongs to one
// thread at a time.
class Context {
 public:
  using Value = std::shared_ptr<const void>;

  Context() noexcept = default;

  bool empty() const noexcept { return !values_; }

  // Calls the synchronous `fn` with this context as the current one; what it sets stays in this object.
  template <class Fn>
  std::invoke_result_t<Fn&> run(Fn&& fn) {
    const detail::ContextScope scope(*this);
    return fn();
  }

  // Runtime only: by the number of a variable; null when it is not set.
  Value find(std::uint64_t variable) const noexcept;
  void replace(std::uint64_t variable, Value value);

 private:
  struct Entry {
    std::uint64_t variable;
    Value value;
  };

  std::shared_ptr<const std::vector<Entry>> values_;
};

// A copy of the current context.
Context copy_context();

template <class T>
class ContextVar {
 public:
  // What set() replaced, for reset(). It fits the variable and the context that it came from, once.
  class Token {
   public:
    Token(Token&& other) noexcept
        : variable_(std::exchange(other.variable_, nullptr)),
          context_(other.context_),
          old_(std::move(other.old_)) {}
    Token& operator=(Token&&) = delete;

    // The value before set(); nothing when there was none.
    std::optional<T> old_value() const {
      return old_ ? std::optional<T>(*std::static_pointer_cast<const T>(old_)) : std::nullopt;
    }

   private:
    friend class ContextVar;
    Token(const ContextVar* variable, const Context* context, Context::Value old) noexcept
        : variable_(variable), context_(context), old_(std::move(old)) {}

    const ContextVar* variable_;
    const Context* context_;
    Context::Value old_;
  };

  explicit ContextVar(std::string name) : name_(std::move(name)) {}
  ContextVar(std::string name, T fallback) : name_(std::move(name)), fallback_(std::move(fallback)) {}
  ContextVar(const ContextVar&) = delete;
  ContextVar& operator=(const ContextVar&) = delete;

  const std::string& name() const noexcept { return name_; }

  // The value here, or the default; LookupError without either.
  T get() const {
    if (const Context::Value value = detail::current_context().find(id_)) return as_value(value);
    if (!fallback_) throw LookupError(name_);
    return *fallback_;
  }
  // The value here, or `fallback`.
  T get(T fallback) const {
    if (const Context::Value value = detail::current_context().find(id_)) return as_value(value);
    return fallback;
  }

  Token set(T value) {
    Context& context = detail::current_context();
    Token token(this, &context, context.find(id_));
    context.replace(id_, std::make_shared<const T>(std::move(value)));
    return token;
  }

  // Puts back what was there before the set() that gave `token`. std::logic_error when the token was used
  // already, or comes from another variable or context.
  void reset(Token token) {
    Context& context = detail::current_context();
    if (token.variable_ != this)
      throw std::logic_error("reset() with a token used before or of another variable");
    if (token.context_ != &context) throw std::logic_error("reset() with a token of another context");
    context.replace(id_, std::move(token.old_));
  }

 private:
  static T as_value(const Context::Value& value) { return *std::static_pointer_cast<const T>(value); }

  std::string name_;
  std::optional<T> fallback_;
  std::uint64_t id_ = detail::next_variable_id();
};

}  // namespace weir
