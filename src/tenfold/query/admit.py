"""The text check: one SELECT over the tables that there are, of parts that are known to be harmless.

It lists what is admitted, so that a construct which a later DuckDB or sqlglot adds is refused until it is judged.
"""

import logging
import re
from collections.abc import Collection, Iterator
from typing import ClassVar

from sqlglot import exp, parse
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError

from tenfold.model.errors import contain
from tenfold.query.errors import QueryError
from tenfold.query.functions import ADMITTED

LONGEST = 65_536
"""Characters of a question."""

_MOST_STEPS = 300_000
"""Of the parser, forth and back: a second or two. The longest texts of one level take a fifth of it."""

_ROWS = """
Select From Join Where Group Having Qualify Order Ordered Limit LimitOptions Offset Fetch With CTE TableAlias Subquery
Union Except Intersect Values Table Unnest Lateral TableSample Distinct Cube Rollup GroupingSets
"""
_VALUES = """
Alias Aliases All Any Array AtTimeZone Between Boolean Bracket ByteString Case Cast Column ColumnDef Comprehension
Concat DataType DataTypeParam Dot Exists Filter HexString Identifier If IgnoreNulls In Interval JSONKeyValue Kwarg
Lambda Literal Null Paren PropertyEQ RawString RespectNulls Slice Star Struct ToMap TryCast Tuple Var Window WindowSpec
WithinGroup
"""
_OPERATORS = """
Add And ArrayContainedBy ArrayContainsAll ArrayOverlaps BitwiseAnd BitwiseLeftShift BitwiseNot BitwiseOr
BitwiseRightShift BitwiseXor Collate DPipe Div EQ Escape GT GTE Glob ILike IntDiv Is JSONExtract JSONExtractScalar
JSONPath JSONPathKey JSONPathRecursive JSONPathRoot JSONPathSlice JSONPathSubscript JSONPathWildcard LT LTE Like Mod
Mul NEQ Neg Not NullSafeEQ NullSafeNEQ Or Pow RegexpILike RegexpLike SimilarTo StartsWith Sub Xor
"""
_CALLS = """
Anonymous ApproxQuantile ArgMax ArgMin Ceil Chr CurrentDate CurrentTime CurrentTimestamp Extract Floor GroupConcat
JSONObject JSONObjectAgg Localtime Localtimestamp Max Min Overlay PercentileCont PercentileDisc Quantile
StrPosition Substring Trim
"""
"""Functions with a grammar of their own. Every other call is `Anonymous` and goes by its name."""

_PARTS = frozenset(f"{_ROWS} {_VALUES} {_OPERATORS} {_CALLS}".split())

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CATALOGUE = re.compile(r"(?:duckdb|pg|pragma|sqlite)_", re.IGNORECASE)
"""DuckDB's views of its own settings. Where a name that WITH gives does not reach, it would mean the view."""

# Where it does not know a statement sqlglot logs a warning, and we say what is wrong in our own words.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


class _Calls(DuckDB):
    """DuckDB's SQL in which each function keeps the name that was written: no aliases, no translation."""

    class Parser(DuckDB.Parser):  # type: ignore[valid-type,misc]  # a class that sqlglot keeps in an attribute
        FUNCTIONS: ClassVar[dict[str, object]] = {}
        _steps = 0

        def _advance(self, times: int = 1) -> None:
            """Count the steps: of `DATE (DATE (DATE (` each level is tried in two ways, so that 22 take minutes."""
            self._steps += 1
            if self._steps > _MOST_STEPS:
                raise QueryError("the question is nested so that it takes too long to read")
            super()._advance(times)


def admit(sql: str, tables: Collection[str]) -> frozenset[str]:
    """Which of the tables a question reads.

    Args:
        sql: the user's text; hostile.
        tables: names in lower case.

    Raises:
        QueryError: it is not one SELECT, or says what is refused; where, what, and what is there instead.
    """
    question = _parsed(sql)
    own = frozenset(_own_tables(question))
    used = set()
    for part in question.walk():
        _judge(part)
        if isinstance(part, exp.Table):
            used.add(_table(part, own, tables))
    return frozenset(used & {*tables})


def _parsed(sql: str) -> exp.Query:
    if len(sql) > LONGEST:
        raise QueryError(f"the question is {len(sql)} characters long, and at most {LONGEST} are read")
    # sqlglot trips over some texts in ways of its own: whatever it raises, the text is not read.
    parsed = contain(lambda: parse(sql, read=_Calls), _unreadable)
    if isinstance(parsed, QueryError):
        raise parsed
    # A remark after the last semicolon makes a statement of its own.
    statements = [statement for statement in parsed if not isinstance(statement, exp.Semicolon | None)]
    if len(statements) != 1:
        raise QueryError(f"one SELECT is answered at a time, and these are {len(statements)} statements")
    if not isinstance(statements[0], exp.Query):
        raise QueryError(f"only SELECT is answered, not {_name(statements[0])}")
    return statements[0]


def _unreadable(error: Exception) -> QueryError:
    if isinstance(error, QueryError):
        return error
    if isinstance(error, RecursionError):
        return QueryError("the question is nested too deep")
    if not isinstance(error, ParseError) or not error.errors:
        return QueryError(f"the question cannot be read as SQL: {error}")
    first = error.errors[0]
    near = first["highlight"] or ""
    # The column is that of the last character of what the parser stumbled over.
    where = f"line {first['line']}, column {first['col'] - len(near) + 1}, near {near!r}"
    return QueryError(f"the question is not SQL: {first['description']}", where=where)


def _own_tables(question: exp.Expr) -> Iterator[str]:
    """The names that WITH gives; plain ones alone, for a name such as 'x.csv' would be read as a file elsewhere."""
    for part in question.find_all(exp.CTE):
        if not _PLAIN.fullmatch(part.alias):
            raise QueryError(f"a name given by WITH is made of letters, digits and _, unlike {part.alias!r}")
        if _CATALOGUE.match(part.alias):
            raise QueryError(f"a name given by WITH does not begin as DuckDB's own do, unlike {part.alias!r}")
        yield part.alias.lower()


def _judge(part: exp.Expr) -> None:
    if type(part).__name__ not in _PARTS:
        raise QueryError(f"{_name(part)} is refused in a question")
    if isinstance(part, exp.Anonymous) and part.name.lower() not in ADMITTED:
        raise QueryError(f"the function {part.name} is refused in a question")


def _table(part: exp.Table, own: Collection[str], tables: Collection[str]) -> str:
    there = f"There are {', '.join(sorted(tables))}."
    if not isinstance(part.this, exp.Identifier):
        raise QueryError(f"a function in place of a table is refused: {part.this.name or _name(part.this)}", next=there)
    name = ".".join(piece.name for piece in part.parts)
    if name.lower() not in {*own, *tables}:
        raise QueryError(f"there is no table {name!r}", next=there)
    return name.lower()


def _name(part: exp.Expr) -> str:
    """What the user wrote, roughly: `DROP`, `PRAGMA`, `CURRENTUSER`."""
    return part.name.upper() if isinstance(part, exp.Command) else part.key.upper()
