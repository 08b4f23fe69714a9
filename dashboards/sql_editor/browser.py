"""What stands beside the editor: views and columns with their meaning, worked examples, and earlier queries."""

from typing import Any

import msgspec
import streamlit as st

from dashboards import access, commands, words
from dashboards.sql_editor import editor
from dashboards.texts import t
from veille.research.examples import Example, examples
from veille.research.gateway import CatalogueRelation, Column, GatewayError

SHOWN_QUERIES = 30


def show(catalogue: str) -> None:
    """Three tabs."""
    schema, worked, history = st.tabs([t("sql.schema"), t("sql.examples"), t("sql.history")], key="sql_beside")
    with schema:
        _schema(catalogue)
    with worked:
        _examples(catalogue)
    with history:
        _history()


@st.cache_data(ttl=60, max_entries=8, show_spinner=False)
def _relations(catalogue: str, roles: tuple[Any, ...]) -> list[CatalogueRelation]:
    return list(editor.gateway().schema(catalogue, roles))


def _schema(catalogue: str) -> None:
    try:
        relations = _relations(catalogue, tuple(sorted(access.person().roles)))
    except GatewayError as error:
        st.caption(words.escape_markdown(str(error)))
        return
    wanted = (st.text_input(t("sql.find"), key="sql_find", placeholder=t("sql.find_example")) or "").strip().lower()
    shown = [relation for relation in relations if _matches(relation, wanted)]
    st.caption(t("sql.views", n=len(shown)))
    with st.container(height=520, border=False):
        for relation in shown:
            with st.expander(relation.name, key=f"view_{relation.name}", expanded=bool(wanted) and len(shown) < 4):
                st.caption(words.escape_markdown(relation.comment or ""))
                st.markdown("\n".join(_line(column) for column in relation.columns))


def _line(column: Column) -> str:
    return f"- `{column.name}` :small[{column.type.lower()}]  \n  :small[{words.escape_markdown(column.comment or '')}]"


def _matches(relation: CatalogueRelation, wanted: str) -> bool:
    texts = [relation.name, *(column.name for column in relation.columns)]
    return not wanted or any(wanted in text.lower() for text in texts)


def _examples(catalogue: str) -> None:
    fitting = [each for each in examples() if catalogue in each.catalogues]
    st.caption(t("sql.examples_note", n=len(fitting)))
    with st.container(height=520, border=False):
        for each in fitting:
            _example(each)


def _example(each: Example) -> None:
    with st.expander(each.question or each.name, key=f"example_{each.name}"):
        for text in (each.method, each.caveats, each.study):
            if text:
                st.caption(words.escape_markdown(text))
        st.button(
            t("sql.load"),
            key=f"load_{each.name}",
            icon=":material/edit:",
            on_click=editor.load,
            args=(each.sql, each.name),
        )


def _history() -> None:
    rows = _records()
    if not rows:
        st.caption(t("sql.no_history"))
        return
    with st.container(height=520, border=False):
        for row in rows[:SHOWN_QUERIES]:
            with st.container(border=True, gap="small"):
                st.code(row["sql"][:300], language="sql", wrap_lines=True)
                took = "" if row["seconds"] is None else f" · {words.decimal(row['seconds'], 2)} s"
                when = str(row["started_at"])[:16].replace("T", " ")
                st.caption(f"{when} UTC · {words.escape_markdown(row['outcome'])}{took}")
                st.button(
                    t("sql.load"), key=f"again_{row['query_id']}", type="tertiary", icon=":material/edit:",
                    on_click=editor.load, args=(row["sql"],),
                )  # fmt: skip


def _records() -> list[dict[str, Any]]:
    """The person's queries, newest first: from the service, and where none runs from what waits for it."""
    found = commands.ask_quietly("/v1/queries", limit=SHOWN_QUERIES)
    if found is not None:
        return list(found)
    person = access.person()
    recent = editor.gateway().recent(person.name, tuple(sorted(person.roles)), limit=SHOWN_QUERIES)
    return [msgspec.structs.asdict(record) for record in recent]
