"""Signing in, and new keys for old ones."""

from tenfold.sandbox.life.hiring import ROLES
from tenfold.sandbox.life.registry import chore
from tenfold.sandbox.life.stage import Stage
from tenfold.sandbox.life.tables import AGENTS

_TWO = 2


@chore("person", ["cli"], weight=0.2)
def rotate_my_key(stage: Stage) -> None:
    """A new key, which goes into the drawer; the one in use stays."""
    user = stage.actor.name
    mine = stage.see_at_home("iam:ListAccessKeys", UserName=user).get("AccessKeyMetadata", [])
    spare = [key["AccessKeyId"] for key in mine if key["AccessKeyId"] != stage.actor.own.access_key_id]
    for key in spare[: len(mine) - _TWO + 1]:
        stage.change_at_home(
            "iam:DeleteAccessKey", f"user/{user}", "a spare key is old", UserName=user, AccessKeyId=key
        )
    stage.change_at_home("iam:CreateAccessKey", f"user/{user}", "a new spare key", UserName=user)


@chore("person", ["console"], weight=2)
def sign_in(stage: Stage) -> None:
    """At the console, by the role."""
    facts = {
        "account": stage.estate.account,
        "role": ROLES["person"],
        "session": stage.actor.name,
        "address": stage.actor.address,
        "agent": AGENTS["console"],
        "mfa": True,
    }
    stage.outside.tell("signin", facts)
