"""Callers made up to fit a policy: principals with all their linked keys, and values for identity keys."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product

import msgspec

from tenfold.model.arn import Arn
from tenfold.policy.conditions import operator
from tenfold.policy.delivery_table import FORWARDERS
from tenfold.policy.identities import ACCOUNT_KEYS, PATH_KEYS, fixed, segment_fixed
from tenfold.policy.match import Glob, matches, pattern, written
from tenfold.policy.parse import Condition
from tenfold.policy.principals import Caller, Party, Who, well_formed

PERSONA_KEYS = frozenset(
    {
        "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths", "aws:userid",
        "aws:principaltype", "aws:username",
    }
)  # fmt: skip
_MOST = 36
_ORG = "[a-z0-9]{10,32}"
_FORMS = {
    "aws:sourcevpce": re.compile("vpce-([0-9a-f]{17}|[0-9a-f]{8})"),
    "aws:sourcevpc": re.compile("vpc-([0-9a-f]{17}|[0-9a-f]{8})"),
    **{key: re.compile(f"o-{_ORG}") for key in ("aws:principalorgid", "aws:sourceorgid", "aws:vpceorgid")},
    **dict.fromkeys(ACCOUNT_KEYS, re.compile(r"\d{12}")),
    **dict.fromkeys(
        ("aws:calledvia", "aws:calledviafirst", "aws:calledvialast"), re.compile("|".join(map(re.escape, FORWARDERS)))
    ),
    "s3:accesspointnetworkorigin": re.compile("Internet|VPC"),
    "s3:dataaccesspointarn": re.compile(r"arn:[a-z-]+:s3:([a-z]{2}(-[a-z]+)+-\d)?:\d{12}:accesspoint/[a-z0-9.-]+"),
    **{key: re.compile(rf"o-{_ORG}/r-[a-z0-9]{{4,32}}/(ou-[a-z0-9-]+/)*") for key in PATH_KEYS},
}
_PRINCIPAL_ARN = re.compile(r"arn:[a-z-]+:iam::\d{12}:(user|role)/[\w+=,.@/-]+", re.ASCII)
_ORG_FILLERS = ("z" * 12, "o-" + "z" * 12)
_PATH_FILLERS = ("o-zzzzzzzzzzzz/r-zzzz/", "zzzzzzzzzz/r-zzzz/", "r-zzzz/", "zzzz/", "")


class Persona(msgspec.Struct, frozen=True):
    """A caller, and the context keys that go with him."""

    caller: Caller
    context: dict[str, tuple[str, ...]]


def values_like(key: str, condition: Condition, *, variables: bool, named: bool) -> Iterator[str]:
    """Values that a condition's patterns take, well formed for their key.

    With `named=False` only those of open patterns: not what is one known account, organisation or endpoint.
    """
    found = operator(condition.operator)
    if found is None or found.family not in ("string", "arn"):
        return
    for text in condition.values:
        items = pattern(text, variables=variables, wild=found.wild)
        glob: Glob = tuple(item for item in items if not isinstance(item, msgspec.Struct))
        if len(glob) != len(items):
            continue
        closed = fixed(key, glob) or (found.family == "arn" and segment_fixed(glob))
        if named or not closed or key not in _FORMS:
            yield from islice(_well_formed(key, glob), 2)


def _well_formed(key: str, glob: Glob) -> Iterator[str]:
    form = _FORMS.get(key)
    for filler in _fillers(key):
        text = written(glob, filler)
        if form is None or form.fullmatch(text):
            yield text


def _fillers(key: str) -> Iterable[str]:
    if key in PATH_KEYS:
        return _PATH_FILLERS
    if key in ACCOUNT_KEYS:
        return ("7" * size for size in range(12, -1, -1))
    if key.endswith("orgid"):
        return (*_ORG_FILLERS, *("z" * size for size in range(1, 12)))
    if key in ("aws:sourcevpce", "aws:sourcevpc"):
        name = key.removeprefix("aws:source") + "-"
        return (name + "f" * 17, *("f" * size for size in range(17, -1, -1)))
    return ("x", "", "x/x")


def personas(
    party: Party | None, conditions: Sequence[Condition], *, partition: str, stranger: str, variables: bool
) -> list[Persona]:
    """Principals to try: those a party stands for, or strangers of the account `stranger`, fitted to the conditions.

    `conditions` are all conditions of the policy; strangers take nothing from them that names a known account.
    """
    insider = party is not None
    values: dict[str, list[str]] = {}
    for condition in conditions:
        key = condition.key.lower()
        if key in PERSONA_KEYS and key != "aws:principalarn":
            found = values.setdefault(key, [])
            found.extend(
                islice(values_like(key, condition, variables=variables, named=insider), _MOST - min(_MOST, len(found)))
            )
    accounts = [party.account] if party and party.account else [stranger, *values.get("aws:principalaccount", ())]
    every = (arn for account in accounts for arn in _arns(party, account, partition, conditions, variables))
    arns = islice(every, _MOST)
    orgs = [None, "o-" + "z" * 12, *values.get("aws:principalorgid", ())]
    if party and party.who is Who.ORGANISATION:
        orgs = [party.name]
    paths = ["", *values.get("aws:principalorgpaths", ())]
    ids = ["", *values.get("aws:userid", ())]
    made = (_persona(*parts) for parts in product(dict.fromkeys(arns), dict.fromkeys(orgs), paths, ids))
    return list(islice((one for one in made if one is not None), _MOST))


def _arns(
    party: Party | None, account: str, partition: str, conditions: Sequence[Condition], variables: bool
) -> Iterator[str]:
    """ARNs of principals in an account: the party's own, made-up ones, and those that PrincipalArn patterns take."""
    if party and party.name.startswith("arn:") and party.who not in (Who.ACCOUNT, Who.ANYONE, Who.ORGANISATION):
        if well_formed(party.name):
            yield party.name
        return
    user, role = f"arn:{partition}:iam::{account}:user/stranger", f"arn:{partition}:iam::{account}:role/stranger"
    yield user
    yield role
    heads = ("x", "", account, f"{account}:role/", f"arn:{partition}:iam::{account}", role)
    for condition in conditions:
        found = operator(condition.operator)
        if condition.key.lower() != "aws:principalarn" or found is None or found.family not in ("string", "arn"):
            continue
        for text in condition.values:
            yield from _arns_like(
                pattern(text, variables=variables, wild=found.wild), heads, account, party is not None
            )


