"""The plan of the house, held: who may import whom, how big things may grow, what a pure room may touch."""

import ast
import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src" / "tenfold"
FOUNDATION = {"policy", "network", "aws", "store", "lake", "confinement"}
READERS = {"checks", "detections", "inventory", "trail", "sinks", "reports"}
BELOW_4 = {"model"} | FOUNDATION | READERS | {"alerts", "query", "addresses"}
PROGRAMS = {"buckets", "scan", "investigate", "doctor", "deploy", "sandbox"}
MAY_IMPORT: dict[str, set[str]] = {
    "model": set(),
    **{name: {"model"} for name in FOUNDATION},
    "checks": {"model", "policy", "network"},
    "detections": {"model", "policy"},
    "inventory": {"model", "aws"},
    "sinks": {"model", "aws"},
    "reports": {"model"},
    "trail": {"model", "aws", "store", "lake", "detections", "confinement"},
    "alerts": {"model", "store", "sinks"},
    "query": {"model", "store", "lake", "confinement"},
    "addresses": {"model", "store", "lake"},
    "buckets": {"model", "policy", "aws", "store", "lake", "inventory", "trail", "alerts"},
    "scan": {"model", "policy", "network", "aws", "store", "lake", "inventory", "checks", "alerts", "reports"},
    **dict.fromkeys(("investigate", "doctor", "deploy", "sandbox"), BELOW_4),
    "service": BELOW_4 | PROGRAMS,
    **{name: BELOW_4 | PROGRAMS | {"service"} for name in ("cli", "web")},
}
PURE = {
    "model": {"msgspec"},
    "policy": {"msgspec"},
    "network": {"msgspec", "rustworkx"},
    "checks": {"msgspec"},
    "detections": {"msgspec"},
}
IMPURE = {"time", "socket", "subprocess", "threading", "http", "sqlite3", "random", "secrets"}
MANY_SMALL = ("checks", "detections", "inventory/collectors")
BANNED = {"utils", "util", "helpers", "helper", "common", "core", "base", "manager", "misc"}
TABLES_OF_NAMES = re.compile(r"tables?\.py$|_table\.py$")
ACL_GROUPS = "http://acs.amazonaws.com/groups/"  # a name in every partition, not an address
FILES = sorted(SRC.rglob("*.py"))


def room(path: Path) -> str:
    parts = path.relative_to(SRC).parts
    return parts[0] if len(parts) > 1 else ""


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imported(path: Path) -> set[str]:
    """Full names of what a file imports, inside TYPE_CHECKING and functions too; the project imports absolutely."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def functions() -> Iterator[tuple[int, str]]:
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                start = body[0].lineno if body else node.end_lineno or node.lineno
                yield (node.end_lineno or node.lineno) - start + 1, f"{path.relative_to(SRC)}:{node.name}"


def is_many_small(where: str) -> bool:
    return where.startswith(MANY_SMALL)


def test_every_room_is_known() -> None:
    assert {room(path) for path in FILES} - {""} <= MAY_IMPORT.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_imports_go_down_only(path: Path) -> None:
    mine = room(path)
    rooms = {name.split(".")[1] for name in imported(path) if name.startswith("tenfold.")} & MAY_IMPORT.keys()
    assert rooms - {mine} <= MAY_IMPORT.get(mine, set())


@pytest.mark.parametrize("path", [p for p in FILES if room(p) in PURE], ids=lambda p: str(p.relative_to(SRC)))
def test_a_pure_room_touches_nothing(path: Path) -> None:
    outside = {name.split(".")[0] for name in imported(path)} - {"tenfold"}
    assert {name for name in outside if name not in sys.stdlib_module_names} <= PURE[room(path)]
    if path.name == "clock.py" and room(path) == "model":  # where time lives
        return
    assert not outside & IMPURE
    calls = {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}
    assert not {call for call in calls if call == "open" or call.endswith(("datetime.now", "date.today"))}


def test_there_is_no_import_cycle() -> None:
    modules = {".".join(("tenfold", *p.relative_to(SRC).with_suffix("").parts)): p for p in FILES}
    names = {name.removesuffix(".__init__"): path for name, path in modules.items()}
    graph = {
        name: {n for i in imported(p) for n in (i, i.rpartition(".")[0]) if n in names} - {name}
        for name, p in names.items()
    }
    done: set[str] = set()
    while free := {name for name, needs in graph.items() if name not in done and needs <= done}:
        done |= free
    assert graph.keys() - done == set()


def test_sizes() -> None:
    lines = {path: path.read_text().count("\n") for path in FILES}
    weighed = sorted(
        n for p, n in lines.items() if p.name != "__init__.py" and not is_many_small(p.relative_to(SRC).as_posix())
    )
    assert max(lines.values()) <= 600
    assert statistics.median(weighed) <= 170
    assert weighed[int(len(weighed) * 0.9)] <= 400
    lengths = sorted(length for length, where in functions() if not is_many_small(where))
    assert statistics.median(lengths) <= 10
    assert lengths[int(len(lengths) * 0.9)] <= 35


def test_names() -> None:
    assert not [path for path in FILES if BANNED & set(path.relative_to(SRC).with_suffix("").parts)]


def test_one_broad_except() -> None:
    broad = [
        f"{path.relative_to(SRC)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    ]
    assert [where.partition(":")[0] for where in broad] == ["model/errors.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SRC)))
def test_partitions_come_from_data(path: Path) -> None:
    """No literal of one partition outside tables: `aws-cn` and GovCloud accounts are read as well."""
    if TABLES_OF_NAMES.search(path.name):
        return
    nodes = list(ast.walk(tree(path)))
    documentation = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    literals = [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation
    ]
    of_one_partition = [text for text in literals if "arn:aws:" in text or "amazonaws.com" in text]
    assert not [text for text in of_one_partition if not text.startswith(ACL_GROUPS)]
