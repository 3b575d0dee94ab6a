"""`tenfold query`: one SELECT over the lake and the state, in a confined child process."""

from pathlib import Path

from rich import box
from rich.table import Table
from rich.text import Text

from tenfold.cli.ending import FINE
from tenfold.cli.options import Format
from tenfold.cli.output import write, write_rows
from tenfold.cli.session import Session
from tenfold.model.errors import ConfigError
from tenfold.query.answer import rows, write_parquet
from tenfold.query.ask import SCHEMAS, query
from tenfold.reports.characters import printable
from tenfold.reports.terminal.page import show
from tenfold.reports.terminal.style import line

_SHOWN = 100


def run(session: Session, sql: str, form: Format, output: Path | None, parquet: Path | None) -> int:
    """Ask, and show the answer."""
    with session.store() as store, session.lake(store) as lake:
        answer = query(sql, lake, store)
    if parquet:
        write(parquet, lambda out: write_parquet(answer, out))
    elif form is Format.TEXT:
        found = list(rows(answer.slice(0, _SHOWN)))
        more = [line((f"and {answer.num_rows - _SHOWN:,} more rows (--format json has all)", "dim"))]
        table = _table(answer.column_names, found)
        write(output, lambda out: show([table, *(more if answer.num_rows > _SHOWN else [])], out))
    else:
        write(output, lambda out: write_rows(list(rows(answer)), form, out))
    return FINE


def columns(name: str) -> int:
    """Show the columns of a table.

    Raises:
        ConfigError: when there is no such table.
    """
    if name not in SCHEMAS:
        raise ConfigError(f"there is no table {name!r}", next=f"There are: {', '.join(SCHEMAS)}")
    write(None, lambda out: show([line(f"{field.name}  {field.type}") for field in SCHEMAS[name]], out))
    return FINE


def _table(names: list[str], found: list[dict[str, object]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in names:
        table.add_column(Text(printable(name)), overflow="fold")
    for row in found:
        table.add_row(*(Text("" if value is None else printable(str(value))) for value in row.values()))
    return table
