#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int kMutations = 3000;

std::vector<std::string> read_corpus(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> inputs;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return inputs;
}

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  std::string mutate(const std::vector<std::string>& inputs) {
    std::string text = inputs[below(inputs.size())];
    for (auto steps = 1 + below(4); steps > 0; --steps) step(text, inputs);
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  void step(std::string& text, const std::vector<std::string>& inputs) {
    static constexpr std::string_view kTelling = "\"$%*.\\{}[]:,+-eE0159 \n\xff\xc3\x80sdwmqyT";
    const auto at = text.empty() ? 0 : below(text.size());
    switch (below(6)) {
      case 0:
        text.insert(at, 1, static_cast<char>(random_()));
        break;
      case 1:
        text.insert(at, 1, kTelling[below(kTelling.size())]);
        break;
      case 2:
        text.erase(at, 1 + below(8));
        break;
      case 3:
        if (!text.empty()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
        break;
      case 4:
        text.insert(at, text.substr(at, 1 + below(16)));
        break;
      default: {
        const auto& other = inputs[below(inputs.size())];
        text.resize(at);
        if (!other.empty()) text += other.substr(below(other.size()));
      }
    }
  }

  std::mt19937_64 random_;
};

}  // namespace

/// Feeds a fuzz target, without a fuzzer, every file of its corpus and some thousand mutations of them: the same ones
/// in every run, unless TRIFLE_FUZZ_SEED asks for others.
int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " CORPUS\n";
    return 2;
  }
  const auto inputs = read_corpus(argv[1]);
  if (inputs.empty()) {
    std::cerr << "no corpus in " << argv[1] << '\n';
    return 1;
  }
  const char* const asked = std::getenv("TRIFLE_FUZZ_SEED");
  const std::uint64_t seed = asked != nullptr ? std::strtoull(asked, nullptr, 10) : 20261124;
  std::cout << inputs.size() << " files and " << kMutations << " mutations, seed " << seed << std::endl;

  const auto feed = [](const std::string& input) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  };
  for (const auto& input : inputs) feed(input);
  Mutator mutator(seed);
  for (int i = 0; i < kMutations; ++i) feed(mutator.mutate(inputs));
}
