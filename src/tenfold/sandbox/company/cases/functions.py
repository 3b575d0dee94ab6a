"""Functions: who may call them, what they were given, on what they run."""

import io
import zipfile
from typing import Any

from tenfold.sandbox.company.cases.case import ROOMY, Case, Variety
from tenfold.sandbox.company.cases.instances import made_up_key
from tenfold.sandbox.company.cases.spot import Spot
from tenfold.sandbox.company.cases.trusts import make_role
from tenfold.sandbox.company.tables import LAMBDA

_BEGINNING = (1980, 1, 1, 0, 0, 0)  # of time, in an archive


def _code() -> bytes:
    """An archive of a function that does nothing; always the same bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr(zipfile.ZipInfo("app.py", _BEGINNING), "def handler(event, context):\n    return None\n")
    return archive.getvalue()


def _runtime(spot: Spot) -> str:
    """The role that the functions of the account run as."""
    if spot.account not in spot.works.runtimes:
        spot.works.runtimes[spot.account] = make_role(spot, {"Principal": {"Service": LAMBDA}})
    return spot.works.runtimes[spot.account]


def _function(spot: Spot, **changes: Any) -> str:
    name = spot.name("task")
    spot.do(
        "lambda:CreateFunction",
        **{
            "FunctionName": name,
            "Runtime": "python3.13",
            "Role": _runtime(spot),
            "Handler": "app.handler",
            "Code": {"ZipFile": _code()},
            "Tags": spot.owner(),
            **changes,
        },
    )
    return spot.arn("lambda", f"function:{name}")


def _callable(spot: Spot, principal: str, **more: str) -> str:
    arn = _function(spot)
    spot.do(
        "lambda:AddPermission",
        FunctionName=arn,
        StatementId="callers",
        Action="lambda:InvokeFunction",
        Principal=principal,
        **more,
    )
    return arn


PUBLIC_FUNCTION = Case(
    "buckets/public-function",
    "the policy of a function lets anyone call it",
    (Variety("lets in anyone", lambda spot: _callable(spot, "*")),),
    (
        Variety("lets in anyone of the organisation", lambda spot: _callable(
            spot, "*", PrincipalOrgID=spot.draft.ground.organization)),
        Variety("lets in another account of the company", lambda spot: _callable(spot, spot.elsewhere().account)),
    ),
    ROOMY,
)  # fmt: skip


def _given(spot: Spot, value: str) -> str:
    return _function(spot, Environment={"Variables": {"SETTINGS": value}})


SECRET_IN_ENVIRONMENT = Case(
    "credentials/secret-in-environment",
    "the environment of a function holds an access key",
    (Variety("an access key in its environment", lambda spot: _given(spot, made_up_key(spot))),),
    (Variety("the name of a secret in its environment", lambda spot: _given(spot, "SECRET_NAME=app/database")),),
    ROOMY,
)
RETIRED_RUNTIME = Case(
    "inventory/retired-runtime",
    "a function runs on a runtime that AWS no longer mends",
    (Variety("runs on python3.7", lambda spot: _function(spot, Runtime="python3.7")),),
    (Variety("runs on python3.13", _function),),
    ROOMY,
)
CASES = (PUBLIC_FUNCTION, SECRET_IN_ENVIRONMENT, RETIRED_RUNTIME)
