"""Results arrive whatever their columns are called."""

import duckdb
import pytest

from veille.store.sandbox.worker import _showable


@pytest.mark.parametrize(
    ("sql", "names", "row"),
    [
        ("SELECT 1 AS a, 2 AS b", ["a", "b"], (1, 2)),
        ("SELECT * FROM (SELECT 1 AS a) AS t JOIN (SELECT 1 AS a) AS u ON t.a = u.a", ["a", "a_1"], (1, 1)),
        ("SELECT 1 AS a, 2 AS a, 3 AS a_1, 4 AS a", ["a", "a_2", "a_1", "a_3"], (1, 2, 3, 4)),
        ("SELECT INTERVAL 1 DAY AS a, 2 AS a", ["a", "a_1"], ("1 day", 2)),
        ('SELECT 1 AS "x""y", 2 AS "x""y"', ['x"y', 'x"y_1'], (1, 2)),
    ],
)
def test_each_column_has_a_name_of_its_own(sql: str, names: list[str], row: tuple[object, ...]) -> None:
    with duckdb.connect() as connection:
        shown = _showable(connection.sql(sql))
        assert (shown.columns, shown.fetchall()) == (names, [row])


def test_the_order_of_rows_stays() -> None:
    with duckdb.connect() as connection:
        shown = _showable(connection.sql("SELECT i AS a, i AS a FROM range(50000) AS t(i) ORDER BY i DESC"))
        assert [row[0] for row in shown.fetchall()] == list(range(49999, -1, -1))
