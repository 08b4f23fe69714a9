"""SQL of DuckDB as Spark reads it: sqlglot, and a rule for each construct that sqlglot leaves as it is or carries to another meaning.

Ids are text on Spark's side; times are TIMESTAMP_NTZ in UTC. One meaning differs: the last tie between answers of one mention, which
DuckDB decides by its own `hash`, is decided by MD5 here.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlglot
from sqlglot import exp

from veille.scale.errors import ScaleError

Macros = Mapping[str, tuple[tuple[str, ...], str]]
_UNITS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86_400}
_MONDAY_US = 946_857_600_000_000  # 2000-01-03, the origin of DuckDB's time_bucket
_PASSES = 12
_OURS = "duckdb"
_QUALIFIED = "__qualified"
FILES = "files__"
"""Prefix of the names that the views of the schema `files` have on Spark's side."""


def translated(sql: str, macros: Macros, values: Mapping[str, Any] | None = None) -> str:
    """One SELECT of DuckDB, with the values of its `$name`, as Spark SQL. Raises ScaleError where sqlglot cannot read it."""
    try:
        tree: Any = sqlglot.parse_one(sql, read=_OURS)
        for _ in range(_PASSES):  # children of what is replaced are not visited: again until nothing changes
            before = tree.sql(_OURS)
            tree = tree.transform(lambda node: _carried(node, macros, values or {}))
            if tree.sql(_OURS) == before:
                break
        return str(tree.sql(dialect="spark"))
    except sqlglot.errors.SqlglotError as error:
        raise ScaleError(f"this query cannot be carried to Spark: {str(error).splitlines()[0]}") from None


def relations(sql: str, macros: Macros) -> set[str]:
    """Names of the views that a SELECT reads, with `files.` before those of that schema; CTEs are among them where names agree."""
    tree, found = sqlglot.parse_one(sql, read=_OURS), set[str]()
    for table in tree.find_all(exp.Table):
        if isinstance(table.this, exp.Anonymous):
            if macro := macros.get(table.this.name.lower()):
                found |= relations(macro[1], macros)
        elif table.name:
            found.add(f"{table.db}.{table.name}" if table.db else table.name)
    return found


def _literal(value: Any) -> Any:
    if value is None:
        return exp.null()
    if isinstance(value, datetime):
        return exp.cast(exp.Literal.string(value.isoformat(sep=" ")), "TIMESTAMPNTZ")
    if isinstance(value, list | tuple):
        return exp.Array(expressions=[_literal(each) for each in value])
    return exp.convert(value)


def _carried(node: Any, macros: Macros, values: Mapping[str, Any]) -> Any:
    if isinstance(node, exp.Placeholder) and node.name in values:
        return _literal(values[node.name])
    if isinstance(node, exp.Table):
        return _table(node, macros)
    if isinstance(node, exp.Anonymous):
        return _function(node, macros)
    rule = _RULES.get(type(node))
    return rule(node) if rule else node


def _table(node: Any, macros: Macros) -> Any:
    """A table macro as a subquery; a view of the schema `files` under its name on Spark's side."""
    if isinstance(node.this, exp.Anonymous) and node.this.name.lower() in macros:
        parameters, body = macros[node.this.name.lower()]
        inner = _filled(body, parameters, node.this.expressions)
        return inner.subquery(node.alias or node.this.name.lower())
    if node.db == "files":
        return exp.table_(f"{FILES}{node.name}", alias=node.alias or node.name)
    return node


def _filled(body: str, parameters: Sequence[str], arguments: Sequence[Any]) -> Any:
    """The body of a macro with its arguments."""
    given = dict(zip((name.lower() for name in parameters), arguments, strict=True))

    def put(node: Any) -> Any:
        if isinstance(node, exp.Column) and not node.table and node.name.lower() in given:
            return exp.Paren(this=given[node.name.lower()].copy())
        return node

    return sqlglot.parse_one(body, read=_OURS).transform(put)


def _micros(moment: Any) -> Any:
    return exp.Anonymous(this="unix_micros", expressions=[exp.cast(moment.copy(), "TIMESTAMPLTZ")])


