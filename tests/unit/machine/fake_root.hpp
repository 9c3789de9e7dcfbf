// A tree of files that stands for "/" in tests.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace railgauge {

class fake_root {
public:
    fake_root() {
        std::string name = (std::filesystem::temp_directory_path() / "railgauge-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
        path_ = name;
    }
    ~fake_root() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    fake_root(const fake_root&) = delete;
    fake_root& operator=(const fake_root&) = delete;

    void write(const std::string& file, std::string_view content) const {
        const auto full = path_ / file;
        std::filesystem::create_directories(full.parent_path());
        std::ofstream out(full, std::ios::binary | std::ios::trunc);
        out << content;
        ASSERT_TRUE(out.good()) << file;
    }

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace railgauge
