"""Policies out of files: plain, in lists, or wrapped in an answer of AWS's API."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

import msgspec

from tenfold.aws.action_reference import packed_reference
from tenfold.cli.config import cache
from tenfold.model.errors import ConfigError, InputError
from tenfold.model.resource import Json
from tenfold.policy.actions import ActionIndex
from tenfold.policy.lint.kinds import Kind
from tenfold.reports.characters import printable

_MOST_BYTES = 64 * 2**20
_KINDS = {"AssumeRolePolicyDocument": Kind.TRUST}
_TYPES = {"SERVICE_CONTROL_POLICY": Kind.SCP, "RESOURCE_CONTROL_POLICY": Kind.RCP}


class Document(msgspec.Struct, frozen=True):
    """A policy of a file: the file's name, its place inside (empty for the whole file), and what it is for, if said."""

    file: str
    place: str
    document: str | Mapping[str, Json]
    kind: Kind | None

    @property
    def label(self) -> str:
        """File and place."""
        return f"{self.file} {self.place}".rstrip()


def documents(files: Sequence[str], kind: str | None) -> list[Document]:
    """Every policy of the files; `-` is standard input. A file without any gives itself, to be refused with a reason.

    Raises:
        ConfigError: on a file that cannot be read, or a kind of policy that there is none of.
    """
    said = _kind(kind)
    return [found for file in files for found in _of_text(file, _text(file), said)]


def reference() -> ActionIndex:
    """The index of actions; an empty one, with a word on standard error, when its data cannot be read."""
    try:
        return ActionIndex(packed_reference(cache()))
    except InputError as error:
        sys.stderr.write(f"tenfold: rules about names of actions are left out: {printable(str(error))}\n")
        return ActionIndex()


def _kind(text: str | None) -> Kind | None:
    try:
        return Kind(text) if text else None
    except ValueError:
        raise ConfigError(f"{text!r} is not a type of policy", next=f"Choose one of {', '.join(Kind)}.") from None


def _text(file: str) -> str:
    try:
        if file == "-":
            held = sys.stdin.buffer.read(_MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as source:
                held = source.read(_MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"the policy cannot be read: {error.strerror}", where=file) from error
    if len(held) > _MOST_BYTES:
        raise ConfigError(f"more than {_MOST_BYTES:,} bytes are no policy", where=file)
    return held.decode("utf-8-sig", errors="replace")


def _of_text(file: str, text: str, kind: Kind | None) -> list[Document]:
    tree = _tree(text)
    if isinstance(tree, Mapping) and "Statement" in tree:
        return [Document(file, "", text, kind)]
    return [Document(file, place, one, kind or found) for place, one, found in _inside(tree, "")] or [
        Document(file, "", text, kind)
    ]


def _tree(text: str) -> Json:
    """What a text stands for; None when it is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


Found = tuple[str, str | Mapping[str, Json], Kind | None]


def _inside(tree: Json, place: str) -> Iterator[Found]:
    """The policies in an answer: objects with a Statement, and texts that hold one, percent-encoded or not."""
    if isinstance(tree, Mapping):
        if "Statement" in tree:
            yield place, tree, None
            return
        summary = tree.get("PolicySummary")
        guard = _TYPES.get(str(summary.get("Type"))) if isinstance(summary, Mapping) else None
        for name, inside in tree.items():
            for where, one, kind in _inside(inside, f"{place}.{name}".removeprefix(".")):
                yield where, one, kind or guard or _KINDS.get(name)
    elif isinstance(tree, list):
        for index, inside in enumerate(tree):
            yield from _inside(inside, f"{place}[{index}]")
    elif isinstance(tree, str) and tree.lstrip().startswith(("{", "%7B", "%7b")):
        text = unquote(tree) if tree.lstrip().startswith("%") else tree
        found = _tree(text)
        if isinstance(found, Mapping) and "Statement" in found:
            yield place, text, None
