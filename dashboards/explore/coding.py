"""Double coding: draw a sample, code it blind, and see how far two persons agree."""

from collections import Counter
from itertools import combinations
from secrets import token_hex
from typing import Any

import polars as pl
import streamlit as st

from dashboards import access, commands, handles, reveal, words
from dashboards.data import PublishedData
from dashboards.explore.agreement import Agreement, agreement
from dashboards.explore.question import Question
from dashboards.ranges import Span
from dashboards.texts import names, t

SIZES = (20, 50, 100, 200, 500)


def show(question: Question, found: PublishedData, span: Span) -> None:
    """The whole view. Everything but the prompts comes from the service: without it there is nothing to code."""
    if not access.person().may("analyst", "researcher"):
        st.info(t("coding.may_not"), icon=":material/lock:")
        return
    samples = commands.get("/v1/samples")
    if samples is None:
        return
    left, right = st.columns([1, 2], gap="large")
    with left:
        sample = _choice(samples)
        _draw(question, found, span)
    with right:
        if sample is None:
            st.info(t("coding.none"), icon=":material/rule:")
        else:
            _sample(sample, found)


def _choice(samples: list[dict[str, Any]]) -> dict[str, Any] | None:
    if not samples:
        return None
    known = {each["sample_id"]: each for each in samples}
    picked = st.selectbox(
        t("coding.sample"), list(known), key="sample",
        format_func=lambda key: f"{known[key]['question']} · {words.number(known[key]['items'])} · {str(known[key]['created_at'])[:16]}",
    )  # fmt: skip
    return known.get(picked) if picked else None


def _draw(question: Question, found: PublishedData, span: Span) -> None:
    with st.form("draw", border=True):
        st.markdown(f"**{t('coding.draw')}**")
        st.caption(
            t(
                "coding.draw_from",
                period=words.period(span.since, span.until),
                what=words.of_class(question.request_class),
            )
        )
        asked = st.text_input(t("coding.question"), value=t("coding.default_question"), max_chars=200)
        size = st.selectbox(t("coding.size"), SIZES, index=1)
        if st.form_submit_button(t("coding.draw_button"), icon=":material/casino:"):
            _keep(asked.strip() or t("coding.default_question"), int(size), question, found, span)


def _keep(asked: str, size: int, question: Question, found: PublishedData, span: Span) -> None:
    seed = token_hex(8)
    answer = found.ask_large(
        "explore_sample", since=span.since, until=span.until, **question.chosen, seed=seed, size=size
    )
    if answer.rows.is_empty():
        st.warning(t("coding.nothing_to_draw"))
        return
    body = {
        "question": asked, "seed": seed, "drawn_from": answer.rows["drawn_from"][0], "event_ids": answer.rows["event_id"].to_list(),
        "filters": {**question.chosen, "since": span.since.isoformat(), "until": span.until.isoformat()},
    }  # fmt: skip
    if commands.post("/v1/samples", body) is not None:
        st.session_state.pop("sample", None)
        st.rerun()


def _sample(sample: dict[str, Any], found: PublishedData) -> None:
    items = commands.get(f"/v1/samples/{sample['sample_id']}")
    if items is None:
        return
    st.subheader(words.escape_markdown(sample["question"]), anchor=False)
    done = sum(item["code"] is not None for item in items)
    st.progress(done / len(items), text=t("coding.progress", done=done, n=len(items)))
    waiting = next((item for item in items if item["code"] is None), None)
    if waiting is not None:
        _item(sample["sample_id"], waiting, found)
        return
    codes = commands.get(f"/v1/samples/{sample['sample_id']}/codes")
    if codes is not None:
        _results(pl.DataFrame(codes, schema={"event_id": pl.String, "coder": pl.String, "code": pl.String}), len(items))


def _item(sample_id: str, item: dict[str, Any], found: PublishedData) -> None:
    event_id = item["event_id"]
    st.caption(t("coding.item", n=item["position"] + 1))
    with st.container(border=True, height=240):
        reveal.prompt(event_id, lambda: _text(found, event_id), key=f"item_{event_id}", action="prompt.code")
    with st.container(horizontal=True):
        for code, label in names("codes").items():
            st.button(
                label, key=f"code_{code}_{event_id}", type="primary" if code == "yes" else "secondary",
                on_click=commands.post, args=(f"/v1/samples/{sample_id}/codes", {"event_id": event_id, "code": code}),
            )  # fmt: skip
    st.caption(t("coding.blind"))


def _text(found: PublishedData, event_id: str) -> str | None:
    rows = found.ask("prompt", event_id=event_id).rows
    return None if rows.is_empty() else handles.named(rows["prompt"][0], found)


def _results(codes: pl.DataFrame, items: int) -> None:
    st.success(t("coding.finished"), icon=":material/check:")
    finished = [coder for coder, done in Counter(codes["coder"]).items() if done == items]
    if len(finished) < 2:
        st.caption(t("coding.one_coder"))
        return
    for one, other in combinations(sorted(finished), 2):
        _pair(one, other, agreement(codes, one, other))


def _pair(one: str, other: str, found: Agreement) -> None:
    st.markdown(f"**{words.escape_markdown(one)} · {words.escape_markdown(other)}**")
    kappa = "–" if found.kappa is None else words.decimal(found.kappa, 2)
    places = st.columns(3)
    places[0].metric(t("coding.kappa"), kappa, help=t("coding.kappa_help"))
    places[1].metric(t("coding.agreed"), words.percent(found.agreed / found.n))
    places[2].metric(t("coding.precision"), words.percent(found.precision))
    if found.interval:
        low, high = (words.percent(end) for end in found.interval)
        st.caption(
            t(
                "coding.precision_note",
                yes=found.yes,
                n=found.yes + found.no,
                low=low,
                high=high,
                other=found.n - found.yes - found.no,
            )
        )
    st.dataframe(found.table, hide_index=True, width="content")