def _arns_like(items: tuple[object, ...], heads: Sequence[str], account: str, insider: bool) -> Iterator[str]:
    glob: Glob = tuple(item for item in items if not isinstance(item, msgspec.Struct))  # type: ignore[misc] # Struct is the variable
    for head in heads:
        first = written(glob[: _first_wild(glob) + 1], head)
        text = first + written(glob[_first_wild(glob) + 1 :], "x")
        right = _PRINCIPAL_ARN.fullmatch(text) and matches(glob, text)
        if right and (insider or f":iam::{account}:" in text):
            yield text


def _first_wild(glob: Glob) -> int:
    return next((place for place, item in enumerate(glob) if not isinstance(item, str)), len(glob))


def _persona(arn: str, org: str | None, path: str, userid: str) -> Persona | None:
    """A principal with its linked keys; None when organisation and path contradict each other."""
    if path and org is not None and not path.startswith(org + "/"):
        return None
    organisation = path.partition("/")[0] if path else org
    parsed = Arn.parse(arn)
    kind, _, name = parsed.resource.partition("/")
    names: tuple[str, ...] = (parsed.account, arn)
    if kind == "role":
        session = str(
            Arn(parsed.partition, "sts", "", parsed.account, f"assumed-role/{name.rpartition('/')[2]}/session")
        )
        names = (*names, session)
    if kind == "assumed-role":
        role = str(Arn(parsed.partition, "iam", "", parsed.account, f"role/{name.partition('/')[0]}"))
        names, arn = (parsed.account, role, arn), role
    role_like = kind in ("role", "assumed-role")
    context: dict[str, tuple[str, ...]] = {
        "aws:principalarn": (arn,),
        "aws:principalaccount": (parsed.account,),
        "aws:principaltype": ("AssumedRole" if role_like else "User",),
        "aws:userid": (userid or ("AROAZZZZZZZZZZZZZZZZZ:session" if role_like else "AIDAZZZZZZZZZZZZZZZZZ"),),
    }
    if not role_like:
        context["aws:username"] = (name.rpartition("/")[2],)
    if organisation:
        context["aws:principalorgid"] = (organisation,)
        context["aws:principalorgpaths"] = (path or f"{organisation}/r-zzzz/",)
    return Persona(Caller("aws", names), context)
