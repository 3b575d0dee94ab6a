"""Asks every rule about a policy."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import partial

import msgspec

from tenfold.model.errors import contain
from tenfold.model.finding import Severity
from tenfold.model.resource import Json
from tenfold.policy.actions import ActionIndex
from tenfold.policy.lint.kinds import Kind, inferred
from tenfold.policy.lint.registry import Remark, Rule, all_rules
from tenfold.policy.lint.subject import Subject
from tenfold.policy.parse import PolicyError, parse

REFUSED, FAILED = "refused", "failed"
"""Names of oddities that are no rule's: a policy that cannot be read, a rule that could not be asked."""
_TITLE = "Not a policy by the grammar of IAM"
_WHY = "AWS refuses it, and nothing else can be said of it."
_FIX = "Correct what the message names."
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
    place, _, reason = error.what.partition(": ")
    at, message = (place, reason) if place.startswith(("Statement", "Version", "Id")) else ("", error.what)
    return Oddity("policy-000", REFUSED, Severity.HIGH, at, message, _TITLE, _WHY, _FIX)


def lint(asked: Subject, rules: Iterable[Rule] | None = None) -> list[Oddity]:
    """What the rules say of a policy, in the order of the document; a rule that fails says so, and stops no other.

    Args:
        asked: the policy.
        rules: which to ask; None asks all.
    """
    chosen = all_rules() if rules is None else rules
    found = [oddity for one in chosen for oddity in contain(partial(_asked, one, asked), partial(_failed, one))]
    return sorted(found, key=lambda one: (_order(one.at), -one.severity, one.rule))


def _asked(by: Rule, asked: Subject) -> list[Oddity]:
    return [_oddity(by, remark) for remark in by.ask(asked)]


def _failed(by: Rule, error: Exception) -> list[Oddity]:
    message = f"{by.id} could not be asked: {type(error).__name__}: {error}"
    return [Oddity("policy-000", FAILED, Severity.INFO, "", message, by.title, by.why, by.fix)]


def _oddity(by: Rule, remark: Remark) -> Oddity:
    severity = by.severity if remark.severity is None else remark.severity
    return Oddity(by.id, by.name, severity, remark.at, remark.message, by.title, by.why, by.fix)


def _order(at: str) -> list[int]:
    """The numbers in a place, so that Statement[10] comes after Statement[9]; the document itself comes first."""
    return [int(number) for number in _NUMBER.findall(at.partition(".Condition.")[0])[:2]]
