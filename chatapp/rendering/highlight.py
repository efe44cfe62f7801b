"""Colours for finished code blocks: Pygments tokens as a small set of classes.

`static/css/code.css` gives each class its colour. Only languages that people paste into a chat
are coloured, and only blocks of moderate size: a lexer is a pile of regular expressions, and its
time on hostile input must stay bounded.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Final

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Name, Number, Operator, String, _TokenType

from chatapp.rendering.sanitize import clean_tokens, escape

# Characters of a block, and of one of its lines, past which it is shown plain.
BLOCK_LIMIT: Final = 16_000
LINE_LIMIT: Final = 300
# Nor is it code if so much follows on another without any punctuation of code; several lexers
# (Java's most of all) take time squared or cubed on such a run of words or blank lines.
_FILLER_LIMIT: Final = 300
_FILLER: Final = re.compile(r"[\w\s.\[\]$<>?-]+")

_LANGUAGES: Final = frozenset(
    {
        *("bash", "c", "c#", "c++", "clojure", "cmake", "console", "cpp", "cs", "csharp"),
        *("css", "dart", "diff", "docker", "dockerfile", "elixir", "elm", "erlang"),
        *("fish", "go", "golang", "graphql", "groovy", "haskell", "hcl", "html", "http"),
        *("ini", "java", "javascript", "jinja", "js", "json", "jsx", "julia", "kotlin"),
        *("latex", "less", "lua", "make", "makefile", "matlab", "nginx", "nix"),
        *("ocaml", "objective-c", "perl", "php", "plpgsql", "postgresql"),
        *("powershell", "proto", "protobuf", "ps1", "py", "python", "python3"),
        *("pycon", "r", "rb", "rs", "ruby", "rust", "sass", "scala", "scss", "sh", "shell"),
        *("shell-session", "sql", "swift", "terraform", "tex", "toml"),
        *("ts", "tsx", "typescript", "vim", "vue", "xml", "yaml", "yml", "zig", "zsh"),
    }
)
_CLASSES: Final = {
    Comment: "tok-c",
    Comment.Preproc: "tok-p",
    Generic.Deleted: "tok-gd",
    Generic.Heading: "tok-gh",
    Generic.Inserted: "tok-gi",
    Generic.Prompt: "tok-c",
    Generic.Subheading: "tok-gh",
    Keyword: "tok-k",
    Keyword.Constant: "tok-m",
    Keyword.Type: "tok-t",
    Name.Attribute: "tok-a",
    Name.Builtin: "tok-b",
    Name.Class: "tok-t",
    Name.Constant: "tok-m",
    Name.Decorator: "tok-p",
    Name.Exception: "tok-t",
    Name.Function: "tok-f",
    Name.Tag: "tok-k",
    Name.Variable: "tok-a",
    Number: "tok-m",
    Operator.Word: "tok-k",
    String: "tok-s",
}


def highlight(language: str, code: str) -> str:
    """`code` as escaped text, with token spans where its language is known and it is not huge."""
    name = language.lower()
    if name not in _LANGUAGES or not _is_cheap(code):
        return escape(code)
    tokens = [(kind, value) for _, kind, value in _lexer(name).get_tokens_unprocessed(code)]
    # A few lexers drop a last line that has no end.
    if "".join(value for _, value in tokens) != code:
        return escape(code)
    return clean_tokens("".join(_spans(tokens)))


def _is_cheap(code: str) -> bool:
    if len(code) > BLOCK_LIMIT or max(map(len, code.split("\n"))) > LINE_LIMIT:
        return False
    return all(len(run) <= _FILLER_LIMIT for run in _FILLER.findall(code))


@lru_cache(maxsize=128)
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name)


def _spans(tokens: list[tuple[_TokenType, str]]) -> Iterator[str]:
    classed = ((_class_of(kind), value) for kind, value in tokens)
    for css_class, run in groupby(classed, key=itemgetter(0)):
        escaped = escape("".join(value for _, value in run))
        yield f'<span class="{css_class}">{escaped}</span>' if css_class else escaped


def _class_of(kind: _TokenType | None) -> str:
    while kind is not None:
        if kind in _CLASSES:
            return _CLASSES[kind]
        kind = kind.parent
    return ""
