"""Every check against its cases: tests/checks/<risk>/<name>.json holds them as data.

A case gives resources with their facets (and `gaps`, facets that were not read), lists that are missing, and whose
accounts are whose; it expects the keys of problems by resource, and which resources stay unknown. A check needs a
finding case, a quiet case and an unknown case.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tenfold.checks.registry import Check, all_checks
from tenfold.checks.run import run
from tenfold.model.arn import Arn, Scope, account_root
from tenfold.model.finding import Status
from tenfold.model.gap import Gap, GapKind
from tenfold.model.party import Parties, Party
from tenfold.model.resource import Fact, Resource
from tenfold.model.snapshot import ListCoverage, ListStatus, Snapshot

HERE = Path(__file__).parent
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ME = "111122223333"
Case = dict[str, Any]


def cases() -> list[tuple[Check, Case]]:
    return [(check, case) for check in all_checks() for case in load(check)]


def load(check: Check) -> list[Case]:
    path = HERE / check.risk.name.lower() / f"{check.name}.json"
    found: list[Case] = json.loads(path.read_text())
    return found


@pytest.mark.parametrize(("check", "case"), cases(), ids=lambda v: v.id if isinstance(v, Check) else v["name"])
def test_case(check: Check, case: Case) -> None:
    verdicts = run([check], snapshot(case))
    problems = {
        v.arn: sorted(_key(f.key, v.arn, check) for f in v.findings if f.status is Status.OPEN) for v in verdicts
    }
    unknown = {v.arn for v in verdicts for f in v.findings if f.status is Status.UNKNOWN}
    expected = {arn(name, case): sorted(keys) for name, keys in case.get("expect", {}).items()}
    assert {a: keys for a, keys in problems.items() if keys} == expected
    assert unknown == {arn(name, case) for name in case.get("unknown", ())}


@pytest.mark.parametrize("check", all_checks(), ids=lambda c: c.id)
def test_a_check_has_a_finding_a_quiet_and_an_unknown_case(check: Check) -> None:
    found = load(check)
    assert any(case.get("expect") for case in found), "no finding case"
    assert any(not case.get("expect") and not case.get("unknown") for case in found), "no quiet case"
    assert any(case.get("unknown") for case in found), "no unknown case"


@pytest.mark.parametrize("check", all_checks(), ids=lambda c: c.id)
def test_a_check_documents_itself(check: Check) -> None:
    assert check.title
    assert check.why
    assert check.fix


def test_ids_are_unique() -> None:
    ids = [name for check in all_checks() for name in (check.id, *check.aliases)]
    assert len(ids) == len(set(ids))


def _key(key: str, resource: str, check: Check) -> str:
    return key.removeprefix(f"{check.id}|{resource}").removeprefix("|")


def arn(name: str, case: Case) -> str:
    """The ARN of the resource that a case calls `name`; an account id stands for the account."""
    if name.isdigit():
        return account_root("aws", name)
    return next(resource_arn(given) for given in case["given"] if given["name"] == name)


def resource_arn(given: Case) -> str:
    kind, name, account = given["kind"], given["name"], given.get("account", ME)
    if "arn" in given:
        return str(given["arn"])
    service, _, thing = kind.partition(".")
    if kind == "account":
        return account_root("aws", account)
    if kind == "s3.bucket":
        return str(Arn("aws", "s3", "", "", name))
    region = given.get("region", "us-east-1") if service in ("cloudtrail", "s3") else ""
    return str(Arn("aws", service, region, account, f"{thing.replace('_', '')}/{name}"))


def snapshot(case: Case) -> Snapshot:
    """The case as a snapshot: every kind that is given or named in `lists` is listed whole, but those in `missing`."""
    resources = tuple(_resource(given) for given in case["given"])
    accounts = {r.scope.account for r in resources} | {ME}
    kinds = {r.kind for r in resources} | set(case.get("lists", ())) | set(case.get("missing", ()))
    lists = tuple(_listed(kind, account, case) for kind in sorted(kinds) for account in sorted(accounts))
    parties = Parties({a: Party(p) for a, p in case.get("parties", {ME: "own"}).items()})
    return Snapshot(NOW, resources, lists, parties=parties)


PRIVATE = {
    "policy": "ABSENT",
    "acl": {"Owner": {"ID": "owner"}, "Grants": []},
    "ownership": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
    "public_access_block": "ABSENT",
}
"""What a bucket is unless its case says otherwise: no policy, ACLs off, nothing blocked."""
UNBLOCKED = {"s3_public_access_block": "ABSENT"}
USUAL: dict[str, Case] = {"s3.bucket": PRIVATE, "account": UNBLOCKED}


def _resource(given: Case) -> Resource:
    usual = USUAL.get(given["kind"], {})
    facts = {name: _fact(value) for name, value in {**usual, **given.get("facets", {})}.items()}
    gaps = {name: Fact(NOW, gap=Gap(GapKind.DENIED, "denied in this case", NOW)) for name in given.get("gaps", ())}
    scope = Scope("aws", given.get("account", ME), given.get("region", ""), given["kind"].partition(".")[0])
    related = tuple(given.get("related", ()))
    return Resource(resource_arn(given), given["kind"], scope, given["name"], facets={**facts, **gaps}, related=related)


def _fact(value: Any) -> Fact:
    if value == "ABSENT":
        return Fact(NOW, absent=True)
    if isinstance(value, dict) and set(value) == {"text"}:  # a policy, which S3 hands over as text
        return Fact(NOW, json.dumps(value["text"]))
    return Fact(NOW, value)


def _listed(kind: str, account: str, case: Case) -> ListCoverage:
    scope = Scope("aws", account, "", kind.partition(".")[0])
    if kind in case.get("missing", ()):
        gap = Gap(GapKind.DENIED, "denied in this case", NOW)
        return ListCoverage(kind, scope, ListStatus.MISSING, 0, NOW, gap)
    return ListCoverage(kind, scope, ListStatus.COMPLETE, 1, NOW)
