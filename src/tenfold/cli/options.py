"""Options that several commands share, named as the AWS CLI names them."""

import enum
from pathlib import Path
from typing import Annotated

import typer


class Format(enum.StrEnum):
    """How results are written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


class FailOn(enum.StrEnum):
    """From which severity on a finding makes the exit code 1."""

    NEVER = "never"
    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


Profile = Annotated[str | None, typer.Option("--profile", help="Profile of the AWS config.", envvar="AWS_PROFILE")]
Region = Annotated[str | None, typer.Option("--region", help="Region for calls that name none.")]
EndpointUrl = Annotated[
    str | None, typer.Option("--endpoint-url", help="Use this endpoint instead of AWS's.", envvar="AWS_ENDPOINT_URL")
]
Role = Annotated[str | None, typer.Option("--role", help="Name of the role to assume in each account.")]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="Settings file; else ./tenfold.toml.")]
OutputFormat = Annotated[Format, typer.Option("--format", help="How results are written.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file instead of the terminal.")]
PolicyFiles = Annotated[
    list[str],
    typer.Argument(metavar="FILE...", help="Policies, lists of them, or AWS's answers with one inside; - for stdin."),
]
PolicyType = Annotated[
    str | None,
    typer.Option(
        "--type",
        metavar="TYPE",
        help="What the policies are for, unless their looks tell: identity, managed, user, group, role, boundary, "
        "session, resource, bucket, access-point, key, trust, scp, rcp, endpoint.",
    ),
]
