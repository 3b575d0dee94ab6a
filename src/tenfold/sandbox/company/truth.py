"""The truth about a planted company: what a scan must find, and nothing else; who did what, who had which address."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from tenfold.sandbox.company.cases.catalogue import MEANINGS
from tenfold.sandbox.company.chart import chart
from tenfold.sandbox.company.endpoint import Login
from tenfold.sandbox.company.specs import Bucket, Plan, Planted
from tenfold.sandbox.company.tables import AUDIT_ROLE


class Account(msgspec.Struct, frozen=True):
    """An account: id, its name in Organizations, its part in the company (management, security, ...).

    `unit` is the path of its organisational unit, from the root of the organisation.
    """

    id: str
    name: str
    role: str
    unit: str
    tags: Mapping[str, str]


class KnownParties(msgspec.Struct, frozen=True):
    """The ids of the accounts that the company knows, as its configuration would name them."""

    own: tuple[str, ...]
    friendly: tuple[str, ...]
    third_party: tuple[str, ...]


class Entry(msgspec.Struct, frozen=True):
    """Credentials of a user in the management account, and the role that it may take in every account."""

    access_key_id: str
    secret_access_key: str
    role_name: str


class Place(msgspec.Struct, frozen=True):
    """A bucket, and the account it is in."""

    account: str
    bucket: str


class PlannedChange(msgspec.Struct, frozen=True):
    """A call that changed something while the company lived: who made it, when, on what, and why."""

    at: datetime
    account: str
    actor: str
    event_name: str
    target: str
    why: str


class AddressSpan(msgspec.Struct, frozen=True):
    """Who had an address of a VPC from `start` to `end` (None: has it still). Private addresses repeat across VPCs."""

    address: str
    vpc: str
    account: str
    resource: str
    start: datetime
    end: datetime | None


class Truth(msgspec.Struct, frozen=True):
    """What was planted.

    `findings` maps each check's id to the ARNs that must be open, sorted: these and no others, over all accounts.
    `risks` does the same by slug for whatever no check may look at yet, and `meanings` says when exactly a resource
    has what a slug says; `planted` names all of it, decoys included.
    `plan` says in words what stands where for the checks, and why. `open_bucket_example` is open by its policy;
    `harmless_bucket` is private, and nothing would stop its owner from opening it. `changes` and `addresses` are what
    a life adds; a company that was planted and left alone has none.
    """

    seed: int
    company: str
    accounts: tuple[Account, ...]
    findings: Mapping[str, tuple[str, ...]]
    parties: KnownParties
    plan: tuple[str, ...]
    entry: Entry
    open_bucket_example: Place
    harmless_bucket: Place
    risks: Mapping[str, tuple[str, ...]] = {}
    meanings: Mapping[str, str] = {}
    planted: tuple[Planted, ...] = ()
    changes: tuple[PlannedChange, ...] = ()
    addresses: tuple[AddressSpan, ...] = ()

    def write(self, path: Path) -> None:
        """Write it as JSON; the same truth is the same bytes."""
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self, order="deterministic"), indent=2))


def truth_of(plan: Plan, planted: tuple[Planted, ...], user: Login) -> Truth:
    """The truth about a plan, once it has been carried out; `planted` is the plan's, with the ids that AWS gave."""
    known = plan.neighbours
    own = tuple(plan.ground.accounts.values())
    return Truth(
        seed=plan.seed,
        company=plan.company,
        accounts=_accounts(plan),
        findings=_findings(plan),
        parties=KnownParties(own, known.friendly, known.third_party),
        plan=tuple(map(str, plan.marks)),
        entry=Entry(user.access_key_id, user.secret_access_key, AUDIT_ROLE),
        open_bucket_example=_place(plan.open_bucket),
        harmless_bucket=_place(plan.harmless_bucket),
        risks=_risks(planted),
        meanings={slug: MEANINGS[slug] for slug in sorted({row.slug for row in planted})},
        planted=planted,
    )


def _accounts(plan: Plan) -> tuple[Account, ...]:
    ids = plan.ground.accounts
    seats = chart(plan.seed, len(ids))
    return tuple(Account(ids[seat.role], seat.title, seat.role, seat.unit, seat.tags) for seat in seats)


def _findings(plan: Plan) -> dict[str, tuple[str, ...]]:
    checks = sorted({mark.check for mark in plan.marks})
    return {check: tuple(sorted({m.arn for m in plan.marks if m.check == check and m.risk})) for check in checks}


def _risks(planted: tuple[Planted, ...]) -> dict[str, tuple[str, ...]]:
    risks: dict[str, set[str]] = {row.slug: set() for row in planted}
    for row in planted:
        if not row.decoy:
            risks[row.slug].add(row.arn)
    return {slug: tuple(sorted(arns)) for slug, arns in sorted(risks.items())}


def _place(bucket: Bucket) -> Place:
    return Place(bucket.account, bucket.name)
