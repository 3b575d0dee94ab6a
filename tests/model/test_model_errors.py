"""The tree of errors is drawn where it begins."""

import ast
import re
from pathlib import Path

from tenfold.model import errors

SOURCE = Path(errors.__file__).parents[1]


def test_every_error_stands_in_the_tree_under_the_one_that_it_is() -> None:
    classes = [
        node
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    ]
    bases = {node.name: [ast.unparse(base) for base in node.bases] for node in classes}
    drawn = _drawn(errors.__doc__ or "")
    assert drawn["QueryError"] == "ConfigError"
    assert drawn == {name: above[0] for name, above in bases.items() if _is_ours(name, bases)}


def _is_ours(name: str, bases: dict[str, list[str]]) -> bool:
    return any(base == "TenfoldError" or _is_ours(base, bases) for base in bases.get(name, ()))


def _drawn(tree: str) -> dict[str, str]:
    """The error above each one, by the indentation."""
    above: dict[int, str] = {}
    found = {}
    for indent, name in re.findall(r"^([│├└─ ]*)(\w+Error)\b", tree, re.MULTILINE):
        depth = len(indent) // 4
        above[depth] = name
        if depth:
            found[name] = above[depth - 1]
    return found
