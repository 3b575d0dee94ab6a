"""The command line. Commands import what they run when they run, so that `--help` is instant."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from tenfold import __version__
from tenfold.cli.options import (
    ConfigFile,
    EndpointUrl,
    FailOn,
    Format,
    Output,
    OutputFormat,
    PolicyFiles,
    PolicyType,
    Profile,
    Region,
    Role,
)
from tenfold.model.finding import Status as FindingStatus

app = typer.Typer(
    name="tenfold",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: importing Rich takes longer than all the rest
)
bucket = typer.Typer(help="Who can reach each bucket, and through what.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(bucket, name="bucket")
trail = typer.Typer(
    help="CloudTrail's files into the lake, with detections.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(trail, name="trail")
finding = typer.Typer(
    help="Findings, incidents, and what is meant to be so.", no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(finding, name="finding")
policy = typer.Typer(help="Questions about policies, without AWS.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(policy, name="policy")

_ACCEPT = "Example: tenfold finding accept 's3-001|arn:...' --reason 'our web site' --approver Ann --expires 2027-03-31"


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"tenfold {__version__}")
        raise typer.Exit


@app.callback()
def tenfold(
    *,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
) -> None:
    """Watches AWS accounts for ten risks: says who can reach each bucket, and what it could not see."""


@app.command(epilog="Example: tenfold demo --seed 7")
def demo(
    *,
    seed: Annotated[int, typer.Option(help="Decides the company that is planted.")] = 1,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the sandbox running at the end, until Ctrl-C.")] = False,
) -> None:
    """See it work, without an AWS account.

    Plants a company in an embedded AWS, scans it, explains an open bucket, opens another one and shows what changed.
    """
    from tenfold.cli.demo import run

    run(seed, keep=keep)


@app.command(epilog="Example: tenfold scan --profile audit --role tenfold-audit --fail-on high")
def scan(
    *,
    account: Annotated[list[str] | None, typer.Option("--account", help="Account to scan; may be repeated.")] = None,
    check: Annotated[list[str] | None, typer.Option("--check", help="Check id, name, or risk number.")] = None,
    fail_on: Annotated[FailOn, typer.Option(help="Exit with 1 on an open finding of this severity.")] = FailOn.NEVER,
    show_policy: Annotated[bool, typer.Option("--show-policy", help="Print the policy that this run needed.")] = False,
    format_: OutputFormat = Format.TEXT,
    output: Output = None,
    profile: Profile = None,
    region: Region = None,
    endpoint_url: EndpointUrl = None,
    role: Role = None,
    config: ConfigFile = None,
) -> None:
    """Scan for the ten risks.

    Reads one account, or with --role the whole organisation. Exit code: 0 fine, 1 findings at or above --fail-on,
    2 usage, 3 something could not be decided, 4 failed.
    """
    from tenfold.cli.scan import Asked, run
    from tenfold.cli.session import Session

    session = Session.start(config, profile=profile, region=region, endpoint_url=endpoint_url, role=role)
    ask = Asked(tuple(account or ()), tuple(check or ()), fail_on, format_, output, show_policy)
    raise typer.Exit(run(session, ask))


@bucket.command("list", epilog="Example: tenfold bucket list --open --format csv")
def bucket_list(
    *,
    open_: Annotated[bool, typer.Option("--open", help="Only buckets open to anyone, or undecided.")] = False,
    format_: OutputFormat = Format.TEXT,
    output: Output = None,
    config: ConfigFile = None,
) -> None:
    """List the buckets of the last scan with who can reach them."""
    from tenfold.cli.bucket import show_all
    from tenfold.cli.session import Session

    raise typer.Exit(show_all(Session.offline(config), format_, output, only_open=open_))


@bucket.command("explain", epilog="Example: tenfold bucket explain my-bucket")
def bucket_explain(
    name: Annotated[str, typer.Argument(help="The bucket's name or ARN.")],
    format_: OutputFormat = Format.TEXT,
    output: Output = None,
    config: ConfigFile = None,
) -> None:
    """Explain who can reach a bucket, by which statement, with a request that would succeed."""
    from tenfold.cli.bucket import explain
    from tenfold.cli.session import Session

    raise typer.Exit(explain(Session.offline(config), name, format_, output))


@trail.command("backfill", epilog="Example: tenfold trail backfill s3://my-trail-logs/AWSLogs/")
def trail_backfill(
    *,
    where: Annotated[str, typer.Argument(help="A folder or file, or s3://bucket/prefix.")],
    format_: OutputFormat = Format.TEXT,
    profile: Profile = None,
    region: Region = None,
    endpoint_url: EndpointUrl = None,
    config: ConfigFile = None,
) -> None:
    """Take in all log files that lie there, once."""
    from tenfold.cli.session import Session
    from tenfold.cli.trail import backfill

    session = Session.offline(config, profile=profile, region=region, endpoint_url=endpoint_url)
    raise typer.Exit(backfill(session, where, format_))


@trail.command("follow", epilog="Example: tenfold trail follow https://sqs.../my-trail-notices")
def trail_follow(
    *,
    where: Annotated[list[str], typer.Argument(help="Queue URLs, s3://bucket/prefix, or folders.")],
    profile: Profile = None,
    region: Region = None,
    endpoint_url: EndpointUrl = None,
    config: ConfigFile = None,
) -> None:
    """Take in log files as they come, and print incidents, until Ctrl-C."""
    from tenfold.cli.session import Session
    from tenfold.cli.trail import follow

    session = Session.offline(config, profile=profile, region=region, endpoint_url=endpoint_url)
    raise typer.Exit(follow(session, where))


@trail.command("status", epilog="Example: tenfold trail status")
def trail_status(*, format_: OutputFormat = Format.TEXT, config: ConfigFile = None) -> None:
    """Show what is in the lake, how late it is, and the dead letters."""
    from tenfold.cli.session import Session
    from tenfold.cli.trail import show_status

    raise typer.Exit(show_status(Session.offline(config), format_))


@trail.command("replay", epilog="Example: tenfold trail replay")
def trail_replay(
    *,
    ids: Annotated[list[str] | None, typer.Argument(help="Dead letters; all when none is named.")] = None,
    format_: OutputFormat = Format.TEXT,
    profile: Profile = None,
    region: Region = None,
    endpoint_url: EndpointUrl = None,
    config: ConfigFile = None,
) -> None:
    """Try dead letters again."""
    from tenfold.cli.session import Session
    from tenfold.cli.trail import replay

    session = Session.offline(config, profile=profile, region=region, endpoint_url=endpoint_url)
    raise typer.Exit(replay(session, ids or (), format_))


@finding.command("list", epilog="Example: tenfold finding list --status open --format json")
def finding_list(
    *,
    status: Annotated[
        list[FindingStatus] | None, typer.Option("--status", help="May be repeated; else all but resolved.")
    ] = None,
    format_: OutputFormat = Format.TEXT,
    config: ConfigFile = None,
) -> None:
    """List the findings of all scans as they stand: open, unknown, accepted."""
    from tenfold.cli.finding import findings
    from tenfold.cli.session import Session

    wanted = status or [each for each in FindingStatus if each is not FindingStatus.RESOLVED]
    raise typer.Exit(findings(Session.offline(config), frozenset(wanted), format_))


@finding.command("accept", epilog=_ACCEPT)
def finding_accept(
    *,
    key: Annotated[str, typer.Argument(help="Key of a finding or incident, or a pattern CHECK|ARN with * and ?.")],
    reason: Annotated[str, typer.Option(help="Why it is meant to be so.")],
    approver: Annotated[str, typer.Option(help="Who says so.")],
    expires: Annotated[str, typer.Option(help="The last day on which it holds, YYYY-MM-DD, in UTC.")],
    config: ConfigFile = None,
) -> None:
    """Say that something is meant to be so, until a day."""
    from tenfold.cli.acceptance import accept
    from tenfold.cli.session import Session

    raise typer.Exit(accept(Session.offline(config), key, reason, approver, expires))


@finding.command("acceptances", epilog="Example: tenfold finding acceptances")
def finding_acceptances(*, format_: OutputFormat = Format.TEXT, config: ConfigFile = None) -> None:
    """List what was accepted, by whom, until when, and how much it hides."""
    from tenfold.cli.acceptance import acceptances
    from tenfold.cli.session import Session

    raise typer.Exit(acceptances(Session.offline(config), format_))


@finding.command("withdraw", epilog="Example: tenfold finding withdraw 's3-001|arn:...'")
def finding_withdraw(
    *, key: Annotated[str, typer.Argument(help="As it was accepted.")], config: ConfigFile = None
) -> None:
    """Take an acceptance back."""
    from tenfold.cli.acceptance import withdraw
    from tenfold.cli.session import Session

    raise typer.Exit(withdraw(Session.offline(config), key))


@finding.command("incidents", epilog="Example: tenfold finding incidents")
def finding_incidents(*, format_: OutputFormat = Format.TEXT, config: ConfigFile = None) -> None:
    """List the open incidents."""
    from tenfold.cli.finding import incidents
    from tenfold.cli.session import Session

    raise typer.Exit(incidents(Session.offline(config), format_))


@finding.command("show", epilog="Example: tenfold finding show 's3-exposure|arn:...'")
def finding_show(*, key: Annotated[str, typer.Argument(help="The incident's key.")], config: ConfigFile = None) -> None:
    """Show an incident with its evidence."""
    from tenfold.cli.finding import show_one
    from tenfold.cli.session import Session

    raise typer.Exit(show_one(Session.offline(config), key))


@finding.command("close", epilog="Example: tenfold finding close KEY --proof 'ticket 4711: trail runs again'")
def finding_close(
    *,
    key: Annotated[str, typer.Argument(help="The incident's key.")],
    proof: Annotated[str, typer.Option(help="What proves that it is over.")],
    config: ConfigFile = None,
) -> None:
    """Close an incident, by proof."""
    from tenfold.cli.finding import close
    from tenfold.cli.session import Session

    raise typer.Exit(close(Session.offline(config), key, proof))


@policy.command("simulate", epilog="Example: tenfold policy simulate < requests.jsonl")
def policy_simulate() -> None:
    """Decide requests: JSON Lines in, one decision a line out.

    Reads standard input; the form is in docs/policy-simulate.md. Exit code: 0, or 3 when a line could not be read.
    """
    from tenfold.cli.policy import simulate_lines

    raise typer.Exit(simulate_lines())


@policy.command("lint", epilog="Example: aws s3api get-bucket-policy --bucket b | tenfold policy lint - --fail-on high")
def policy_lint(
    *,
    files: PolicyFiles,
    kind: PolicyType = None,
    fail_on: Annotated[FailOn, typer.Option(help="Exit with 1 on a remark of this severity.")] = FailOn.NEVER,
    format_: OutputFormat = Format.TEXT,
    output: Output = None,
) -> None:
    """Say what is awkward or dangerous in policies, where, and why.

    docs/catalogue.md lists the rules. Exit code: 0, 1 by --fail-on, or 3 when one is not a policy.
    """
    from tenfold.cli.policy_lint import run

    raise typer.Exit(run(files, kind, format_, output, fail_on))


@policy.command("explain", epilog="Example: tenfold policy explain policy.json")
def policy_explain(
    *,
    files: PolicyFiles,
    kind: PolicyType = None,
    format_: OutputFormat = Format.TEXT,
    output: Output = None,
) -> None:
    """Say in plain words who may do what to what, under which conditions, and what is odd."""
    from tenfold.cli.policy_explain import run

    raise typer.Exit(run(files, kind, format_, output))


@policy.command("diff", epilog="Example: tenfold policy diff old.json new.json --format json")
def policy_diff(
    *,
    old: Annotated[str, typer.Argument(help="File of the version before; - reads standard input.")],
    new: Annotated[str, typer.Argument(help="File of the version after; - reads standard input.")],
    account: Annotated[str, typer.Option(help="Account that owns the resource.")] = "",
    resource: Annotated[str, typer.Option(help="ARN of the resource; else any that the policies name.")] = "",
    format_: OutputFormat = Format.TEXT,
) -> None:
    """Show what a new version of a resource policy allows that the old did not, and the reverse.

    Each change comes with a request that shows it; equal versions are proven to be. Exit code: 0 when the new version
    allows the same or less, 1 when it allows more, 3 when that cannot be decided.
    """
    from tenfold.cli.policy_diff import diff

    raise typer.Exit(diff(old, new, account, resource, format_))


@app.command(epilog="Example: tenfold query 'SELECT event_name, count(*) FROM cloudtrail GROUP BY 1 ORDER BY 2 DESC'")
def query(
    *,
    sql: Annotated[str, typer.Argument(help="One SELECT; or the name of a table, for its columns.")],
    format_: OutputFormat = Format.TEXT,
    output: Output = None,
    parquet: Annotated[Path | None, typer.Option(help="Write the answer to this Parquet file.")] = None,
    config: ConfigFile = None,
) -> None:
    """Ask the lake and the state by SQL.

    Tables: cloudtrail, resources, findings, incidents, coverage (what was read). The text runs in a child process
    without network or files.
    """
    from tenfold.cli.query import columns, run
    from tenfold.cli.session import Session

    if sql.isidentifier():
        raise typer.Exit(columns(sql))
    raise typer.Exit(run(Session.offline(config), sql, format_, output, parquet))


@app.command(epilog="Example: tenfold sandbox --company 4 --live --past 2 --weather aws")
def sandbox(
    *,
    company: Annotated[int | None, typer.Option(min=4, max=400, help="Plant a company of so many accounts.")] = None,
    seed: Annotated[int | None, typer.Option(help="What is planted, and every id, follows from it.")] = None,
    live: Annotated[bool, typer.Option("--live", help="Let people and pipelines work in it.")] = False,
    past: Annotated[float, typer.Option(min=0, max=90, help="Days of work that lie behind it already.")] = 0.0,
    pace: Annotated[float, typer.Option(min=0.1, help="What one person does in a full hour.")] = 6.0,
    weather: Annotated[str, typer.Option(help="Habits of AWS, with commas between them; `aws` for all.")] = "",
    scale: Annotated[float, typer.Option(min=1, max=3600, help="Seconds that pass in it in a second.")] = 1.0,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
    deny: Annotated[float, typer.Option(min=0, max=1, help="Share of read calls that are denied, 0 to 1.")] = 0.0,
    answers: Annotated[Path | None, typer.Option(help="A file with answers of your own.")] = None,
    truth: Annotated[Path | None, typer.Option(help="Write what was planted to this file, as JSON.")] = None,
    format_: OutputFormat = Format.TEXT,
    announce: Annotated[bool, typer.Option("--announce", hidden=True)] = False,
) -> None:
    """Start an AWS to try against.

    It listens on 127.0.0.1, keeps nothing, and records every call as CloudTrail does. docs/sandbox.md says what is
    like AWS in it and what is not.
    """
    from tenfold.cli.sandbox import Wishes, run

    run(
        Wishes(
            seed=seed,
            company=company,
            port=port,
            live=live,
            past=timedelta(days=past),
            pace=pace,
            scale=scale,
            weather=weather,
            deny=deny,
            answers=answers,
            truth=truth,
            form=format_,
            announce=announce,
        )
    )


@app.command(epilog="Example: tenfold doctor --profile audit")
def doctor(
    *,
    policy: Annotated[bool, typer.Option("--policy", help="Print the policy that a scan needs, and stop.")] = False,
    format_: OutputFormat = Format.TEXT,
    profile: Profile = None,
    region: Region = None,
    endpoint_url: EndpointUrl = None,
    role: Role = None,
    config: ConfigFile = None,
) -> None:
    """Show what can be reached and what is missing."""
    from tenfold.cli.doctor import print_policy, run
    from tenfold.cli.session import Session

    session = Session.offline(config, profile=profile, region=region, endpoint_url=endpoint_url, role=role)
    if policy:
        print_policy(session)
        return
    raise typer.Exit(run(session, format_))


def main() -> None:
    """Run the command; turn every error into a clear word and an exit code."""
    from tenfold.cli.ending import ended, leave

    leave(ended(lambda: app(standalone_mode=False)))


if __name__ == "__main__":
    main()
