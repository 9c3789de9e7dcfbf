#include <cstdio>

#include "harness/cli/command_line.hpp"

int main(int argc, char** argv) {
    return static_cast<int>(railgauge::run_command_line(argc, argv, stdout, stderr));
}
