#include "jq_outcome.hpp"

#include <cstdlib>

#include "base/text_buffer.hpp"

namespace weir::transform::jq::random {

namespace {

class Collector final : public LibjqSink {
 public:
  explicit Collector(Result& result) : result_(result) {}
  bool output(std::string_view text, record::Kind) override {
    if (result_.outputs.size() < kMostOutputs) result_.outputs.emplace_back(text);
    return ++count_ < kMostRead;
  }
  void error(std::string_view text) override { result_.error = text; }
  void message(std::string_view text) override { result_.outputs.push_back("message " + std::string(text)); }
  bool halted(int status, std::string_view text) override {
    result_.error = "halt " + std::to_string(status) + ' ' + std::string(text);
    return false;
  }

 private:
  // A program that is left early may leave its state unfit: libjq's assertions fail.
  static constexpr std::size_t kMostRead = 20000;

  Result& result_;
  std::size_t count_ = 0;
};

bool is_number_byte(char byte) noexcept {
  return (byte >= '0' && byte <= '9') || byte == '.' || byte == 'e' || byte == 'E' || byte == '+' ||
         byte == '-';
}

std::size_t string_end(std::string_view json, std::size_t at) noexcept {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return std::min(at + 1, json.size());
}

void append_number(std::string& to, const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end != text.c_str() + text.size()) {
    to += text;
    return;
  }
  base::TextBuffer buffer;
  record::write_number(value, buffer);
  to += buffer.view();
}

}  // namespace

std::string Result::text() const {
  std::string all = is_read ? "" : "(not read)\n";
  for (const std::string& output : outputs)
    all += output + '\n';
  if (!error.empty()) all += "error" + error + '\n';
  return all;
}

LibjqProgram with_arguments(std::string text) {
  LibjqProgram program{.text = std::move(text)};
  program.named = {{"arg", R"("a")"}, {"json", R"({"a":[1,2.5],"b":null})"}};
  return program;
}

std::unique_ptr<Oracle> Oracle::compile(const std::vector<std::string>& programs) {
  std::string all;
  auto oracle = std::make_unique<Oracle>();
  if (programs.size() == 1) {
    all = programs.front();
    oracle->is_alone_ = true;
  } else {
    for (std::size_t i = 0; i < programs.size(); ++i) {
      all += "def p" + std::to_string(i) + ": " + programs[i] + "\n;\n";
    }
    all += ".[0] as $program | .[1] | ";
    for (std::size_t i = 0; i < programs.size(); ++i) {
      all += (i > 0 ? "elif " : "if ") + std::string("$program == ") + std::to_string(i) + " then p" +
             std::to_string(i) + "\n";
    }
    all += "else . end";
  }
  std::string error;
  oracle->state_ = LibjqState::make(with_arguments(all), {}, error);
  return oracle->state_ ? std::move(oracle) : nullptr;
}

Result Oracle::run(std::size_t program, const std::string& record) {
  Result result;
  Collector collector(result);
  const std::string text = is_alone_ ? record : '[' + std::to_string(program) + ',' + record + ']';
  const LibjqEnd end = state_->run(text, {"app.log", 7}, collector);
  result.is_read = end != LibjqEnd::malformed;
  result.is_known = end != LibjqEnd::broken && !result.error.ends_with(" in libjq");
  return result;
}

std::string with_plain_numbers(std::string_view json) {
  std::string plain;
  for (std::size_t at = 0; at < json.size();) {
    std::size_t end = at + 1;
    if (json[at] == '"') {
      end = string_end(json, at);
      plain += json.substr(at, end - at);
    } else if (json[at] == '-' || (json[at] >= '0' && json[at] <= '9')) {
      while (end < json.size() && is_number_byte(json[end]))
        ++end;
      append_number(plain, std::string(json.substr(at, end - at)));
    } else {
      plain += json[at];
    }
    at = end;
  }
  return plain;
}

Result with_plain_numbers(Result result) {
  for (std::string& output : result.outputs)
    output = with_plain_numbers(output);
  result.error = with_plain_numbers(result.error);
  return result;
}

}  // namespace weir::transform::jq::random
