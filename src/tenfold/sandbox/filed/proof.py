"""Whether a file of answers fits AWS's models, before a call meets it."""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.model import Shape
from moto.core.model import OperationModel

from tenfold.model.errors import ConfigError
from tenfold.sandbox.calls import service_model
from tenfold.sandbox.filed.entries import Book, Entry, Kind
from tenfold.sandbox.filed.plants import PlantError, shape_members
from tenfold.sandbox.filed.template import FUNCTIONS, places

_NAMES = frozenset(
    {
        "account",
        "ask",
        "caller",
        "count",
        "each",
        "found",
        "moto",
        "next",
        "now",
        "partition",
        "put",
        "region",
        "row",
        "rows",
        "self",
    }
)


def prove(book: Book, kinds: Mapping[str, Kind], source: str) -> None:
    """Refuse a file with an entry that can never hold.

    Raises:
        ConfigError: naming the entry and what is wrong with it.
    """
    for where, wrong in [*_wrong_kinds(book), *_wrong_entries(book, kinds)]:
        raise ConfigError(f"{source}: {where}: {wrong}", next="See the entries that come with the sandbox")


def _wrong_kinds(book: Book) -> Iterator[tuple[str, str]]:
    for name, kind in book.kinds.items():
        try:
            members = shape_members(kind.shape) if kind.shape else []
        except PlantError as error:
            yield f"kind {name}", str(error)
            continue
        known = {*members, *kind.besides}
        for member in kind.defaults if kind.shape else ():
            if member not in known:
                yield f"kind {name}", f"{kind.shape} has no member {member}"


def _wrong_entries(book: Book, kinds: Mapping[str, Kind]) -> Iterator[tuple[str, str]]:
    for name, entry in book.entries.items():
        operation = _operation(name)
        if operation is None:
            yield name, "AWS has no such operation"
            continue
        yield from ((name, wrong) for wrong in _wrong(entry, operation, kinds))


def _operation(name: str) -> OperationModel | None:
    service, _, operation = name.partition(":")
    model = service_model(service)
    return model.operation_model(operation) if model and operation in model.operation_names else None


def _wrong(entry: Entry, operation: OperationModel, kinds: Mapping[str, Kind]) -> Iterator[str]:
    parts: list[Any] = [*entry.needs, *entry.put, *entry.change, *([entry.rows] if entry.rows else [])]
    for part in parts:
        if part.kind not in kinds:
            yield f"no kind {part.kind}"
    yield from _strange(operation.output_shape, entry.answer, "answer")
    asked = set(operation.input_shape.members) if operation.input_shape else set()
    templates = [
        entry.answer,
        *([entry.rows.give, entry.rows.where] if entry.rows else []),
        *(put.values for put in entry.put),
    ]
    for path in places(templates):
        first, _, rest = path.partition(".")
        if first.split(" ")[0] not in {*_NAMES, *FUNCTIONS}:
            yield f"${{{path}}} names nothing"
        elif first == "ask" and rest.split(".")[0] not in asked:
            yield f"the call has no parameter {rest.split('.')[0]}"


def _strange(shape: Shape | None, answer: Any, where: str) -> Iterator[str]:
    """Members of an answer that the operation's does not have."""
    if shape is not None and shape.type_name == "list" and isinstance(answer, list):
        for item in answer:
            yield from _strange(shape.member, item, where)
    if not isinstance(answer, Mapping) or (shape is not None and shape.type_name != "structure"):
        return
    members = dict(shape.members) if shape is not None else {}
    for name, value in answer.items():
        if name not in members and members:
            yield f"{where} has no member {name}"
        yield from _strange(members.get(name), value, f"{where}.{name}") if members.get(name) else ()
