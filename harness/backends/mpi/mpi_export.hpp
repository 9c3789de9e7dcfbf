// The module is compiled with hidden symbols, so that two modules and the program never bind to
// each other's; only its factories are exported.
#pragma once

#define RAILGAUGE_EXPORT __attribute__((visibility("default")))
