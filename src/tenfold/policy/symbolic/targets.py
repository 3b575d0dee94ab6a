"""What requests are for: actions that no policy tells apart, and the resources that they act on."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from tenfold.policy.match import fits, glob_of, written
from tenfold.policy.parse import Statement
from tenfold.policy.s3_actions import ACTIONS, OBJECT, OWNER_ONLY, never_carries
from tenfold.policy.solver.globs import ANY, DIGITS, STAR, Glob, literal, repeated
from tenfold.policy.solver.solve import Variable
from tenfold.policy.symbolic.shapes_table import RESOURCES_OF
from tenfold.policy.symbolic.views import Items, char, plain
from tenfold.policy.symbolic.vocabulary import Vocabulary

_S3 = "s3"
_FUTURE = "s3:Unlisted"
_NAMES = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_DASHED = _NAMES | {"-", "."}
_BUCKET = repeated(_DASHED, 1)
_KEY: Items = (char("/"), ANY, STAR)
_NOTHING: frozenset[str] = frozenset()


class Target(msgspec.Struct, frozen=True):
    """Requests for one action, or for any action of a service.

    Attributes:
        action: what the action can be, in lower case.
        resource: what the resource's ARN can be.
        name: the action, where it is one; the letter case is AWS's own.
        listed: AWS has the action; else it might get one of that name.
        owner_only: S3 answers it to the owner's account only.
        keyless: mentioned keys that no such request carries.
        service: of the actions, empty for any.
    """

    action: Variable
    resource: Variable
    name: str = ""
    listed: bool = True
    owner_only: bool = False
    keyless: frozenset[str] = _NOTHING
    service: str = ""


def targets(vocabulary: Vocabulary, resource: str = "") -> list[Target]:
    """All targets that policies are about, the telling ones first.

    Args:
        vocabulary: what the policies mention.
        resource: the ARN that they are attached to, of a bucket for instance; empty takes any that they name.
    """
    found = _of_s3(vocabulary, resource) if _S3 in vocabulary.services else []
    for service in sorted(vocabulary.services - {_S3}):
        holders = (vocabulary.holders | {RESOURCES_OF.get(service, service)}) if not resource else {""}
        found += [_of_service(service, holder, vocabulary.partition, resource) for holder in sorted(holders)]
    return found or [_of_service("", "", vocabulary.partition, resource)]


def _of_service(service: str, holder: str, partition: str, resource: str) -> Target:
    """Any action of a service, on resources of the service `holder`, or on the one resource that is known."""
    action = (*(plain(service) if service else repeated(_DASHED, 1)), char(":"), *repeated(_NAMES, 1))
    head = f"arn:{partition}:{holder}:" if holder else ""
    tail = (*repeated(_DASHED), char(":"), *repeated(DIGITS), char(":"), ANY, STAR)
    shape = Glob((*plain(head), *tail)) if head else literal(resource) if resource else Glob((ANY, STAR))
    return Target(Variable(Glob(action)), Variable(shape), service=service)


def _of_s3(vocabulary: Vocabulary, resource: str) -> list[Target]:
    """One target for each set of actions that are treated alike, and for each form of ARN."""
    forms = list(_forms(vocabulary, resource))
    names = [(name, of_object) for name, of_object in _alike(vocabulary)]
    return [
        _s3_target(name, shape, vocabulary)
        for name, of_object in names
        for shape, objects in forms
        if of_object is objects
    ]


def _s3_target(name: str, resource: Variable, vocabulary: Vocabulary) -> Target:
    keyless = frozenset(key for key in vocabulary.mentioned if never_carries(name, key))
    listed = name in ACTIONS
    return Target(Variable(literal(name.lower())), resource, name, listed, name in OWNER_ONLY, keyless, _S3)


def _forms(vocabulary: Vocabulary, resource: str) -> Iterator[tuple[Variable, bool]]:
    """What ARNs of buckets and objects look like, and of access points where they are spoken of."""
    head = f"arn:{vocabulary.partition}:s3:"
    bucket = plain(resource) if resource else (*plain(f"{head}::"), *_BUCKET)
    yield Variable(Glob((*bucket, *_KEY))), True
    yield Variable(Glob(bucket)), False
    if not resource and any(":accesspoint/" in text for text in vocabulary.resources):
        region = (*plain(head), *repeated(_DASHED), char(":"), *repeated(DIGITS, most=12))
        point = (*region, *plain(":accesspoint/"), *_BUCKET)
        yield Variable(Glob((*point, *plain("/object"), *_KEY))), True
        yield Variable(Glob(point)), False


def _alike(vocabulary: Vocabulary) -> Iterator[tuple[str, bool]]:
    """An action, and whether it is on objects, for each set that neither statements nor keys tell apart."""
    patterns = list(dict.fromkeys(text.lower() for one in vocabulary.statements for text in _actions(one)))
    masks = [_mask(text) for text in patterns] + [_keyless(key) for key in vocabulary.mentioned]
    parts = [_OBJECTS, _ALL & ~_OBJECTS]
    for mask in (*masks, _OWNERS):
        parts = [part for whole in parts for part in (whole & mask, whole & ~mask) if part]
    found = [_first(part) for part in parts]
    yield from ((_NAMED[place], bool(_OBJECTS >> place & 1)) for place in sorted(found))
    for name in _unlisted(patterns):
        yield name, True
        yield name, False


def _actions(statement: Statement) -> Iterable[str]:
    return (*(statement.actions or ()), *(statement.not_actions or ()))


def _unlisted(patterns: Iterable[str]) -> Iterator[str]:
    """Names of actions that S3 may get, and that a pattern would take."""
    known = {name.lower() for name in _NAMED}
    made = (written(glob_of(text), "Unlisted") for text in patterns if text.startswith("s3:") and "*" in text)
    yield from dict.fromkeys(name for name in made if name.lower() not in known)


def _first(part: int) -> int:
    return (part & -part).bit_length() - 1


@lru_cache(4096)
def _mask(text: str) -> int:
    """The actions that fit a pattern in lower case, one bit each."""
    if text in ("*", "s3:*"):
        return _ALL
    if "*" not in text and "?" not in text:
        return _PLACES.get(text, 0)
    return sum(bit for name, bit in _PLACES.items() if fits(text, name))


@lru_cache(1024)
def _keyless(key: str) -> int:
    """The actions whose requests never carry a key."""
    return sum(1 << place for place, name in enumerate(_NAMED) if never_carries(name, key))


# The last two stand for actions that S3 does not have yet: on objects, and on buckets.
_NAMED = (*ACTIONS, _FUTURE, _FUTURE + "Bucket")
_PLACES = {name.lower(): 1 << place for place, name in enumerate(_NAMED)}
_ALL = (1 << len(_NAMED)) - 1
_OBJECTS = sum(1 << place for place, name in enumerate(_NAMED) if name in OBJECT or name == _FUTURE)
_OWNERS = sum(1 << place for place, name in enumerate(_NAMED) if name in OWNER_ONLY)
