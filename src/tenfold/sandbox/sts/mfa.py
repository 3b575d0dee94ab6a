"""Codes of MFA devices: any six digits will do, but the device must be the caller's."""

from moto.iam.models import iam_backends

from tenfold.model.arn import Arn
from tenfold.sandbox.calls import Call
from tenfold.sandbox.identity import Caller
from tenfold.sandbox.sts.checks import denied

_UNKNOWN = (
    "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid "
    "and associated with this user."
)
_NO_CODE = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."


def authenticated(call: Call, caller: Caller) -> bool:
    """Whether a call shows a second factor.

    Raises:
        StsError: when it shows half of one, or a device that is not the caller's.
    """
    serial, code = call.parameters.get("SerialNumber"), call.parameters.get("TokenCode")
    if serial is None and code is None:
        return False
    if not serial or not code:
        raise denied(_NO_CODE)
    if not _owns(caller, serial):
        raise denied(_UNKNOWN)
    return True


def _owns(caller: Caller, serial: str) -> bool:
    """Whoever runs the sandbox has every device of the account."""
    if caller.operator:
        return True
    iam = iam_backends[caller.account][Arn.parse(caller.arn).partition]
    user = iam.users.get(caller.name)
    return user is not None and serial in user.mfa_devices
