"""The file of answers: what an entry may say, and reading it."""

import json
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from tenfold.model.errors import ConfigError

T = TypeVar("T")
Template = Any
"""JSON with places to fill (`template`)."""


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An error answer."""

    code: str
    text: Template
    status: int = 400


class Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An object that must be there (`found` in templates), or with `absent` must not; else the refusal."""

    kind: str
    refuse: Refusal
    where: dict[str, Template] = {}
    absent: bool = False


class Put(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"values": "with"}):
    """An object that the call makes (`put` in templates), one for each item of `each` where that is given."""

    kind: str
    values: dict[str, Template] = {}
    each: Template = None


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"values": "with"}):
    """Objects that the call changes; without `with` it removes them."""

    kind: str
    where: dict[str, Template] = {}
    values: dict[str, Template] | None = None


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows in pages: how many when the call does not say, and the parameters that say how many and from where."""

    size: int = 100
    limit: str = "MaxResults"
    token: str = "NextToken"  # noqa: S105 - the name of a parameter


class Rows(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Objects to list (`rows` in templates; `count` before they are cut into pages, `next` the token of the next page).

    `where` are equal values (a value that the call does not give is no condition), `criteria` a filter in the
    service's form, `sort` and `order` field and direction, `give` what is given of each `row`.
    """

    kind: str
    where: dict[str, Template] = {}
    criteria: Template = None
    sort: Template = None
    order: Template = "ASC"
    give: Template = "${row}"
    page: Page | None = None


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One operation: what it needs, does and answers, in this order."""

    needs: list[Need] = []
    put: list[Put] = []
    change: list[Change] = []
    rows: Rows | None = None
    refuse: Refusal | None = None
    answer: dict[str, Template] = {}


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of object: the member that names it, where it belongs, and what it has when nobody says otherwise.

    `moto` and `of` say which collection of which backend of moto (or with `single`, which one thing) holds such
    objects already; `defaults` are then filled from each (`moto` in templates), and what is planted under the same id
    is laid over it. `always` are objects that are there from the beginning. `shape` is the part of an answer,
    `service:Operation.Member`, whose members such an object may have, besides those in `besides`.
    """

    id: str
    scope: str = "region"
    defaults: dict[str, Template] = {}
    moto: str = ""
    of: str = ""
    single: bool = False
    always: list[dict[str, Template]] = []
    shape: str = ""
    besides: list[str] = []


class Plant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An object that the file plants."""

    kind: str
    account: str
    facts: dict[str, Any]
    region: str = "us-east-1"


class Book(msgspec.Struct, frozen=True):
    """A file's kinds and entries by name, what all entries of a service need, and what is planted."""

    kinds: dict[str, Kind]
    entries: dict[str, Entry]
    services: dict[str, list[Need]]
    plants: list[Plant]


def shipped() -> Book:
    """The answers that come with the sandbox."""
    name = "answers.toml"
    return _book(tomllib.loads((files(__package__) / name).read_text(encoding="utf-8")), name)


def read_book(path: Path) -> Book:
    """The answers of a user's file, TOML or JSON by its suffix.

    Raises:
        ConfigError: when it cannot be read, or an entry is not what an entry may be; the text names the entry.
    """
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {error}", next="Give a TOML or JSON file of answers") from error
    return _book(found, str(path))


def _book(found: dict[str, Any], source: str) -> Book:
    kinds = {name: _entry(Kind, row, f"{source}: kind {name}") for name, row in found.pop("kind", {}).items()}
    services = {
        name: _entry(list[Need], row, f"{source}: service {name}") for name, row in found.pop("service", {}).items()
    }
    plants = [_entry(Plant, row, f"{source}: plant {index}") for index, row in enumerate(found.pop("plant", []))]
    return Book(kinds, {name: _entry(Entry, row, f"{source}: {name}") for name, row in found.items()}, services, plants)


def _entry(what: type[T], row: Any, where: str) -> T:
    try:
        return msgspec.convert(row, what)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{where}: {error}", next="See the entries that come with the sandbox") from error
