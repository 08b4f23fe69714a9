"""Numbers that are not computed a second time, each with its reason: most are no count of events; `_NOT_YET` names those that are."""

_STATISTIC = "a statistic of a detector over its own past; tests/unit/detect computes it again"
_CLOCK = "of ingest, files or detectors by their own clock; no event carries it"
_CARD = "of an evidence card: kept as it was when the detector wrote it, over the days that it then looked at"
_NOT_YET = "of events, but not yet computed a second time"
_WORK = "of people's work on incidents, not of events"

NOT_EVENTS: dict[tuple[str, str], str] = {
    ("languages", "languages"): "how many languages stand in one line",
    ("headline_pairs", "*"): "steps of an interval whose totals are numbers of `headline`",
    ("coverage", "*"): _NOT_YET,
    ("collections", "*"): _NOT_YET,
    ("feed_state", "*"): _CLOCK,
    ("feed_state_shared", "*"): _CLOCK,
    ("dead_letters", "*"): _CLOCK,
    ("feed_totals", "*"): _CLOCK,
    ("feed_rate", "*"): _CLOCK,
    ("segments", "*"): _CLOCK,
    ("stream_changes", "*"): _CLOCK,
    ("detector_timings", "*"): _CLOCK,
    ("mentions_left_out", "*"): _CLOCK,
    ("", "bytes_database"): _CLOCK,
    ("", "bytes_free"): _CLOCK,
    ("open_now", "found"): "how many lines there would be",
    ("marks", "q_value"): _STATISTIC,
    ("surges_counts", "accounts"): "the most behind one surge; the list shows each",
    **{("targets_totals", name): _NOT_YET for name in (
        "median_requests", "p90_requests", "median_accounts", "p90_accounts", "median_hours", "p90_hours")},
    **{("targets_list", name): "findings that overlap; counted by the page Surges" for name in (
        "surges", "clusters", "insistent", "found")},
    **{("person_outcomes", name): _NOT_YET for name in (
        "reported", "validated", "removed", "deleted", "restored", "still_up", "median_removal_hours")},
    **{(query, name): _STATISTIC for query in ("surges_list", "surges_one", "targets_surges") for name in (
        "expected", "low", "high", "q_value", "p_value", "score", "window_seconds", "version")},
    **{("surges_insistent", name): "as known when it was found" for name in ("fulfilled", "other_targets", "expected")},
    ("surges_odd_targets", "*"): _STATISTIC,
    ("surges_neighbours", "*"): "links; each finding's own page shows the number",
    ("surges_versions", "*"): "what was known earlier, before events that came later",
    ("explanation", "*"): _NOT_YET,
    ("clusters_counts", "accounts"): "sum of members; each cluster's own number is computed again",
    **{("clusters_list", name): _STATISTIC for name in ("p_value",)},
    **{("clusters_one", name): _STATISTIC for name in ("q_value", "p_value", "version")},
    **{(query, "*"): _CARD for query in (
        "card", "card_against", "card_answers", "card_sensitivity", "card_languages", "card_prompts", "card_latest",
        "error_rates", "network", "network_members",
        "clusters_edges", "clusters_members", "clusters_links", "clusters_sizes", "q_values")},
    ("clusters_targets", "*"): _NOT_YET,
    ("targets_clusters", "*"): _NOT_YET,
    ("accounts_partners", "co_actions"): _STATISTIC,
    ("accounts_partners", "found"): "how many lines there would be",
    ("person_prompts", "*"): "wordings behind a click; counted by their text",
    **{(query, name): _WORK for query in ("incidents_list", "incidents_one") for name in (
        "children", "found", "untouched", "targets", "pages", "reopenings", "version")},
    ("incident_title", "series"): "how many series its findings are about",
    ("incidents_counts", "*"): _WORK,
    ("incidents_times", "*"): _WORK,
    ("incidents_precision", "*"): _WORK,
    ("incidents_events", "*"): _WORK,
    ("incidents_together", "*"): _WORK,
    ("incidents_targets", "*"): "how many lines there would be",
    ("incidents_points", "*"): _NOT_YET,
    **{("incidents_findings", name): _WORK for name in ("versions", "fulfilled", "other_targets")},
    ("finding_facts", "*"): "stored facts of a finding, as known then",
    ("finding_cluster", "*"): "stored facts of a finding, as known then",
    ("targets_platforms", "*"): "how the choices of platforms are ordered",
    ("explore_size", "*"): "not shown: it decides whether people are counted in full",
    ("explore_values", "*"): "how the filters' values are ordered",
    ("explore_people", "cases"): "people of a period, each step counted alone",
}  # fmt: skip

OF_THE_PAGE = (
    "left_out", "dated_events", "series_shown", "clusters_active", "surges_listed", "drops_listed", "steps_above", "versions",
    "life_events", "rest", "other_findings", "times_grown", "one_in", "bound", "change_interval", "points_interval", "clusters_validated",
    "clusters_possible", "clusters_confirmed", "clusters_rejected", "accounts_validated", "accounts_possible", "accounts_confirmed",
    "accounts_rejected", "untouched", "minutes", "age", "incidents_shown",
)  # fmt: skip
"""How many lines a page shows or leaves out, and bounds of numbers that are computed again."""
