"""Asks every rule about a policy."""

import json
import re
from collections.abc import Iterable, Mapping

import msgspec

from tenfold.model.finding import Severity
from tenfold.model.resource import Json
from tenfold.policy.actions import ActionIndex
from tenfold.policy.lint.kinds import Kind, inferred
from tenfold.policy.lint.registry import Remark, Rule, all_rules
from tenfold.policy.lint.subject import Subject
from tenfold.policy.parse import PolicyError, parse

_REFUSED = "Not a policy by the grammar of IAM"
_REFUSED_WHY = "AWS refuses it, and nothing else can be said of it."
_REFUSED_FIX = "Correct what the message names."
_NUMBER = re.compile(r"\d+")


class Oddity(msgspec.Struct, frozen=True):
    """One awkward or dangerous place in a policy: which rule says so, where it is, what it is, and why it matters."""

    rule: str
    name: str
    severity: Severity
    at: str
    message: str
    title: str
    why: str
    fix: str


def subject(document: str | bytes | Mapping[str, Json], actions: ActionIndex, kind: Kind | None = None) -> Subject:
    """A policy, ready to be asked about.

    Args:
        document: the JSON text (bytes in UTF-8), or the object it stands for.
        actions: the index of actions; an empty one silences the rules that go by it.
        kind: what the policy is for; None infers it from the document.

    Raises:
        PolicyError: when it is not a policy.
    """
    policy = parse(document)
    if isinstance(document, Mapping):
        found, text = document, _written(document)
    else:
        text = document.decode() if isinstance(document, bytes) else document
        found = json.loads(text)
    return Subject(policy, found, text, kind or inferred(policy), actions)


def _written(document: Mapping[str, Json]) -> str:
    try:
        return json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    except RecursionError:
        raise PolicyError("nested too deeply", where="policy") from None


def refused(error: PolicyError) -> Oddity:
    """A policy that cannot be read, as an oddity."""
    place, _, _ = error.what.partition(": ")
    at = place if place.startswith(("Statement", "Version", "Id")) else ""
    return Oddity("policy-000", "refused", Severity.HIGH, at, error.what, _REFUSED, _REFUSED_WHY, _REFUSED_FIX)


def lint(asked: Subject, rules: Iterable[Rule] | None = None) -> list[Oddity]:
    """What the rules say of a policy, in the order of the document.

    Args:
        asked: the policy.
        rules: which to ask; None asks all.
    """
    chosen = all_rules() if rules is None else rules
    found = [_oddity(one, remark) for one in chosen for remark in one.ask(asked)]
    return sorted(found, key=lambda one: (_order(one.at), -one.severity, one.rule))


def _oddity(by: Rule, remark: Remark) -> Oddity:
    severity = by.severity if remark.severity is None else remark.severity
    return Oddity(by.id, by.name, severity, remark.at, remark.message, by.title, by.why, by.fix)


def _order(at: str) -> list[int]:
    """The numbers in a place, so that Statement[10] comes after Statement[9]; the document itself comes first."""
    return [int(number) for number in _NUMBER.findall(at.partition(".Condition.")[0])[:2]]
