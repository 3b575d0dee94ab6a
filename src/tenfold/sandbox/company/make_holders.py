"""Making users, groups and roles."""

import json
from typing import Any

from tenfold.sandbox.company.founding import Land
from tenfold.sandbox.company.specs import Holder, Key

_PASSWORD = "Correct-horse-7-battery"  # noqa: S105 - nobody can log in to a sandbox's console


def make_holder(land: Land, holder: Holder) -> None:
    """Make a user, group or role with its policies; then what only users have."""
    iam = land.client("iam", holder.account)
    _MAKERS[holder.kind](iam, holder)
    named = {f"{holder.kind.title()}Name": holder.name}
    for name, body in holder.inline.items():
        put = getattr(iam, f"put_{holder.kind}_policy")
        put(**named, PolicyName=name, PolicyDocument=json.dumps(body))
    for arn in holder.attached:
        getattr(iam, f"attach_{holder.kind}_policy")(**named, PolicyArn=arn)
    if holder.kind == "user":
        _equip(land, iam, holder)
    land.date(holder.account, holder.kind, holder.name, holder.made, holder.login if holder.console else None)


def _user(iam: Any, holder: Holder) -> None:
    iam.create_user(UserName=holder.name, Path=holder.path)


def _group(iam: Any, holder: Holder) -> None:
    iam.create_group(GroupName=holder.name, Path=holder.path)


def _role(iam: Any, holder: Holder) -> None:
    iam.create_role(RoleName=holder.name, Path=holder.path, AssumeRolePolicyDocument=json.dumps(holder.trust))


_MAKERS = {"user": _user, "group": _group, "role": _role}


def _equip(land: Land, iam: Any, user: Holder) -> None:
    """Keys, console password and MFA device of a user."""
    for key in user.keys:
        _key(land, iam, user, key)
    if user.console:
        iam.create_login_profile(UserName=user.name, Password=_PASSWORD)
    if user.mfa:
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=user.name)["VirtualMFADevice"]["SerialNumber"]
        codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
        iam.enable_mfa_device(UserName=user.name, SerialNumber=device, **codes)


def _key(land: Land, iam: Any, user: Holder, key: Key) -> None:
    made = iam.create_access_key(UserName=user.name)["AccessKey"]["AccessKeyId"]
    if not key.active:
        iam.update_access_key(UserName=user.name, AccessKeyId=made, Status="Inactive")
    land.date(user.account, "access_key", made, key.age, key.used)
