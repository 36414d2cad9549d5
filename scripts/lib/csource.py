# SPDX-License-Identifier: BSD-2-Clause
# SPDX-FileCopyrightText: 2026 The libipmmu authors
"""csource.py - what a C file defines for other files, and which names it uses.

No compiler and no preprocessor: the file is cut into tokens and these into declarations, by their
braces and semicolons. Each branch of an #if is read. It does not see a name that a macro pastes
together with ##.
"""
import re

SKIP = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)
DEFINE = re.compile(r"\s*#\s*define\s+(\w+)(\([^)]*\))?(.*)", re.S)
TOKEN = re.compile(r'\n|[A-Za-z_]\w*|\d[\w.]*|->|""|\S')
NAME = re.compile(r"[A-Za-z_]\w*$")
TAGS = {"struct", "union", "enum"}
# A name behind one of these is used; behind another word it is declared, as in "int name".
BEFORE_USE = {"return", "else", "do", "case", "sizeof", "typeof"}
NO_FUNCTION = {"__attribute__", "__declspec", "_Alignas", "if", "while", "for", "switch", "return",
               "sizeof", "typeof", "asm", "__asm__"}


def blank(match):
    """Comments leave their lines, strings leave a token."""
    text = match.group(0)
    return '""' if text[0] in "\"'" else "\n" * text.count("\n") + " "


def tokens_of(text, line=1):
    result = []
    for match in TOKEN.finditer(text):
        if match.group(0) == "\n":
            line += 1
        else:
            result.append((match.group(0), line))
    return result


class Cannot(Exception):
    """The braces of a file do not match, so nothing can be said of it."""


def declarations(tokens):
    """Cut at depth 0: behind a semicolon, and behind the body of a function."""
    chunk, depth = [], 0
    for token in tokens:
        text = token[0]
        if depth == 0 and text == "{" and [t for t, _ in chunk] == ["extern", '""']:
            chunk = []
            continue
        if depth == 0 and text == "}":
            continue  # of extern "C"
        chunk.append(token)
        depth += (text in "({[") - (text in ")}]")
        if depth == 0 and (text == ";" or (text == "}" and function_of(chunk))):
            yield chunk
            chunk = []
    if depth != 0:
        raise Cannot(f"brackets do not match behind line {chunk[0][1]}")
    if chunk:
        yield chunk


def outline(chunk):
    """The tokens at depth 0: of what is in brackets, only these are left. What is pointed to, as
    in "(*name[2])(int)", becomes an array of that name, and "(*name(void))(int)" a function."""
    result, depth = [], 0
    for i, (text, _) in enumerate(chunk):
        depth -= text in ")}]"
        if depth == 0:
            result.append(text)
        depth += text in "({["
        if depth == 1 and text == "(" and chunk[i + 1][0] == "*":
            result[-1:] = pointed_at(chunk[i + 1:])
    return result


def pointed_at(tokens):
    name = ""
    for text, _ in tokens:
        if text in "()[":
            break
        name = text
    return [name, "(" if text == "(" else "["]


def head_of(chunk):
    """What stands before a body or an initial value."""
    head = []
    for text in outline(chunk):
        if text in ("=", ";"):
            break
        head.append(text)
    return head


def function_of(chunk):
    """The name of the function that is declared or defined here; of several macros around it
    those in capitals are no function's."""
    head = head_of(chunk)
    found = [a for a, b in zip(head, head[1:])
             if b == "(" and NAME.match(a) and a not in NO_FUNCTION]
    small = [name for name in found if not name.isupper()]
    return (small or found or [""])[-1]


def has_body(chunk):
    return head_of(chunk)[-1] == "}" and function_of(chunk) != ""


def objects_of(chunk):
    """Names of the objects that a declaration at depth 0 defines."""
    names, last, taken, bare = [], "", False, 0
    for text in [*outline(chunk), ","]:
        if text in (",", ";"):
            if last and bare > 1:
                names.append(last)
            last, taken = "", False
        elif text in ("=", "[", ":"):
            taken = True
        elif NAME.match(text) and not taken and text not in TAGS | NO_FUNCTION:
            bare += 1
            last = text
        elif text == "{" and not taken:
            bare += 1  # the body of a type, behind which a name may stand
            last = ""
    return names


class Source:
    """What one file defines and uses."""

    def __init__(self, text):
        text = SKIP.sub(blank, text)
        self.exports = set()  # functions and objects that other files can use
        self.own = set()      # all that it defines
        self.uses = {}        # name: the first line where it stands as a use
        for match in DIRECTIVE.finditer(text):
            self.macro(match.group(0), text.count("\n", 0, match.start()) + 1)
        text = DIRECTIVE.sub(lambda match: "\n" * match.group(0).count("\n"), text)
        for chunk in declarations(tokens_of(text)):
            self.declaration(chunk)
        for name in self.own:
            self.uses.pop(name, None)

    def macro(self, text, line):
        define = DEFINE.match(text)
        if define:
            hidden = set(re.findall(r"\w+", define.group(2) or ""))
            self.use(tokens_of(define.group(3), line), hidden)

    def declaration(self, chunk):
        words = head_of(chunk)
        if not words:
            return
        if has_body(chunk):
            self.define([function_of(chunk)], "static" not in words)
            inside = next(i for i, (text, _) in enumerate(chunk) if text == "(")
            self.use(chunk[inside:], declared(chunk))
        elif function_of(chunk):
            if words[0] == function_of(chunk):  # a macro that stands alone
                self.use(chunk[1:], set())
        elif "typedef" not in words:
            start = next((i for i, (text, _) in enumerate(chunk) if text == "="), len(chunk))
            if "extern" not in words or start < len(chunk):
                self.define(objects_of(chunk), "static" not in words)
            self.use(chunk[start:], set())

    def define(self, names, seen_by_others):
        self.own.update(names)
        if seen_by_others:
            self.exports.update(names)

    def use(self, tokens, hidden):
        texts = ["", *(text for text, _ in tokens), ""]
        for i, (text, line) in enumerate(tokens, 1):
            if NAME.match(text) and is_use(texts[i - 1], texts[i + 1]) and text not in hidden:
                self.uses.setdefault(text, line)


def is_use(before, behind):
    if before in (".", "->", "goto") or before in TAGS:
        return False
    return not (before in ("{", "}", ";") and behind == ":")  # a label


def declared(chunk):
    """Parameters and local names: they hide a function of the same name. A name with "(" behind
    it is a call, except in "(*name)(", a pointer to a function."""
    texts = ["", "", *(text for text, _ in chunk), ""]
    names = set()
    for i in range(2, len(texts) - 1):
        two, before, behind = texts[i - 2], texts[i - 1], texts[i + 1]
        if not NAME.match(texts[i]):
            continue
        typed = NAME.match(before) and before not in BEFORE_USE and before != "goto"
        pointed = before == "*" and (NAME.match(two) or two == "*") and two not in BEFORE_USE
        if behind != "(" and (typed or pointed) and before not in TAGS:
            names.add(texts[i])
        if behind == ")" and before == "*" and two == "(":
            names.add(texts[i])
    return names