def _seconds(micros: Any) -> Any:
    return exp.Paren(this=exp.Div(this=exp.cast(micros, "DOUBLE"), expression=exp.Literal.number(1_000_000)))


def _function(node: Any, macros: Macros) -> Any:
    """A function that sqlglot does not know: a macro of the catalogue, or one of DuckDB's own."""
    name, given = node.name.lower(), node.expressions
    if name in macros:
        parameters, body = macros[name]
        return exp.Paren(this=_filled(body, parameters, given))
    if name == "count_star":
        return exp.Count(this=exp.Star())
    if name in _RENAMED:
        return exp.Anonymous(this=_RENAMED[name], expressions=given)
    if name in _INTERVALS:
        return exp.Anonymous(
            this="make_dt_interval", expressions=[*[exp.Literal.number(0)] * _INTERVALS[name], given[0]]
        )
    return _from_spark(_SPELT[name], given[0]) if name in _SPELT else node


_HALF = "substr(md5(x), 17, 16)"
_TURNED = ", ".join(f"substr({_HALF}, {15 - 2 * k}, 2)" for k in range(8))  # its eight bytes, the last one first
_RENAMED = {
    "list_position": "array_position",
    "list_value": "array",
    "arg_max_null": "max_by",
    "arg_min_null": "min_by",
    "len": "size",
}
_INTERVALS = {"to_days": 0, "to_hours": 1, "to_minutes": 2, "to_seconds": 3}  # the place in make_dt_interval
_SPELT = {
    "epoch_us": "unix_micros(cast(x as timestamp_ltz))",
    "to_microseconds": "make_dt_interval(0, 0, 0, cast(x as decimal(18, 6)) / 1000000)",
    "md5_number_lower": f"cast(conv(concat({_TURNED}), 16, 10) as decimal(20, 0))",
    "hash": "cast(conv(substr(md5(cast(x as string)), 1, 15), 16, 10) as bigint)",
}


def _from_spark(text: str, argument: Any) -> Any:
    """An expression of Spark in which the column x stands for the argument."""
    return sqlglot.parse_one(text, read="spark").transform(
        lambda node: argument.copy() if isinstance(node, exp.Column) and node.name == "x" else node
    )


def _cast(node: Any) -> Any:
    kind, inner = node.to.this, node.this
    if isinstance(inner, exp.Literal) and inner.name.lstrip("-") == "infinity":
        return exp.cast(exp.Literal.string("0001-01-01" if inner.name[0] == "-" else "9999-12-31"), "TIMESTAMPNTZ")
    if kind == exp.DataType.Type.UUID:
        return exp.cast(inner, "TEXT")
    if kind in (exp.DataType.Type.INT128, exp.DataType.Type.UINT128):
        return exp.cast(inner, "DECIMAL(38,0)")
    if kind == exp.DataType.Type.TIMESTAMP_MS or node.to.sql(_OURS).upper() in ("TIMESTAMP_US", "TIMESTAMP_S"):
        return exp.cast(inner, "TIMESTAMPNTZ")
    return node


def _shift(node: Any) -> Any:
    """Of 128-bit numbers a multiplication."""
    left = node.this.this if isinstance(node.this, exp.Paren) else node.this
    if isinstance(left, exp.Cast) and left.to.this == exp.DataType.Type.DECIMAL:
        by = exp.cast(exp.Literal.string(str(2 ** int(node.expression.name))), "DECIMAL(38,0)")
        return exp.Paren(this=exp.Mul(this=left, expression=by))
    return node


def _epoch(node: Any) -> Any:
    """Seconds, of a moment or between two."""
    inner = node.this.this if isinstance(node.this, exp.Paren) else node.this
    if isinstance(inner, exp.Sub):
        return _seconds(exp.Paren(this=exp.Sub(this=_micros(inner.this), expression=_micros(inner.expression))))
    return _seconds(_micros(inner))


