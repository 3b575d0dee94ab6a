"""What a run's verdicts make of the stored findings. Pure.

Nothing is resolved but by proof: the check answered for that very resource, or the list that would hold the
resource was read completely and it is not there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tenfold.model.arn import account_root
from tenfold.model.finding import Finding, Status, Verdict
from tenfold.model.gap import Gap, GapKind
from tenfold.model.snapshot import ListCoverage, ListStatus, Snapshot


class Outcome(msgspec.Struct, frozen=True):
    """What is to be written, and what of it is news.

    `changed` holds every finding whose row changes, one a key; `appeared` the keys that are open and were not (never
    seen, or resolved in between: a reopened finding keeps its `first_seen`); `resolved` the findings that were
    resolved now (what was only ever unknown goes without news: nothing was mended); `became_unknown` the keys that
    were open.
    """

    changed: tuple[Finding, ...]
    appeared: tuple[str, ...]
    resolved: tuple[Finding, ...]
    became_unknown: tuple[str, ...]


def reconcile(
    stored: Iterable[Finding], verdicts: Sequence[Verdict], checks: Collection[str], snapshot: Snapshot, now: datetime
) -> Outcome:
    """The stored findings after a run.

    - found: open, `first_seen` kept, `last_seen` now.
    - unknown: what stood open of that check and resource is unknown with the gap, `last_seen` kept. When nothing
      stood, the unknown finding itself is stored, with `last_seen` None: it was never seen.
    - no longer found, by a verdict without unknowns: resolved.
    - no verdict although the check ran: by the list's coverage, see `_without_verdict`.
    - the check did not run: untouched.

    Args:
        stored: findings of at least the checks that ran, in every status.
        verdicts: the answers. Two of one check about one ARN (a resource that shows in several accounts) count as
            one; of two findings with one key the first stands.
        checks: ids of the checks that ran.
        snapshot: for the coverage of its lists.
        now: the time of all marks.
    """
    before = {finding.key: finding for finding in stored}
    found = _by_subject(finding for verdict in verdicts for finding in verdict.findings)
    answered = {_subject(verdict) for verdict in verdicts}
    standing = _by_subject(finding for finding in before.values() if finding.status is not Status.RESOLVED)
    coverage = _Coverage(snapshot, now)
    after: dict[str, Finding] = {}
    for subject in answered | standing.keys():
        if subject in answered:
            rows = _answered(found[subject], standing[subject], before, now)
        elif subject[0] in checks:
            rows = [coverage.without_verdict(finding) for finding in standing[subject]]
        else:
            continue
        after |= {finding.key: finding for finding in rows}
    return _outcome(before, after)


Subject = tuple[str, str, str]
"""What a verdict answers for: check id, ARN, and the kind of the list when it is about a list and no resource."""


def _subject(answer: Finding | Verdict) -> Subject:
    return answer.check, answer.arn, answer.kind if _about_list(answer) else ""


def _about_list(answer: Finding | Verdict) -> bool:
    """Whether it stands on the account because a list of another kind was missing, see Verdict."""
    return answer.kind != "account" and answer.arn == account_root(answer.scope.partition, answer.scope.account)


def _by_subject(findings: Iterable[Finding]) -> defaultdict[Subject, list[Finding]]:
    subjects: defaultdict[Subject, list[Finding]] = defaultdict(list)
    for finding in findings:
        subjects[_subject(finding)].append(finding)
    return subjects


def _answered(
    found: list[Finding], standing: list[Finding], before: dict[str, Finding], now: datetime
) -> list[Finding]:
    """The findings of one subject for which there is a verdict."""
    seen = {finding.key: finding for finding in reversed(found) if finding.status is not Status.UNKNOWN}
    unknown = [finding for finding in found if finding.status is Status.UNKNOWN]
    left = [finding for finding in standing if finding.key not in seen]
    rows = [replace(finding, first_seen=_first(before, finding, now), last_seen=now) for finding in seen.values()]
    if not unknown:
        return rows + [_resolved(finding, now) for finding in left]
    stood = any(finding.last_seen for finding in left)
    fresh = {} if stood else {finding.key: finding for finding in unknown if finding.key not in seen}
    rows += [replace(finding, first_seen=_first(before, finding, now)) for finding in fresh.values()]
    return rows + [_unknown(finding, unknown[0].gap) for finding in left if finding.key not in fresh]


def _first(before: dict[str, Finding], finding: Finding, now: datetime) -> datetime:
    known = before.get(finding.key)
    return (known.first_seen if known else None) or now


def _resolved(finding: Finding, now: datetime) -> Finding:
    return replace(finding, status=Status.RESOLVED, gap=None, resolved_at=now)


def _unknown(finding: Finding, gap: Gap | None) -> Finding:
    return replace(finding, status=Status.UNKNOWN, gap=gap)


class _Coverage:
    """How the lists of a snapshot were read, for findings that no verdict answers for."""

    def __init__(self, snapshot: Snapshot, now: datetime) -> None:
        self._snapshot, self._now = snapshot, now
        self._lists: defaultdict[tuple[str, str], list[ListCoverage]] = defaultdict(list)
        for row in snapshot.lists:
            self._lists[row.kind, row.scope.account].append(row)

    def without_verdict(self, finding: Finding) -> Finding:
        """Untouched when its list was not asked for, unknown when that is not complete, resolved when it is gone.

        A finding about the account because a list was missing goes when the list is complete.
        """
        rows = [row for row in self._lists[finding.kind, finding.scope.account] if _covers(row, finding)]
        if not rows:
            return finding
        for row in rows:
            if row.status is not ListStatus.COMPLETE:
                return _unknown(finding, row.gap or self._gap(f"the list of {row.kind} is {row.status}"))
        if _about_list(finding):
            return _resolved(finding, self._now)
        if self._snapshot.find(finding.arn) is not None:
            return _unknown(finding, self._gap("the check gave no answer for it"))
        return replace(_resolved(finding, self._now), message=f"the resource is gone; it was: {finding.message}")

    def _gap(self, reason: str) -> Gap:
        return Gap(GapKind.NOT_READ, reason, self._snapshot.taken_at)


def _covers(row: ListCoverage, finding: Finding) -> bool:
    """Whether the list would hold the finding's resource: a run of one region says nothing about another."""
    return row.scope.region in ("", finding.scope.region) or not finding.scope.region


def _outcome(before: dict[str, Finding], after: dict[str, Finding]) -> Outcome:
    changed = [finding for key, finding in sorted(after.items()) if before.get(key) != finding]
    return Outcome(
        changed=tuple(changed),
        appeared=tuple(f.key for f in changed if f.status is Status.OPEN and not _stood(before.get(f.key))),
        resolved=tuple(f for f in changed if f.status is Status.RESOLVED and f.last_seen),
        became_unknown=tuple(f.key for f in changed if f.status is Status.UNKNOWN and _open(before.get(f.key))),
    )


def _stood(finding: Finding | None) -> bool:
    """Whether it was known to be true at some time since it was last resolved."""
    return finding is not None and finding.status is not Status.RESOLVED and finding.last_seen is not None


def _open(finding: Finding | None) -> bool:
    return finding is not None and finding.status is Status.OPEN
