// An ordinary main for a fuzz target, so that it does not rot where there is no fuzzer: runs every
// file of the folders and files named as arguments, and some mutations of each, always the same.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int mutations_each = 300;

void run(const std::string& input) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::string mutated(std::string input, std::mt19937_64& random) {
    static constexpr char interesting[] = "{}[]\",:0-9e.\\ \n\0\xff=";
    const auto place = [&] { return random() % (input.size() + 1); };
    for (auto edits = 1 + random() % 4; edits > 0; --edits) {
        const std::size_t at = place();
        switch (random() % 5) {
            case 0: input.resize(at); break;
            case 1: input.insert(at, 1, interesting[random() % (sizeof interesting - 1)]); break;
            case 2: input.erase(at, random() % 8); break;
            case 3: input.insert(at, input.substr(place(), random() % 64)); break;
            default:
                if (at < input.size()) input[at] = static_cast<char>(random());
        }
    }
    return input;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::filesystem::path> files;
    for (int i = 1; i < argc; ++i) {
        if (!std::filesystem::is_directory(argv[i])) {
            files.emplace_back(argv[i]);
            continue;
        }
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            files.push_back(entry.path());
        }
    }
    if (files.empty()) {
        std::fprintf(stderr, "no seeds: name a folder of them\n");
        return 1;
    }
    std::mt19937_64 random(1);
    run("");
    for (const auto& path : files) {
        std::ifstream file(path, std::ios::binary);
        const std::string seed{std::istreambuf_iterator<char>(file), {}};
        run(seed);
        for (int i = 0; i < mutations_each; ++i) run(mutated(seed, random));
    }
    std::printf("%zu seeds, %d mutations each\n", files.size(), mutations_each);
    return 0;
}
