"""Characters that may reach a terminal or a file: all that AWS answers is text somebody else chose."""

import contextlib
import io
from collections.abc import Iterator
from typing import BinaryIO, TextIO

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
"""Characters that Unicode counts as printable and that show nothing: fillers, joiners, variation selectors."""


def printable(text: str) -> str:
    """The text with everything that acts on a terminal, turns the reading direction or cannot be seen as an escape.

    `str.isprintable` is false for control, format (bidirectional and zero-width too), surrogate, private and
    unassigned characters and for every separator but the blank.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if char.isprintable() and char not in _INVISIBLE else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


@contextlib.contextmanager
def utf8(out: BinaryIO) -> Iterator[TextIO]:
    """A text stream over a binary one, which stays open; half surrogates are written as escapes."""
    text = io.TextIOWrapper(out, encoding="utf-8", errors="backslashreplace", newline="")
    try:
        yield text
    finally:
        text.detach()
