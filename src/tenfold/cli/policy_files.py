"""Policies out of files: plain, in lists, or wrapped in an answer of AWS's API."""

import codecs
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

import msgspec

from tenfold.aws.action_reference import packed_reference
from tenfold.cli.caches import caches
from tenfold.model.errors import ConfigError, InputError
from tenfold.model.resource import Json
from tenfold.policy.actions import ActionIndex
from tenfold.policy.lint.kinds import Kind
from tenfold.reports.characters import printable

_MOST_BYTES = 64 * 2**20
_DEEPEST = 40
_KINDS = {"AssumeRolePolicyDocument": Kind.TRUST}
# Where AWS's answers hold a policy as text: what stands there is one, readable or not.
_NAMES = frozenset({"Policy", "policy", "PolicyDocument", "AssumeRolePolicyDocument", "ResourcePolicy", "policyText"})
_TYPES = {"SERVICE_CONTROL_POLICY": Kind.SCP, "RESOURCE_CONTROL_POLICY": Kind.RCP}


class Document(msgspec.Struct, frozen=True):
    """A policy of a file: the file's name, its place inside (empty for the whole file), and what it is for, if said."""

    file: str
    place: str
    document: str | bytes | Mapping[str, Json]
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
    return [found for file in files for found in _of_file(file, _held(file), said)]


def reference() -> ActionIndex:
    """The index of actions; an empty one, with a word on standard error, when its data cannot be read."""
    try:
        return ActionIndex(packed_reference(caches()))
    except InputError as error:
        sys.stderr.write(f"tenfold: rules about names of actions are left out: {printable(str(error))}\n")
        return ActionIndex()


def _kind(text: str | None) -> Kind | None:
    try:
        return Kind(text) if text else None
    except ValueError:
        raise ConfigError(f"{text!r} is not a type of policy", next=f"Choose one of {', '.join(Kind)}.") from None


def _held(file: str) -> bytes:
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
    return held.removeprefix(codecs.BOM_UTF8)


def _of_file(file: str, held: bytes, kind: Kind | None) -> list[Document]:
    tree = _tree(held)
    if isinstance(tree, Mapping) and "Statement" in tree:
        return [Document(file, "", held, kind)]
    places = [(f"[{index}]", one) for index, one in enumerate(tree)] if isinstance(tree, list) else [("", tree)]
    found = [one for place in places for one in _listed(*place)] if tree else [("", held, None)]
    return [Document(file, place, one, kind or guess) for place, one, guess in found]


def _tree(text: str | bytes) -> Json:
    """What a text stands for; None when it is no JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


Found = tuple[str, str | bytes | Mapping[str, Json], Kind | None]


def _listed(place: str, tree: Json) -> list[Found]:
    """The policies in one entry of a list; the entry itself, to be refused, when there is none in it."""
    return list(_inside(tree, place, "")) or [(place, tree if isinstance(tree, Mapping) else "[]", None)]


def _inside(tree: Json, place: str, name: str, depth: int = 0) -> Iterator[Found]:
    """The policies in an answer: objects with a Statement, and texts that hold one, percent-encoded or not."""
    if depth > _DEEPEST:
        return
    if isinstance(tree, Mapping):
        if "Statement" in tree:
            yield place, tree, None
            return
        summary = tree.get("PolicySummary")
        guard = _TYPES.get(str(summary.get("Type"))) if isinstance(summary, Mapping) else None
        for key, inside in tree.items():
            for where, one, kind in _inside(inside, f"{place}.{key}".removeprefix("."), key, depth + 1):
                yield where, one, kind or guard or _KINDS.get(key)
    elif isinstance(tree, list):
        for index, inside in enumerate(tree):
            yield from _inside(inside, f"{place}[{index}]", name, depth + 1)
    elif isinstance(tree, str) and tree.lstrip().startswith(("{", "%7B", "%7b")):
        text = unquote(tree) if tree.lstrip().startswith("%") else tree
        found = _tree(text)
        if name in _NAMES or (isinstance(found, Mapping) and "Statement" in found):
            yield place, text, None
