"""The evidence card on the page: what speaks for a cluster, what against it, and how far it hangs on our choices."""

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from dashboards import data, figures, ranges, reasons, reveal, theme, words
from dashboards.axes import Canvas
from dashboards.clusters import charts as cluster_charts
from dashboards.clusters.evidence import ClusterEvidence, ShownLook
from dashboards.shared import naming
from dashboards.texts import names, t


def draw(card: ClusterEvidence, one: dict[str, Any]) -> None:
    """The card of one cluster; `one` is its row of `clusters_one`."""
    st.header(t("coordination.card"), anchor=False)
    if not card.said:
        st.caption(t("coordination.no_card"))
        return
    if card.look.since is not None and card.look.until is not None:
        st.caption(t("coordination.card_period", period=words.period(card.look.since, card.look.until)))
    if card.insufficient:
        st.warning(
            t(
                "coordination.insufficient",
                why=words.escape_markdown(reasons.kept(card.insufficient, one["decided_at"])),
            ),
            icon=":material/help:",
        )
    _for(card, one)
    _against(card)
    _sensitivity(card)
    _words(card, one["cluster_id"])


def _for(card: ClusterEvidence, one: dict[str, Any]) -> None:
    st.markdown(f"**{t('coordination.speaks_for')}**")
    st.markdown("\n".join(f"- {line}" for line in speaking_for(card, one)) or f"- {t('coordination.nothing')}")
    for line in _beside(card):
        st.caption(line)


def speaking_for(card: ClusterEvidence, one: dict[str, Any]) -> list[str]:
    """Only what speaks for it: what lies at or below chance, or says nothing of the members, is left out."""
    lines = []
    if _above_chance(card.look):
        lines.append(t("coordination.for_met", **_met(card.look, "card")))
    shared = card.targets.filter(pl.col("share") >= 0.5).height
    if shared:
        lines.append(
            t(
                "coordination.for_burden",
                n=figures.named(shared, "targets_shared", "card"),
                all=figures.named(card.targets.height, "targets", "card"),
            )
        )
    if card.prompts.height:
        lines.append(t("coordination.for_prompts", n=figures.named(card.prompts.height, "wordings", "card")))
    if one["tier"] == "validated" and one["p_value"] is not None:
        lines.append(t("coordination.for_chance", p=naming.chance(one["p_value"])))
    return lines


def _above_chance(look: ShownLook) -> bool:
    return look.observed is not None and look.expected is not None and look.observed > look.expected and look.pairs != 0


def _met(look: ShownLook, query: str) -> dict[str, Any]:
    told = figures.marked({"observed": look.observed, "expected": look.expected, "pairs": look.pairs}, query, {})
    return {
        "pairs": words.number(told["pairs"]) if look.pairs is not None else "–",
        "n": told["observed"],
        "expected": told["expected"],
        "times": naming.times(told["observed"], told["expected"]),
    }


def _beside(card: ClusterEvidence) -> list[str]:
    """What speaks neither for nor against: pairs only seen together, answers, and what the latest look saw."""
    lines = []
    if card.look.seen:
        lines.append(t("coordination.also_seen", n=figures.named(card.look.seen, "seen", "card")))
    if card.answers:
        counted = ", ".join(
            f"{name} {words.number(figures.named(card.answers.get(key, 0), key, 'card_answers'))}"
            for key, name in names("outcomes").items()
        )
        lines.append(t("coordination.for_answers", answers=counted.lower()))
    latest = card.latest
    if (
        latest.since is not None
        and latest.until is not None
        and latest.until != card.look.until
        and latest.pairs is not None
    ):
        period = words.period(latest.since, latest.until)
        accounts = figures.named(latest.accounts or 0, "accounts", "card_latest")
        lines.append(t("coordination.latest_look", period=period, accounts=accounts, **_met(latest, "card_latest")))
    return lines


def _against(card: ClusterEvidence) -> None:
    st.markdown(f"**{t('coordination.speaks_against')}**")
    if card.against.is_empty():
        st.caption(t("coordination.not_examined"))
        return
    known, texts_of = names("innocent_readings"), names("innocent_measures")
    for row in card.against.sort("weighs", "kind", descending=[True, False]).pipe(
        partial(figures.rows, "card_against")
    ):
        kind, measure = row["kind"], row["measure"]
        shown = words.decimal(measure, 1) + " ×" if kind == "news_event" else words.percent(measure, 0)
        mark = ":material/warning: **{}**" if row["weighs"] else ":material/check_circle: {}"
        label = mark.format(known.get(kind, words.escape_markdown(str(kind))))
        measured = texts_of.get(kind) or words.escape_markdown(str(row["text"] or ""))
        verdict = t("coordination.weighs") if row["weighs"] else t("coordination.does_not_weigh")
        st.markdown(f"- {t('people.about', name=label, value=f'{shown} {measured}')}. {verdict}")


def _sensitivity(card: ClusterEvidence) -> None:
    if card.sensitivity.is_empty():
        return
    whole = max(n or 0 for name in ("of", "members") for n in card.sensitivity[name].to_list())
    st.markdown(f"**{t('coordination.sensitivity')}**")
    rows = card.sensitivity.with_columns(
        pl.Series(
            "choice",
            [_choice(row["window_s"], row["alpha"]) for row in figures.rows("card_sensitivity", card.sensitivity)],
            dtype=pl.String,
        ),
        pl.Series(
            "note",
            [
                _held(row["members"] or figures.named(0, "members", "card_sensitivity"), row["of"])
                for row in figures.rows("card_sensitivity", card.sensitivity)
            ],
            dtype=pl.String,
        ),
    ).with_columns(pl.col("members").fill_null(0))
    now = data.now()
    canvas = Canvas(ranges.relative("1h", ranges.AUTO, now, None, None), theme.look(st.context.theme.type), now)
    alt = ", ".join(f"{choice}: {note}" for choice, note in rows.select("choice", "note").iter_rows())
    st.altair_chart(
        cluster_charts.sensitivity(rows, canvas, whole), theme=None, width="stretch", key="sensitivity", alt=alt
    )
    st.caption(t("coordination.sensitivity_note"))


def _held(members: int, of: int | None) -> str:
    """Of the members that there were when this was computed; evidence of an earlier version does not say how many."""
    return words.number(members) if of is None else t("coordination.of_members", n=members, all=of)


def _choice(window: int | None, alpha: float) -> str:
    if window is not None:
        return t("coordination.window_alone", window=naming.seconds(window))
    return t("coordination.rate", alpha=words.percent(alpha, 1))


def _words(card: ClusterEvidence, cluster_id: str) -> None:
    if card.languages.height:
        said = ", ".join(
            f"{words.escape_markdown(words.spoken(row['language']))} {words.number(row['mentions'])}"
            for row in figures.rows("card_languages", card.languages.head(5))
        )
        st.caption(t("coordination.languages", languages=said))
    if card.prompts.is_empty():
        return
    st.markdown(f"**{t('coordination.shared_words')}**")
    texts = "\n\n".join(
        f"{t('coordination.prompt_use', accounts=row['accounts'], mentions=row['mentions'])}\n{row['text']}"
        for row in figures.rows("card_prompts", card.prompts.head(5))
    )
    reveal.prompt(f"cluster {cluster_id}", lambda: texts, key=f"cluster_{cluster_id}")
