"""Conditions in words: whom they let in, and who is kept out."""

from tenfold.policy.addresses import counted
from tenfold.policy.conditions import operator
from tenfold.policy.parse import Condition, Statement
from tenfold.policy.ways import from_addresses

_WORDS = {
    "aws:sourcevpce": "through VPC endpoint {}",
    "aws:sourcevpc": "from VPC {}",
    "aws:vpcsourceip": "from {} inside a VPC",
    "aws:principalorgid": "principals of organisation {}",
    "aws:principalorgpaths": "principals under {}",
    "aws:principalaccount": "principals of account {}",
    "aws:principalarn": "principals {}",
    "aws:userid": "principals with id {}",
    "aws:principaltype": "principals of type {}",
    "aws:sourcearn": "AWS services on behalf of {}",
    "aws:sourceaccount": "AWS services on behalf of account {}",
    "aws:sourceowner": "AWS services on behalf of account {}",
    "aws:sourceorgid": "AWS services on behalf of organisation {}",
    "aws:vpceaccount": "through VPC endpoints of account {}",
    "aws:vpceorgid": "through VPC endpoints of organisation {}",
    "s3:dataaccesspointaccount": "through access points of account {}",
    "s3:dataaccesspointarn": "through access point {}",
    "s3:accesspointnetworkorigin": "through access points of network origin {}",
    "aws:referer": "with referer {} (no barrier: the caller sets it)",
    "aws:useragent": "with user agent {} (no barrier: the caller sets it)",
    "s3:prefix": "listing prefix {}",
    "aws:calledvia": "through AWS service {}",
}

_BARE = {"aws:principalaccount": ("callers", "an AWS account")}


def fence(condition: Condition, *, denied: bool = False) -> str:
    """Whom a condition lets through, in words; with `denied`, whom a deny under that condition spares."""
    found = operator(condition.operator)
    key, values = condition.key.lower(), " or ".join(condition.values)
    if found is None:
        return f"{condition.operator} {condition.key} {values}"
    if key == "aws:securetransport" and found.family == "bool":
        wants = "true" in {value.lower() for value in condition.values}
        return "TLS only" if wants is not denied else "without TLS only"
    if found.family == "null":
        absent = "true" in {value.lower() for value in condition.values}
        who, what = _BARE.get(key, ("requests", condition.key))
        return f"{who} {'without' if absent is not denied else 'with'} {what}"
    excludes = found.negated is not denied
    if key == "aws:sourceip" and found.family == "address":
        return _addresses(condition, values, excludes)
    text = _WORDS.get(key, condition.key + " {}" if found.family in ("string", "arn") else "")
    if not text:
        return f"{'not ' if denied else ''}{condition.key} {condition.operator} {values}"
    loose = found.if_exists and not denied
    return ("not " if excludes else "") + text.format(values) + (", or no such key" if loose else "")


def fences(statement: Statement) -> tuple[str, ...]:
    """All conditions of an Allow in words."""
    return tuple(fence(condition) for condition in statement.conditions)


def spared(deny: Statement) -> str:
    """Whom a deny spares, in words; empty when it spares nobody it is about."""
    return " or ".join(fence(condition, denied=True) for condition in deny.conditions)


def _addresses(condition: Condition, values: str, excludes: bool) -> str:
    named = from_addresses(condition)
    found = operator(condition.operator)
    if named is None or found is None:
        return f"{'not ' if excludes else ''}from {values}"
    inside = named.others() if found.negated else named
    return f"{'not ' if excludes else ''}from {values} ({counted(inside)})"
