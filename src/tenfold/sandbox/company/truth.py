"""The truth about a planted company: what a scan must find, and nothing else."""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from tenfold.sandbox.company.endpoint import Login
from tenfold.sandbox.company.specs import Bucket, Plan
from tenfold.sandbox.company.tables import ACCOUNT_NAMES, AUDIT_ROLE


class Account(msgspec.Struct, frozen=True):
    """An account: id, its name in Organizations, and its part in the company (management, security, ...)."""

    id: str
    name: str
    role: str


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


class Truth(msgspec.Struct, frozen=True):
    """What was planted.

    `findings` maps each check's id to the ARNs that must be open, sorted: these and no others, over all accounts.
    `plan` says in words what stands where and why, decoys included. `open_bucket_example` is open by its policy;
    `harmless_bucket` is private, and nothing would stop its owner from opening it.
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

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=2))


def truth_of(plan: Plan, user: Login) -> Truth:
    """The truth about a plan, once it has been carried out."""
    known = plan.neighbours
    own = tuple(plan.ground.accounts.values())
    return Truth(
        seed=plan.seed,
        company=plan.company,
        accounts=tuple(Account(id_, ACCOUNT_NAMES.get(role, role), role) for role, id_ in plan.ground.accounts.items()),
        findings=_findings(plan),
        parties=KnownParties(own, known.friendly, known.third_party),
        plan=tuple(map(str, plan.marks)),
        entry=Entry(user.access_key_id, user.secret_access_key, AUDIT_ROLE),
        open_bucket_example=_place(plan.open_bucket),
        harmless_bucket=_place(plan.harmless_bucket),
    )


def _findings(plan: Plan) -> dict[str, tuple[str, ...]]:
    checks = sorted({mark.check for mark in plan.marks})
    return {check: tuple(sorted({m.arn for m in plan.marks if m.check == check and m.risk})) for check in checks}


def _place(bucket: Bucket) -> Place:
    return Place(bucket.account, bucket.name)
