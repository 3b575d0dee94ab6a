"""Session tags: what a call sets, and what comes along from the session before."""

from collections.abc import Mapping
from typing import NamedTuple

from tenfold.sandbox.sts.checks import StsError, invalid

_MOST_TAGS, _LONGEST_KEY, _LONGEST_VALUE = 50, 128, 256


class Tagging(NamedTuple):
    """The tags of a session to come, the keys (in lower case) that are to go on from there, and those just set."""

    tags: dict[str, str]
    transitive: frozenset[str]
    fresh: dict[str, str]

    @property
    def context(self) -> dict[str, tuple[str, ...]]:
        """What the trust policy may ask of the tags; nothing when there are none."""
        if not self.tags:
            return {}
        return {
            "aws:tagkeys": tuple(self.tags),
            "sts:transitivetagkeys": tuple(key for key in self.tags if key.lower() in self.transitive),
            **{f"aws:requesttag/{key.lower()}": (value,) for key, value in self.tags.items()},
        }


def tagging(fresh: Mapping[str, str], transitive: list[str], inherited: Mapping[str, str]) -> Tagging:
    """Put the tags of a call on those that the calling session passes on.

    Raises:
        StsError: for tags out of form, a transitive key without a tag, or one that the calling session holds fast.
    """
    lowered = [key.lower() for key in fresh]
    held = {key.lower() for key in inherited}
    if len(fresh) > _MOST_TAGS or len(set(lowered)) != len(lowered):
        raise StsError(
            "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    for key, value in fresh.items():
        if not 0 < len(key) <= _LONGEST_KEY or len(value) > _LONGEST_VALUE or lowered[0].startswith("aws:"):
            raise invalid(f"The tag {key} does not have the form of a session tag.")
    if held & set(lowered):
        raise StsError(
            "InvalidParameterValue",
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key "
            "from the calling session.",
        )
    if missing := {key.lower() for key in transitive} - set(lowered):
        text = f"The specified transitive tag key must be included in the requested tags: {', '.join(sorted(missing))}"
        raise StsError("InvalidParameterValue", text)
    kept = frozenset(held | {key.lower() for key in transitive})
    return Tagging({**inherited, **fresh}, kept, dict(fresh))
