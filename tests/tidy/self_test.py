#!/usr/bin/env python3
"""Plants one violation of each rule in a small clean house, and expects it (and no other) found."""

import os
import tempfile
import unittest

import cpp_text
import rules
import tidy

TABLE = """# A house

## 1. The house

```
kernels/      knows nothing
benches/      what is measured
harness/      the library
  base/       helpers
  stats/      numbers
  record/     results                     <- stats
  cli/        prints                      <- everything
```
"""

HEADER = "// A helper.\n#pragma once\n\nint helper();\n"

# Rule: a file, and what stands in it. More than one per rule where it has several sides.
PLANTS = [
    ("file-length", "harness/base/long.cpp", "int a;\n" * 501),
    ("function-length", "harness/base/f.cpp", "int f() {\n" + "    g();\n" * 69 + "}\n"),
    ("function-length", "harness/base/t.cpp",
     "namespace n {\nstruct s {\n    template <class T>\n    s(T a) : a_{a}, b_(1) {\n"
     + "        g();\n" * 69 + "    }\n};\n}\n"),
    ("columns", "harness/base/wide.cpp", "int a;" + " " * 94 + "\n" + "int b;" + "x" * 95 + "\n"),
    ("tabs", "harness/base/tab.cpp", "int f() {\n\treturn 1;\n}\n"),
    ("includes", "harness/base/up.cpp", '#include "harness/stats/helper.hpp"\n'),
    ("includes", "harness/stats/side.cpp", '#  include "harness/record/helper.hpp"\n'),
    ("includes", "harness/stats/gone.cpp", '#include "harness/base/gone.hpp"\n'),
    ("includes", "harness/base/near.cpp", '#include "helper.hpp"\n'),
    ("includes", "harness/base/angle.cpp", "#include <harness/base/helper.hpp>\n"),
    ("includes", "kernels/ranks.cpp", '#include "harness/base/helper.hpp"\n'),
    ("includes", "benches/verb.cpp", '#include "harness/cli/helper.hpp"\n'),
    ("printing", "harness/base/cout.cpp", "void f() { std::cout << 1; }\n"),
    ("printing", "harness/base/printf.cpp", 'void f() { printf("%d", 1); }\n'),
    ("printing", "harness/base/perror.cpp", 'void f() { ::perror("f"); }\n'),
    ("printing", "harness/stats/exit.cpp", "void f() { std::exit(1); }\n"),
    ("printing", "harness/stats/abort.cpp", "void f() { abort (); }\n"),
    ("printing", "kernels/child.cpp", "void f() { _exit(0); }\n"),
    ("naming", "harness/base/CamelCase.cpp", "int a;\n"),
    ("naming", "harness/base/old.h", "int a;\n"),
    ("pragma-once", "harness/base/guard.hpp", "#ifndef GUARD\n#define GUARD\n#endif\n"),
    ("leftovers", "harness/base/later.cpp", "int a;  // TO" "DO: b\n"),
    ("leftovers", "README.md", "FIX" "ME\n"),
]

# What looks like a violation and is none.
INNOCENT = {
    "harness/record/helper.hpp":
        HEADER.replace("\n\n", '\n\n#include "harness/stats/helper.hpp"\n'),
    "harness/cli/main.cpp": 'int main() { std::cout << 1; std::exit(1); }\n',
    "benches/micro/cost.cpp": 'int main() { printf("1"); }\n',
    "harness/base/text.cpp":
        '// std::cout, printf() and "harness/stats/helper.hpp"\n'
        '#include "harness/base/helper.hpp"\n'
        'const char* a = R"(std::cout; exit(1))"; const int b = 1\'000;\n'
        'int c = snprintf(a, 1, "exit(1) {{{");\n'
        "void e() { std::cout.flush(); std::fflush(nullptr); }\n"
        "void d() { thread.exit(1); on_exit(1); my::printf(1); }\n",
    # A long table is data, and a long type is a list of declarations.
    "harness/base/table.cpp": "const int t[] = {\n" + "    1,\n" * 80 + "};\n"
                              "struct s {\n" + "    int f();\n" * 80 + "};\n",
    "harness/base/seventy.cpp": "int f() {\n" + "    g();\n" * 68 + "}\n",
    "harness/base/hundred.cpp": "// " + "x" * 97 + "\n",
}


class TidyTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.write("ARCHITECTURE.md", TABLE)
        for room in ("base", "stats", "cli"):
            self.write(f"harness/{room}/helper.hpp", HEADER)
        for path, text in INNOCENT.items():
            self.write(path, text)

    def write(self, path, text):
        whole = os.path.join(self.folder.name, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8") as stream:
            stream.write(text)

    def found(self):
        return {(path, rule) for path, _, _, rule in tidy.violations(self.folder.name)}

    def test_clean_house_is_clean(self):
        self.assertEqual(self.found(), set())

    def test_every_rule_is_planted(self):
        self.assertEqual({rule for rule, _, _ in PLANTS}, set(rules.ALL))

    def test_each_violation_is_found(self):
        for rule, path, text in PLANTS:
            with self.subTest(rule=rule, path=path):
                self.write(path, text)
                self.assertEqual(self.found(), {(path, rule)})
                os.remove(os.path.join(self.folder.name, path))

    def test_builds_are_not_read(self):
        self.write("build-x/harness/base/bad.cpp", "\t")
        self.write("elsewhere/CMakeCache.txt", "")
        self.write("elsewhere/harness/bad.cpp", "\t")
        self.assertEqual(self.found(), set())

    def test_table_must_be_there_and_right(self):
        for text in ("# No table\n", TABLE.replace("<- stats", "<- stars")):
            self.write("ARCHITECTURE.md", text)
            with self.assertRaises(ValueError):
                self.found()

    def test_functions_and_their_lines(self):
        text = (
            "#define M(x) {\n"
            "namespace n {\n"
            "enum class e : int { a, b };\n"
            "std::vector<int> v{f(1), 2};\n"
            "template <class T, class = std::vector<T>>\n"
            "T one(T a) noexcept\n{\n    if (a) {\n    }\n    return {1};\n}\n"
            "int two() { return []() { return 1; }(); }\n"
            "}\n"
        )
        self.assertEqual([(a, b) for _, a, b in cpp_text.functions(text)], [(7, 11), (12, 12)])


if __name__ == "__main__":
    unittest.main()
