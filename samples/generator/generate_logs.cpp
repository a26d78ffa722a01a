// generate_logs DIRECTORY: writes the sample logs there, and nothing else.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>

#include "generator/sample_files.hpp"

namespace {

void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file;
  file.exceptions(std::ios::badbit | std::ios::failbit);
  file.open(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) {
    std::fputs("usage: generate_logs DIRECTORY\n", stderr);
    return 2;
  }
  const std::filesystem::path directory = argv[1];
  for (const auto& file : weir::samples::make_sample_files())
    write_file(directory / file.path, file.bytes);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "generate_logs: %s\n", error.what());
  return 2;
}
