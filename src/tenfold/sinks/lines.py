"""A notice as lines of plain text, in which nothing acts on a terminal: what AWS answers is text of somebody else."""

from collections.abc import Iterator

import msgspec

from tenfold.sinks.notice import Notice, Told

_EVIDENCE = 400
"""Characters of one piece of evidence; the incident holds all of it."""


def headline(notice: Notice) -> str:
    """Severity, what happened, and the incident's title, in one line."""
    return visible(f"[{notice.incident.severity.label}] {notice.change}: {notice.incident.title}")


def lines(notice: Notice) -> Iterator[str]:
    """What is known: where, who answers for it and why, what was seen; each one line."""
    about = {
        "resource": notice.arn,
        "account": notice.account,
        "proof" if notice.change is Told.CLOSED else "seen": notice.message,
        "owner": f"{notice.owner.name} ({notice.owner.evidence})",
        "since": f"{notice.incident.opened_at:%Y-%m-%d %H:%M:%S} UTC",
        "members": str(notice.count),
        "incident": notice.incident.key,
    }
    for name, value in about.items():
        if value:
            yield visible(f"{name}: {value}")
    for piece in notice.evidence:
        yield visible(f"evidence: {piece.source} {_seen(piece.seen)}".rstrip())


def visible(text: str) -> str:
    """The text with every character that is no letter, sign or blank as an escape: controls, line ends, bidi marks."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def _seen(seen: object) -> str:
    text = "" if seen is None else msgspec.json.encode(seen).decode()
    return text if len(text) <= _EVIDENCE else f"{text[:_EVIDENCE]}..."
