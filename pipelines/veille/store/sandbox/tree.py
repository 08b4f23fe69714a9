"""Looking through a parsed SELECT: every node, field, function and relation of it is one that only reads.

The tree is DuckDB's own (json_serialize_sql). What stands in none of the lists is refused, so a new version of the engine brings
nothing that was not looked at.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from veille.reasons import reason
from veille.store.sandbox.errors import QueryRefusedError
from veille.store.sandbox.functions import words
from veille.store.sandbox.names import CatalogueNames

_EXPRESSIONS: Mapping[str, frozenset[str]] = {
    "BETWEEN": words("COMPARE_BETWEEN COMPARE_NOT_BETWEEN"),
    "CASE": words("CASE_EXPR"),
    "CAST": words("OPERATOR_CAST"),
    "COLLATE": words("COLLATE"),
    "COLUMN_REF": words("COLUMN_REF"),
    "COMPARISON": words(
        """
COMPARE_DISTINCT_FROM COMPARE_NOT_DISTINCT_FROM COMPARE_EQUAL COMPARE_NOTEQUAL COMPARE_GREATERTHAN
COMPARE_GREATERTHANOREQUALTO COMPARE_LESSTHAN COMPARE_LESSTHANOREQUALTO
"""
    ),
    "CONJUNCTION": words("CONJUNCTION_AND CONJUNCTION_OR"),
    "CONSTANT": words("VALUE_CONSTANT"),
    "DEFAULT": words("VALUE_DEFAULT"),
    "FUNCTION": words("FUNCTION"),
    "LAMBDA": words("LAMBDA"),
    "OPERATOR": words(
        """
ARRAY_CONSTRUCTOR ARRAY_EXTRACT ARRAY_SLICE ARROW COMPARE_IN COMPARE_NOT_IN GROUPING_FUNCTION OPERATOR_COALESCE
OPERATOR_IS_NOT_NULL OPERATOR_IS_NULL OPERATOR_NOT OPERATOR_NULLIF OPERATOR_TRY OPERATOR_UNPACK STRUCT_EXTRACT
"""
    ),
    "PARAMETER": words("VALUE_PARAMETER"),
    "POSITIONAL_REFERENCE": words("POSITIONAL_REFERENCE"),
    "STAR": words("STAR"),
    "SUBQUERY": words("SUBQUERY"),
    "TYPE": words("TYPE"),
    "WINDOW": words(
        """
WINDOW_AGGREGATE WINDOW_CUME_DIST WINDOW_FILL WINDOW_FIRST_VALUE WINDOW_LAG WINDOW_LAST_VALUE WINDOW_LEAD WINDOW_NTH_VALUE
WINDOW_NTILE WINDOW_PERCENT_RANK WINDOW_RANK WINDOW_RANK_DENSE WINDOW_ROW_NUMBER
"""
    ),
}
"""Class of an expression → its types."""

_NODES = words(
    """
SELECT_NODE SET_OPERATION_NODE RECURSIVE_CTE_NODE CTE_NODE
BASE_TABLE EMPTY EXPRESSION_LIST JOIN PIVOT SHOW_REF SUBQUERY TABLE_FUNCTION
DISTINCT_MODIFIER LIMIT_MODIFIER LIMIT_PERCENT_MODIFIER ORDER_MODIFIER
ASCENDING DESCENDING ORDER_DEFAULT DECIMAL_TYPE_INFO
"""
)
"""Types of what is no expression: queries, what stands in FROM, what follows a SELECT, orders, the type of a sample's size."""

_FIELDS = words(
    """
aggregate_handling aggregates alias aliases arg_orders arguments at_clause case_checks catalog catalog_name child
children class collation column column_name_alias column_names columns comparison_type condition cte_map cte_name
default_expr delim_flipped distinct distinct_on_targets duplicate_eliminated_columns else_expr end end_expr entries
error exclude_clause exclude_list expected_names expected_types export_state expr expression filter filter_expr
from_table function function_name group_expressions group_sets groups has_ignore_nulls having id identifier
ignore_nulls include_nulls index input is_implicit is_null is_operator is_percentage join_type key key_targets kind
left lhs limit limit_type literal lower map materialized method modifiers name named_param_map nearest_approx
nearest_count nearest_order_type node null_order offset offset_expr order_bys orders partitions path
payload_aggregates pivot_enum pivot_expressions pivots qualified_exclude_list qualified_name qualify query
query_location query_location_length query_node ranking_expression ref_type relation_name rename_list repeatable
replace_list right sample sample_rate sample_size scale schema schema_name seed select_list setop_all setop_type
show_type source star_expr start start_expr statements subquery subquery_type syntax_type table table_name text
then_expr try_cast type type_expr type_info type_name union_all unit unpivot_names upper using_columns value values
when_expr where_clause width with_ordinality
"""
)
"""Fields that may say something. Another one may be there as long as it says nothing."""

_SHOWS = frozenset({"DESCRIBE", "SUMMARY", "SHOW", "SHOW_FROM"})
_SHOWN = frozenset({"tables", "databases", "schemas", "__show_tables_expanded"})


def check_tree(tree: Mapping[str, Any], names: CatalogueNames) -> None:
    """Raises RefusedError, or UnknownError for a function that does not exist."""
    relations: list[str] = []
    inner: set[str] = set()
    for node, is_source in _nodes(tree):
        _require_known(node)
        if isinstance(name := node.get("function_name"), str):
            names.require_function(name, in_from=is_source)
        relations.extend(_relations(node))
        inner.update(_inner_names(node))
    for name in relations:
        names.require_relation(name, frozenset(inner))


def _require_known(node: Mapping[str, Any]) -> None:
    kind, group = node.get("type"), node.get("class")
    if group is not None:  # noqa: SIM108  an expression or not: two rules
        known = kind in _EXPRESSIONS.get(group, frozenset())
    else:
        known = not isinstance(kind, str) or kind in _NODES
    if not known:
        raise QueryRefusedError(reason("query.inside", kind=str(kind).partition("_")[0]))
    said = sorted(field for field, value in node.items() if value and field not in _FIELDS)
    if said:
        raise QueryRefusedError(reason("query.field", field=said[0], kind=str(kind or "statement")))


def _relations(node: Mapping[str, Any]) -> Iterator[str]:
    """Names of what it reads."""
    kind = node.get("type")
    if kind == "BASE_TABLE":
        yield str(node["table_name"])
    if kind != "SHOW_REF":
        return
    shown, name = node.get("show_type"), str(node.get("table_name") or "")
    if shown == "SHOW_SPECIAL":
        if name.strip('"') not in _SHOWN:
            raise QueryRefusedError(reason("query.show", name=name.strip('"')))
    elif shown not in _SHOWS:
        raise QueryRefusedError(reason("query.shown", kind=str(shown)))
    elif name:
        yield name


def _inner_names(node: Mapping[str, Any]) -> Iterator[str]:
    """Names that the query itself gives to subqueries (WITH), in lower case."""
    for name in (node.get("key"), node.get("cte_name")):
        if isinstance(name, str):
            yield name.lower()


def _nodes(tree: Any) -> Iterator[tuple[dict[str, Any], bool]]:
    """Every object of the tree, with whether it is the function of a FROM; without recursion, however deep it is."""
    waiting = [(tree, False)]
    while waiting:
        found, is_source = waiting.pop()
        if isinstance(found, dict):
            yield found, is_source
            from_function = found.get("type") == "TABLE_FUNCTION"
            waiting.extend((value, from_function and key == "function") for key, value in found.items())
        elif isinstance(found, list):
            waiting.extend((each, False) for each in found)
