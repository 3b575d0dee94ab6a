"""Founding the organisation: its accounts, and the user and roles by which tenfold looks at them."""

import json
from collections.abc import Sequence
from typing import Any

from tenfold.model.arn import Arn
from tenfold.sandbox.company.chart import Seat
from tenfold.sandbox.company.documents import allow, deny, document, trust
from tenfold.sandbox.company.endpoint import Endpoint, Login
from tenfold.sandbox.company.specs import Ground
from tenfold.sandbox.company.tables import (
    ACCESS_ROLE,
    AUDIT_ROLE,
    AUDITOR,
    CLOUDTRAIL,
    CONSOLE_AGENT,
    ENTRY_USER,
    GLOBAL_REGION,
    MANAGEMENT,
    ROOT_UNIT,
)

_AGE = 12
_CONTROL = "SERVICE_CONTROL_POLICY"
_CONTROLS = {
    "stay-in-the-organisation": (ROOT_UNIT, deny("organizations:LeaveOrganization", "*")),
    "keep-the-trails": (f"{ROOT_UNIT}/Security", deny(["cloudtrail:DeleteTrail", "cloudtrail:StopLogging"], "*")),
    "keep-the-evidence": (f"{ROOT_UNIT}/Security", deny("s3:PutBucketObjectLockConfiguration", "*")),
}
"""What is forbidden, and where: nothing that planting needs."""


class Land:
    """The founded organisation: how to reach it, the user that may enter each account, and sessions in each."""

    def __init__(self, endpoint: Endpoint, ground: Ground, user: Login) -> None:
        self.endpoint, self.ground, self.user = endpoint, ground, user
        self._sessions: dict[tuple[str, str], Login] = {}

    def session(self, account: str, hand: str = "") -> Login:
        """A session in an account: of the set-up, or of a person who works in the console there."""
        key = (account, hand)
        if key not in self._sessions:
            role = self.ground.iam(account, f"role/{ACCESS_ROLE}")
            named = (hand, CONSOLE_AGENT) if hand else ("account-setup", "")
            self._sessions[key] = self.endpoint.enter(role, self.user, *named)
        return self._sessions[key]

    def client(self, service: str, account: str, region: str = GLOBAL_REGION) -> Any:
        """A boto3 client that acts in an account."""
        return self.endpoint.client(service, self.session(account), region)

    def date(self, account: str, kind: str, name: str, at: int, last_used: int | None = None) -> None:
        """Date something back: made, and last used, so many days ago."""
        self.endpoint.date(self.ground.partition, account, kind, name, at=at, last_used=last_used)


def found(endpoint: Endpoint, seats: Sequence[Seat]) -> Land:
    """Create the organisation, its accounts, and what looks at them."""
    nobody = Login()
    caller = endpoint.client("sts", nobody).get_caller_identity()
    partition = Arn.parse(caller["Arn"]).partition
    ground = _organization(endpoint.client("organizations", nobody), partition, caller["Account"], seats)
    land = Land(endpoint, ground, _user(endpoint, ground))
    for account in ground.accounts.values():
        _audit_role(land.client("iam", account), ground)
    return land


def _organization(organizations: Any, partition: str, management: str, seats: Sequence[Seat]) -> Ground:
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    organizations.enable_aws_service_access(ServicePrincipal=CLOUDTRAIL)
    top = organizations.list_roots()["Roots"][0]["Id"]
    units = _units(organizations, top, seats)
    _controls(organizations, units)
    organizations.tag_resource(ResourceId=management, Tags=_tags(seats[0]))
    members = {seat.role: _member(organizations, seat, top, units[seat.unit]) for seat in seats[1:]}
    return Ground(partition, organization, {MANAGEMENT: management, **members})


def _units(organizations: Any, top: str, seats: Sequence[Seat]) -> dict[str, str]:
    """The ids of the organisational units by their paths."""
    made = {ROOT_UNIT: top}
    for path in sorted({seat.unit for seat in seats} - {ROOT_UNIT}):
        words = path.split("/")
        for end in range(2, len(words) + 1):
            folder, above = "/".join(words[:end]), "/".join(words[: end - 1])
            if folder not in made:
                unit = organizations.create_organizational_unit(ParentId=made[above], Name=words[end - 1])
                made[folder] = unit["OrganizationalUnit"]["Id"]
    return made


def _controls(organizations: Any, units: dict[str, str]) -> None:
    organizations.enable_policy_type(RootId=units[ROOT_UNIT], PolicyType=_CONTROL)
    for name, (unit, statement) in _CONTROLS.items():
        content = json.dumps(document(statement))
        made = organizations.create_policy(Name=name, Type=_CONTROL, Content=content, Description=name)
        organizations.attach_policy(PolicyId=made["Policy"]["PolicySummary"]["Id"], TargetId=units[unit])


def _member(organizations: Any, seat: Seat, top: str, unit: str) -> str:
    email = f"{seat.title}@company.example"
    made = organizations.create_account(AccountName=seat.title, Email=email, Tags=_tags(seat))
    account = str(made["CreateAccountStatus"]["AccountId"])
    organizations.move_account(AccountId=account, SourceParentId=top, DestinationParentId=unit)
    return account


def _tags(seat: Seat) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in seat.tags.items()]


def _user(endpoint: Endpoint, ground: Ground) -> Login:
    """A user that may enter the accounts and nothing else."""
    iam = endpoint.client("iam", Login())
    iam.create_user(UserName=ENTRY_USER)
    roles = [ground.iam("*", f"role/{name}") for name in (ACCESS_ROLE, AUDIT_ROLE)]
    entering = json.dumps(document(allow("sts:AssumeRole", roles)))
    iam.put_user_policy(UserName=ENTRY_USER, PolicyName="enter-accounts", PolicyDocument=entering)
    key = iam.create_access_key(UserName=ENTRY_USER)["AccessKey"]
    account = ground.accounts[MANAGEMENT]
    endpoint.date(ground.partition, account, "user", ENTRY_USER, at=_AGE)
    endpoint.date(ground.partition, account, "access_key", key["AccessKeyId"], at=_AGE)
    return Login(key["AccessKeyId"], key["SecretAccessKey"])


def _audit_role(iam: Any, ground: Ground) -> None:
    """The role that tenfold takes in an account."""
    entry = trust({"AWS": ground.iam(ground.accounts[MANAGEMENT], f"user/{ENTRY_USER}")})
    iam.create_role(RoleName=AUDIT_ROLE, AssumeRolePolicyDocument=json.dumps(entry))
    iam.attach_role_policy(RoleName=AUDIT_ROLE, PolicyArn=ground.iam("aws", f"policy/{AUDITOR}"))
