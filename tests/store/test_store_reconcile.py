"""What verdicts make of stored findings: each rule by an example, and the rule of truth over random scans."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.store.make import (
    ACCOUNT,
    DENIED,
    START,
    bucket,
    finding,
    listed,
    opened,
    scope,
    snapshot,
    unknown,
    verdict,
)

from tenfold.model.arn import account_root
from tenfold.model.finding import Finding, Status, Verdict
from tenfold.model.gap import Gap, GapKind
from tenfold.model.snapshot import ListCoverage, ListStatus, Snapshot
from tenfold.store.reconcile import Outcome, reconcile

LATER = START + timedelta(days=1)
THROTTLED = Gap(GapKind.THROTTLED, "throttled for 300 s", LATER)
CHECKS = ("s3-001",)

OPEN = replace(finding("a"), first_seen=START, last_seen=START)
UNKNOWN = replace(OPEN, status=Status.UNKNOWN, gap=DENIED)
NEVER_SEEN = replace(finding("a", gap=DENIED), first_seen=START)
RESOLVED = replace(OPEN, status=Status.RESOLVED, resolved_at=START)


def one(outcome: Outcome) -> Finding:
    (changed,) = outcome.changed
    return changed


@pytest.mark.parametrize(
    ("stored", "appeared"),
    [(None, True), (OPEN, False), (UNKNOWN, False), (NEVER_SEEN, True), (RESOLVED, True)],
    ids=["new", "still open", "was unknown", "never seen", "reopened"],
)
def test_found(stored: Finding | None, appeared: bool) -> None:
    outcome = reconcile([stored] if stored else [], [opened("a")], CHECKS, snapshot("a"), LATER)
    assert one(outcome) == replace(finding("a"), first_seen=START if stored else LATER, last_seen=LATER)
    assert outcome.appeared == ((OPEN.key,) if appeared else ())
    assert (outcome.resolved, outcome.became_unknown) == ((), ())


def test_unknown_keeps_what_was_open() -> None:
    stored = [OPEN, replace(OPEN, key=f"{OPEN.key}|two", message="another")]
    outcome = reconcile(stored, [unknown("a", THROTTLED)], CHECKS, snapshot("a"), LATER)
    assert outcome.changed == tuple(replace(f, status=Status.UNKNOWN, gap=THROTTLED) for f in stored)
    assert outcome.became_unknown == tuple(f.key for f in stored)


def test_unknown_of_what_was_never_seen() -> None:
    outcome = reconcile([], [unknown("a")], CHECKS, snapshot("a"), START)
    assert one(outcome) == NEVER_SEEN
    assert (outcome.appeared, outcome.became_unknown) == ((), ())
    again = reconcile([NEVER_SEEN], [unknown("a", THROTTLED)], CHECKS, snapshot("a"), LATER)
    assert one(again) == replace(finding("a", gap=THROTTLED), first_seen=START)


def test_unknown_after_resolved_is_not_taken_for_open() -> None:
    outcome = reconcile([RESOLVED], [unknown("a")], CHECKS, snapshot("a"), LATER)
    assert one(outcome) == replace(NEVER_SEEN, first_seen=START)
    opened_again = reconcile(outcome.changed, [opened("a")], CHECKS, snapshot("a"), LATER)
    assert opened_again.appeared == (OPEN.key,)


@pytest.mark.parametrize("stored", [OPEN, UNKNOWN, NEVER_SEEN], ids=["open", "unknown", "never seen"])
@pytest.mark.parametrize("answer", [verdict("a"), opened("a", "other")], ids=["clean", "another problem"])
def test_no_longer_found(stored: Finding, answer: Verdict) -> None:
    outcome = reconcile([stored], [answer], CHECKS, snapshot("a"), LATER)
    resolved = replace(stored, status=Status.RESOLVED, gap=None, resolved_at=LATER)
    assert resolved in outcome.changed
    assert outcome.resolved == (() if stored is NEVER_SEEN else (resolved,))


def test_part_unknown_answer_resolves_nothing() -> None:
    answer = verdict("a", finding("a", "new"), finding("a", gap=THROTTLED))
    outcome = reconcile([OPEN], [answer], CHECKS, snapshot("a"), LATER)
    assert [(f.key, f.status) for f in outcome.changed] == [(OPEN.key, "unknown"), (f"{OPEN.key}|new", "open")]


def test_gone() -> None:
    outcome = reconcile([OPEN], [], CHECKS, snapshot(), LATER)
    assert one(outcome).message == "the resource is gone; it was: anyone can read it"
    assert outcome.resolved == outcome.changed


@pytest.mark.parametrize("status", [ListStatus.PARTIAL, ListStatus.MISSING])
def test_not_in_a_list_that_was_not_read_whole(status: ListStatus) -> None:
    lists = [listed(), listed(status, "eu-west-1")]
    outcome = reconcile([OPEN], [], CHECKS, snapshot(lists=lists), LATER)
    assert one(outcome) == UNKNOWN
    without_gap = replace(lists[1], gap=None)
    outcome = reconcile([OPEN], [], CHECKS, snapshot(lists=[without_gap]), LATER)
    assert one(outcome).gap == Gap(GapKind.NOT_READ, f"the list of s3.bucket is {status}", START)


def test_present_without_a_verdict() -> None:
    outcome = reconcile([OPEN], [], CHECKS, snapshot("a"), LATER)
    assert one(outcome).gap == Gap(GapKind.NOT_READ, "the check gave no answer for it", START)


@pytest.mark.parametrize(
    "lists",
    [[], [listed(kind="iam.user")], [listed(region="us-east-1")]],
    ids=["nothing asked for", "another kind", "another region"],
)
def test_list_that_was_not_asked_for(lists: Sequence[ListCoverage]) -> None:
    assert reconcile([OPEN], [], CHECKS, snapshot(lists=lists), LATER).changed == ()


def test_check_that_did_not_run() -> None:
    assert reconcile([OPEN], [opened("a")], ["s3-001"], snapshot("a"), LATER).changed != ()
    assert reconcile([OPEN], [], ["s3-002"], snapshot(), LATER).changed == ()


def test_missing_list_stands_on_the_account_until_it_is_read() -> None:
    root = account_root("aws", ACCOUNT)
    missing = replace(NEVER_SEEN, key=f"s3-001|{root}", arn=root, scope=scope(region=""))
    account = replace(bucket("a"), arn=root, kind="account")
    denied = Snapshot(START, (account,), (listed(ListStatus.MISSING),))
    answer = Verdict("s3-001", root, "s3.bucket", missing.scope, (missing,))
    assert one(reconcile([], [answer], CHECKS, denied, START)) == missing
    assert reconcile([missing], [answer], CHECKS, denied, LATER).changed == ()
    read = Snapshot(START, (account,), (listed(),))
    assert one(reconcile([missing], [], CHECKS, read, LATER)) == replace(
        missing, status=Status.RESOLVED, gap=None, resolved_at=LATER
    )


def test_lists_of_two_kinds_of_one_check_are_told_apart() -> None:
    root = account_root("aws", ACCOUNT)
    users, buckets = (
        replace(NEVER_SEEN, key=f"s3-001|{root}|list of {kind}", arn=root, kind=kind, scope=scope(""))
        for kind in ("iam.user", "s3.bucket")
    )
    answers = [Verdict("s3-001", root, f.kind, f.scope, (f,)) for f in (users, buckets)]
    lists = [listed(ListStatus.MISSING, kind=kind) for kind in ("iam.user", "s3.bucket")]
    assert reconcile([users, buckets], answers, CHECKS, snapshot(lists=lists), LATER).changed == ()
    lists[1] = listed()
    assert reconcile([users, buckets], answers[:1], CHECKS, snapshot(lists=lists), LATER).changed == (
        replace(buckets, status=Status.RESOLVED, gap=None, resolved_at=LATER),
    )


def test_resource_that_shows_in_two_accounts() -> None:
    other = replace(finding("a"), scope=scope(account="444455556666"))
    outcome = reconcile([], [opened("a"), verdict("a", other), verdict("a")], CHECKS, snapshot("a"), LATER)
    assert one(outcome).scope.account == ACCOUNT


class Scan(msgspec.Struct, frozen=True):
    """What one run of two checks over two regions of an account brought."""

    snapshot: Snapshot
    verdicts: tuple[Verdict, ...]
    checks: tuple[str, ...]

    def answer(self, finding: Finding) -> Verdict | None:
        return next((v for v in self.verdicts if (v.check, v.arn) == (finding.check, finding.arn)), None)

    def list_status(self, finding: Finding) -> ListStatus | None:
        return next((row.status for row in self.snapshot.lists if row.scope.region == finding.scope.region), None)


REGIONS = {"a": "eu-west-1", "b": "eu-west-1", "c": "us-east-1", "d": "us-east-1"}
KEYS = st.lists(st.sampled_from(["", "k1", "k2"]), unique=True).map(tuple)
GAPS = st.sampled_from([(), (DENIED,), (THROTTLED,)])
ANSWERS = st.builds(tuple.__add__, KEYS, GAPS)
"""The keys of the problems of one answer, and the gap that ended it."""


@st.composite
def scans(draw: st.DrawFn) -> Scan:
    statuses = {region: draw(st.sampled_from([None, *ListStatus])) for region in sorted(set(REGIONS.values()))}
    listable = [
        name for name, region in REGIONS.items() if statuses[region] in (ListStatus.COMPLETE, ListStatus.PARTIAL)
    ]
    names = draw(st.lists(st.sampled_from(listable), unique=True)) if listable else []
    checks = draw(st.lists(st.sampled_from(["s3-001", "s3-002"]), unique=True))
    verdicts = tuple(answered(name, check, draw(ANSWERS)) for name in names for check in checks)
    lists = tuple(listed(status, region) for region, status in statuses.items() if status)
    resources = tuple(bucket(name, region=REGIONS[name]) for name in names)
    return Scan(Snapshot(START, resources, lists), verdicts, tuple(checks))


def answered(name: str, check: str, answer: Sequence[str | Gap]) -> Verdict:
    where = scope(REGIONS[name])
    found = [
        finding(name, "unknown", check=check, gap=item) if isinstance(item, Gap) else finding(name, item, check=check)
        for item in answer
    ]
    return verdict(name, *(replace(f, scope=where) for f in found), check=check)


def after(stored: Mapping[str, Finding], outcome: Outcome) -> dict[str, Finding]:
    assert len({f.key for f in outcome.changed}) == len(outcome.changed)
    return {**stored, **{f.key: f for f in outcome.changed}}


@settings(max_examples=300, deadline=None)
@given(history=st.lists(scans(), min_size=1, max_size=4))
def test_nothing_is_resolved_from_a_partial_read(history: list[Scan]) -> None:
    stored: dict[str, Finding] = {}
    for day, scan in enumerate(history):
        now = START + timedelta(days=day)
        outcome = reconcile(stored.values(), scan.verdicts, scan.checks, scan.snapshot, now)
        for resolved in (f for f in outcome.changed if f.status is Status.RESOLVED):
            answer = scan.answer(resolved)
            whole = scan.list_status(resolved) is ListStatus.COMPLETE and scan.snapshot.find(resolved.arn) is None
            assert not gaps(answer) if answer else whole
        for key in outcome.became_unknown:
            assert stored[key].status is Status.OPEN
        before, stored = stored, after(stored, outcome)
        holds(scan, before, stored)
        again = reconcile(stored.values(), scan.verdicts, scan.checks, scan.snapshot, now + timedelta(hours=1))
        assert (again.appeared, again.resolved, again.became_unknown) == ((), (), ())
        assert [replace(f, last_seen=None) for f in again.changed] == [
            replace(stored[f.key], last_seen=None) for f in again.changed
        ]


def gaps(answer: Verdict) -> list[Gap | None]:
    return [f.gap for f in answer.findings if f.status is Status.UNKNOWN]


def holds(scan: Scan, before: Mapping[str, Finding], stored: Mapping[str, Finding]) -> None:
    """Every answer stands; who was not asked about is as before."""
    for answer in scan.verdicts:
        pair = [f for f in stored.values() if (f.check, f.arn) == (answer.check, answer.arn)]
        standing = {f.key: f.status for f in pair if f.status is not Status.RESOLVED}
        found = {f.key for f in answer.findings if f.status is Status.OPEN}
        assert {key for key, status in standing.items() if status is Status.OPEN} == found
        unknown = [f for f in pair if f.status is Status.UNKNOWN]
        assert {f.gap for f in unknown} == set(gaps(answer))
        assert len(standing) == len(found) + len(unknown)
    untouched = {key: known for key, known in before.items() if known.check not in scan.checks}
    assert {key: stored[key] for key in untouched} == untouched