def _bucket(node: Any) -> Any:
    """time_bucket: the moment less what it is past the last step from the origin."""
    width, moment = node.this, node.expression
    origin = next((node.args[key] for key in ("unit", "origin", "zone") if node.args.get(key) is not None), None)
    if isinstance(width, exp.Interval) and width.unit and width.unit.name.upper().rstrip("S") in _UNITS:
        step: Any = exp.Literal.number(int(width.this.name) * _UNITS[width.unit.name.upper().rstrip("S")] * 1_000_000)
    else:
        step = exp.Paren(this=exp.Mul(this=width.expressions[-1], expression=exp.Literal.number(1_000_000)))
    zero = _micros(origin) if origin is not None and not isinstance(origin, exp.Var) else exp.Literal.number(_MONDAY_US)
    past = exp.Anonymous(this="pmod", expressions=[exp.Sub(this=_micros(moment), expression=zero), step])
    begin = exp.Anonymous(this="timestamp_micros", expressions=[exp.Sub(this=_micros(moment), expression=past)])
    return exp.cast(begin, "TIMESTAMPNTZ")


def _percentile(name: str) -> Callable[[Any], Any]:
    def rule(node: Any) -> Any:
        share = node.args.get("expression")
        if share is None:
            return node
        if name == "percentile":
            return exp.Anonymous(this=name, expressions=[node.this, share])
        order = exp.Order(expressions=[exp.Ordered(this=node.this.copy())])
        return exp.WithinGroup(this=exp.Anonymous(this=name, expressions=[share.copy()]), expression=order)

    return rule


def _top(node: Any) -> Any:
    """arg_max leaves out rows whose value is null; max_by does not."""
    if node.args.get("count") is not None:
        return node
    top = exp.Anonymous(this="max_by", expressions=[node.this.copy(), node.expression.copy()])
    return exp.Filter(this=top, expression=exp.Where(this=exp.not_(node.this.copy().is_(exp.null()))))


def _limit(node: Any) -> Any:
    given = node.expression.this if isinstance(node.expression, exp.Cast) else node.expression
    return exp.Limit(expression=exp.Literal.number(2**31 - 1) if isinstance(given, exp.Null) else given)


def _cte(node: Any) -> Any:
    node.set("materialized", None)
    return node


def _days(node: Any) -> Any:
    return exp.Anonymous(this="make_dt_interval", expressions=[exp.cast(node.this, "INT")])


def _length(node: Any) -> Any:
    return exp.Anonymous(this="size", expressions=[node.this]) if isinstance(node.this, exp.Array) else node


def _quotient(node: Any) -> Any:
    """By zero it is null."""
    by = node.expression.this if isinstance(node.expression, exp.Paren) else node.expression
    if isinstance(by, exp.Nullif) or (isinstance(by, exp.Literal) and float(by.name) != 0):
        return node
    node.set("expression", exp.Nullif(this=node.expression, expression=exp.Literal.number(0)))
    return node


def _member(node: Any) -> Any:
    """= ANY (SELECT …)."""
    if isinstance(node.expression, exp.Any):
        inner = node.expression.this
        return exp.In(this=node.this, query=inner if isinstance(inner, exp.Subquery) else inner.subquery())
    return node


def _qualified(node: Any) -> Any:
    """QUALIFY as a column of the same SELECT, by which an outer one selects."""
    condition = node.args.get("qualify")
    if condition is None:
        return node
    inner, kept = node.copy(), exp.Star(except_=[exp.to_identifier(_QUALIFIED)])
    inner.set("qualify", None)
    within = inner.args.pop("with_", None) or inner.args.pop("with", None)
    inner.select(exp.alias_(condition.this.copy(), _QUALIFIED), copy=False)
    outer = exp.select(kept).from_(inner.subquery("qualified")).where(exp.column(_QUALIFIED))
    if within is not None:
        outer.set("with_", within)
    return outer


_RULES: Mapping[type, Callable[[Any], Any]] = {
    exp.Div: _quotient,
    exp.Mod: _quotient,
    exp.EQ: _member,
    exp.Select: _qualified,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.BitwiseLeftShift: _shift,
    exp.TimeToUnix: _epoch,
    exp.DateBin: _bucket,
    exp.PercentileCont: _percentile("percentile"),
    exp.PercentileDisc: _percentile("percentile_disc"),
    exp.ArgMax: _top,
    exp.Limit: _limit,
    exp.CTE: _cte,
    exp.ToDays: _days,
    exp.Length: _length,
}
