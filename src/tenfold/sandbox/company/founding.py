"""Founding the organisation: its accounts, and the user and roles by which tenfold looks at them."""

import json
from typing import Any, NamedTuple

from tenfold.model.arn import Arn
from tenfold.sandbox.company.documents import allow, document, trust
from tenfold.sandbox.company.endpoint import Endpoint, Login
from tenfold.sandbox.company.specs import Ground
from tenfold.sandbox.company.tables import (
    ACCESS_ROLE,
    ACCOUNT_NAMES,
    AUDIT_ROLE,
    AUDITOR,
    CLOUDTRAIL,
    GLOBAL_REGION,
    MANAGEMENT,
)

_USER, _AGE = "tenfold", 12


class Land(NamedTuple):
    """The founded organisation: how to reach it, the user that may enter each account, and a session in each by id."""

    endpoint: Endpoint
    ground: Ground
    user: Login
    sessions: dict[str, Login]

    def client(self, service: str, account: str, region: str = GLOBAL_REGION) -> Any:
        """A boto3 client that acts in an account."""
        return self.endpoint.client(service, self.sessions[account], region)

    def date(self, account: str, kind: str, name: str, at: int, last_used: int | None = None) -> None:
        """Date something back: made, and last used, so many days ago."""
        self.endpoint.date(self.ground.partition, account, kind, name, at=at, last_used=last_used)


def found(endpoint: Endpoint) -> Land:
    """Create the organisation, its accounts, and what looks at them."""
    nobody = Login()
    caller = endpoint.client("sts", nobody).get_caller_identity()
    partition = Arn.parse(caller["Arn"]).partition
    ground = _organization(endpoint.client("organizations", nobody), partition, caller["Account"])
    user = _user(endpoint, ground)
    sessions = {
        account: endpoint.enter(ground.iam(account, f"role/{ACCESS_ROLE}"), user)
        for account in ground.accounts.values()
    }
    for login in sessions.values():
        _audit_role(endpoint.client("iam", login), ground)
    return Land(endpoint, ground, user, sessions)


def _organization(organizations: Any, partition: str, management: str) -> Ground:
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    organizations.enable_aws_service_access(ServicePrincipal=CLOUDTRAIL)
    accounts = {MANAGEMENT: management}
    for name, shown in ACCOUNT_NAMES.items():
        made = organizations.create_account(AccountName=shown, Email=f"{shown}@company.example")
        accounts[name] = made["CreateAccountStatus"]["AccountId"]
    return Ground(partition, organization, accounts)


def _user(endpoint: Endpoint, ground: Ground) -> Login:
    """A user that may enter the accounts and nothing else."""
    iam = endpoint.client("iam", Login())
    iam.create_user(UserName=_USER)
    roles = [ground.iam("*", f"role/{name}") for name in (ACCESS_ROLE, AUDIT_ROLE)]
    entering = json.dumps(document(allow("sts:AssumeRole", roles)))
    iam.put_user_policy(UserName=_USER, PolicyName="enter-accounts", PolicyDocument=entering)
    key = iam.create_access_key(UserName=_USER)["AccessKey"]
    account = ground.accounts[MANAGEMENT]
    endpoint.date(ground.partition, account, "user", _USER, at=_AGE)
    endpoint.date(ground.partition, account, "access_key", key["AccessKeyId"], at=_AGE)
    return Login(key["AccessKeyId"], key["SecretAccessKey"])


def _audit_role(iam: Any, ground: Ground) -> None:
    """The role that tenfold takes in an account."""
    entry = trust({"AWS": ground.iam(ground.accounts[MANAGEMENT], f"user/{_USER}")})
    iam.create_role(RoleName=AUDIT_ROLE, AssumeRolePolicyDocument=json.dumps(entry))
    iam.attach_role_policy(RoleName=AUDIT_ROLE, PolicyArn=ground.iam("aws", f"policy/{AUDITOR}"))
