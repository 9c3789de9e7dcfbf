"""Just enough C++ to hold rules against: code without comments and literals, and functions."""

import re

_TOKEN = re.compile(
    r"""
    (?P<line>//(?:[^\n\\]|\\.|\\\n)*)
  | (?P<block>/\*.*?(?:\*/|\Z))
  | (?P<raw>\b(?:u8|[uUL])?R"(?P<mark>[^()\\\s]{0,16})\(.*?(?:\)(?P=mark)"|\Z))
  | (?P<string>"(?:[^"\\\n]|\\.|\\\n)*"?)
  | (?P<number>\b[0-9](?:'?[0-9a-zA-Z_.])*)   # so that 1'000 is not half a character literal
  | (?P<char>'(?:[^'\\\n]|\\.)*'?)
    """,
    re.VERBOSE | re.DOTALL,
)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text, keep_strings=False):
    """The same text, line by line and column by column, with comments (and the insides of
    literals) turned into blanks."""

    def replace(match):
        kind = match.lastgroup if match.lastgroup != "mark" else "raw"
        found = match.group(0)
        if kind in ("line", "block"):
            return _blank(found)
        if kind == "number" or keep_strings:
            return found
        return '""' + _blank(found[2:])

    return _TOKEN.sub(replace, text)


def without_directives(code):
    """`code` without preprocessor lines, continued ones included."""
    return re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", lambda m: _blank(m.group(0)), code, flags=re.M)


_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern|concept)\b")


def _without_template_heads(header):
    """`template <class T>` says class, but opens none."""
    while found := re.search(r"\btemplate\s*<", header):
        end, depth = found.end(), 1
        while end < len(header) and depth:
            depth += {"<": 1, ">": -1}.get(header[end], 0)
            end += 1
        header = header[: found.start()] + header[end:]
    return header


def _is_function(header):
    header = _without_template_heads(header)
    if header.count("(") != header.count(")") or ")" not in header:
        return False
    if re.search(r"=\s*$", header):
        return False
    # A type with an attribute or a base in parentheses is still no function.
    return not _SCOPE.search(header[: header.index("(")])


def functions(text):
    """(name, first line, last line) of each function's body, braces included. Lines count from 1.

    A function is the outermost brace that is no namespace's, type's or initialiser's; lambdas and
    blocks within count as part of it.
    """
    code = without_directives(without_comments(text))
    found, header, line = [], "", 1
    depth = first = 0  # within the function being read; 0: between functions
    for position, char in enumerate(code):
        if char == "\n":
            line += 1
        if depth:
            depth += {"{": 1, "}": -1}.get(char, 0)
            if depth == 0:
                following = code[position + 1 : position + 200].lstrip()[:1]
                if following in (",", "{") and ":" in header:
                    header += "{}"  # `a_{1}` of a constructor: its body comes yet
                else:
                    found.append((" ".join(header.split())[:60], first, line))
                    header = ""
        elif char == "{" and _is_function(header):
            depth, first = 1, line
        elif char == "{":
            header = "" if _SCOPE.search(_without_template_heads(header)) else header
        elif char in ";}":
            header = "" if char == ";" else header
        else:
            header += char
            if char == ":" and re.search(r"\b(public|private|protected)\s*:$", header):
                header = ""
    return found
