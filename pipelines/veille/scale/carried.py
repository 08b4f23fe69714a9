"""Which questions and views Spark answers with the same rows as DuckDB. A new one belongs in one of the two lists of its kind.

`make test-scale` asks each of the first list of both engines and compares all rows.
"""

QUESTIONS = frozenset(
    {
        "answered_rate",
        "burden",
        "bypass",
        "cluster_share",
        "language_mix",
        "minor_flags",
        "new_accounts",
        "output_24h",
        "output_per_minute",
        "output_sample",
        "outputs_per_request",
        "public_figures",
        "repeat_requesters",
        "request_rate",
        "request_rate_window",
        "women_share",
    }
)
"""Worked examples (sql/research) with the same rows."""

NOT_CARRIED = {
    "hour_by_weekday": "a range of times with an excluded end, which sqlglot writes as a comparison of an interval with a number",
    "official_change": "its rows have not been compared with DuckDB's yet",
    "policy_change": "it reads one table macro twice, and Spark refuses two CTEs of one name",
    "time_to_removal": "the running product of a survival curve, which Spark lacks",
}
"""Worked examples that Spark cannot answer, and why."""

VIEWS = frozenset(
    {
        "annotations",
        "annotations_versions",
        "cluster_edges",
        "cluster_edges_versions",
        "cluster_history",
        "cluster_history_versions",
        "cluster_members",
        "cluster_members_versions",
        "cluster_targets",
        "cluster_targets_versions",
        "cluster_verdicts",
        "cluster_verdicts_versions",
        "clusters",
        "clusters_versions",
        "coverage",
        "dead_letter_counts",
        "detector_steps",
        "drops",
        "drops_versions",
        "exchanges",
        "feed",
        "first_asked",
        "generations",
        "incident_events",
        "incident_findings",
        "incident_targets",
        "incidents",
        "incidents_versions",
        "insistent_accounts",
        "insistent_accounts_versions",
        "mentions",
        "mentions_left_out",
        "mentions_left_out_versions",
        "minor_flags",
        "moderations",
        "odd_targets",
        "odd_targets_versions",
        "people_aliases",
        "people_sample",
        "production_day",
        "production_hour",
        "production_minute",
        "requests_day",
        "requests_hour",
        "requests_minute",
        "service_modes",
        "silences",
        "silences_versions",
        "stream_changes",
        "surges",
        "surges_versions",
    }
)
"""Views of the catalogue analyst with the same rows. `segments` and `status` are tables."""

VIEWS_NOT_COMPARED = frozenset({"official_statements"})
"""Views whose rows have not been compared with DuckDB's yet."""
