"""Requests that AWS could see, made up apart from any policy: their keys go together."""

from typing import Any

from hypothesis import strategies as st
from tests.policy.generated import CALLERS, CARRIED, TARGETS

from tenfold.policy.attempt import Attempt, attempt
from tenfold.policy.callers import Kind, principal


@st.composite
def sampled(draw: st.DrawFn) -> Attempt:
    """A request that AWS could see: its keys go together."""
    caller = principal(draw(st.sampled_from(CALLERS)), {})
    action, resource = draw(st.sampled_from(TARGETS[:-1]))
    some = draw(st.lists(st.sampled_from(["aws:PrincipalOrgID", "s3:prefix", "aws:TagKeys", "k:binary"]), unique=True))
    context = {key.lower(): texts(draw(st.sampled_from(CARRIED[key]))) for key in some}
    for key in ("aws:SecureTransport", "aws:CurrentTime"):
        context[key.lower()] = texts(draw(st.sampled_from(CARRIED[key])))
    if action != "s3:ListBucket":
        context.pop("s3:prefix", None)
    if not action.startswith("s3:"):
        context |= {"aws:requestedregion": ("eu-west-1",)}
    if draw(st.booleans()):
        context["aws:sourceip"] = texts(draw(st.sampled_from(CARRIED["aws:SourceIp"])))
    else:
        context |= {"aws:sourcevpce": ("vpce-1",), "aws:sourcevpc": ("vpc-1",)}
    if not caller.account:
        context.pop("aws:principalorgid", None)
    if caller.kind in (Kind.ROLE, Kind.FEDERATED):
        context["aws:tokenissuetime"] = ("2026-01-01T00:00:00Z",)
    if caller.kind is Kind.USER:
        context["aws:userid"] = ("AIDAEXAMPLEEXAMPLE000",)
    if caller.kind is Kind.ROLE:
        context["aws:userid"] = ("AROAEXAMPLEEXAMPLE000:s1",)
    named = next(iter(context.get("aws:userid", ())), "").partition(":")[0]
    return attempt(principal_with(caller, named), action, resource, account="", context=context)


def principal_with(caller: Any, unique: str) -> Any:
    return principal(caller.session or caller.arn, {"aws:userid": (unique,)}) if unique else caller


def texts(value: Any) -> tuple[str, ...]:
    rows = value if isinstance(value, list) else [value]
    return tuple(str(one).lower() if isinstance(one, bool) else str(one) for one in rows)
