"""Every table of findings, declared once.

Recording, the latest version, clearing, publishing, the views of the catalogue with their comments, the dictionary and the tables of
docs/privacy.md derive from `FINDINGS`. The private tables are made by `sql/schema`; a test holds their columns against this declaration.
"""

from collections.abc import Mapping

from veille.store.declared import VERSIONED, DeclaredColumn, FindingTable, fact, free_text, person, quasi, staff


def _deviation(**said: str) -> tuple[DeclaredColumn, ...]:
    """Columns of surges and drops. said: column → its meaning, where the two differ."""
    return (
        fact("surge_id", said["surge_id"]),
        *VERSIONED,
        fact(
            "series_kind",
            "What is counted: all, request_class, generator, language, outcome, surface, plan, jurisdiction or target.",
        ),
        quasi("series_key", "Which one: the value, for a target its pseudonym."),
        person("target_id", "Pseudonym of the target, where the series is a target."),
        fact("opened_at", said["opened_at"]),
        fact("since", "Begin (UTC) of the window that tripped it; observed and expected count from here."),
        fact("peak_at", said["peak_at"]),
        fact("closed_at", said["closed_at"]),
        fact("observed", "Events counted since `since`."),
        fact("expected", "Events that the past explains in the same time."),
        fact("low", "Lower end of the 99 % prediction interval of expected."),
        fact("high", "Upper end of the 99 % prediction interval of expected."),
        fact("accounts", "Distinct accounts behind the observed events."),
        fact("score", "-log10 of the calibrated p-value."),
        fact("p_value", said["p_value"]),
        fact("q_value", "p_value adjusted over all series of that step (Benjamini-Hochberg)."),
        fact("window_seconds", "Width of the window that tripped it, in seconds."),
        fact("reason", said["reason"]),
        quasi("explanation", said["explanation"]),
    )


_STORM = (
    fact(
        "storm", "Whether it is a storm of hours to weeks, told against usual days; null in rows of earlier versions."
    ),
    fact(
        "level",
        "Of a series with volume: events of the last 24 hours over those of a usual day; null where less than two weeks are known.",
    ),
)

_DECLARED: tuple[FindingTable, ...] = (
    FindingTable(
        name="surges",
        stored="deviations",
        constants={"direction": "up"},
        key=("surge_id",),
        meaning="One row a surge: an interval in which a series is far above what its past explains. Latest version.",
        columns=(
            *_deviation(
                surge_id="Identity of the surge; the same live and in replay.",
                opened_at="Event time (UTC) of the mention that tripped the rule, or end of the bin.",
                peak_at="When the count was highest (UTC).",
                closed_at="End of the last bin above the closing level (UTC); null while open.",
                p_value="Chance of such a count without a surge, calibrated on the series' own past.",
                reason="How it closed; null while open.",
                explanation="JSON: what makes the excess (accounts, languages, classes, generators, surfaces, outcomes), points and query; "
                "null where none was made.",
            ),
            *_STORM,
        ),
    ),
    FindingTable(
        name="drops",
        stored="deviations",
        constants={"direction": "down"},
        key=("surge_id",),
        meaning="One row a drop: an interval in which a series is far below what its past explains. Latest version.",
        columns=_deviation(
            surge_id="Identity of the drop; the same live and in replay.",
            opened_at="Event time (UTC) from which the count was too low.",
            peak_at="When the count was lowest against its expectation (UTC).",
            closed_at="When it was back (UTC); null while open.",
            p_value="Chance of so low a count without a drop, calibrated on the series' own past.",
            reason="What is known of the cause: the series alone fell silent, its source did, or its collection changed.",
            explanation="JSON: points and query; null where none was made.",
        ),
    ),
    FindingTable(
        name="insistent_accounts",
        key=("finding_id",),
        meaning="One row an insistent account: one that asks again and again about one target. A finding of its own, no surge. Latest "
        "version.",
        columns=(
            fact("finding_id", "Identity of the finding; the same live and in replay."),
            *VERSIONED,
            person("account_id", "Pseudonym of the account that asks."),
            person("target_id", "Pseudonym of the target."),
            fact("opened_at", "The request (UTC) that made it insistent."),
            quasi("first_at", "First of these requests (UTC)."),
            quasi("last_at", "Last of these requests (UTC)."),
            quasi("requests", "Requests of this account about this target in that time."),
            fact("fulfilled", "How many of them were fulfilled."),
            fact("other_targets", "Other targets that the account mentioned in the day before it was found."),
            fact("expected", "Requests about this target by anybody that its past explains in that time."),
            fact("closed", "Whether it has ended."),
        ),
    ),
    FindingTable(
        name="odd_targets",
        own_view=True,
        key=(
            "decided_at",
            "target_id",
        ),
        meaning="One row a target whose behaviour no single count shows, as ranked at the last full hour. A ranking, no finding: it "
        "opens no incident.",
        columns=(
            person("target_id", "Pseudonym of the target."),
            *VERSIONED,
            fact("position", "Place in the ranking; 1 is the oddest."),
            fact("score", "Score of the isolation forest; higher is odder."),
            quasi("contributions", "JSON: how much each feature adds to the score."),
        ),
    ),
    FindingTable(
        name="mentions_left_out",
        key=("hour",),
        meaning="Mentions that left the windows of surges of targets early, for want of memory: the counts of much asked, long known "
        "targets are too low then. Empty in the ordinary case.",
        columns=(
            fact("hour", "Start of the hour of event time (UTC) in which they left."),
            fact("version", "Number of this version of the row; 1 is the first."),
            fact("known_at", "When Veille wrote this version (UTC)."),
            fact("decided_at", "Event time (UTC) of the step that wrote it."),
            fact("mentions", "How many."),
        ),
    ),
    FindingTable(
        name="clusters",
        key=("cluster_id",),
        meaning="One row a cluster: accounts joined by statistically validated co-actions. A hypothesis until a person confirms it. "
        "Latest version.",
        columns=(
            fact("cluster_id", "Identity of the cluster, kept from step to step while its members change."),
            *VERSIONED,
            fact("tier", "validated: statistics say so at the stated rate of false clusters; possible: weaker."),
            fact("state", "active, dormant (quiet for a week) or merged."),
            fact(
                "born_at",
                "First co-action (UTC) of the cluster, when it was first seen or as a look over months showed later.",
            ),
            fact("last_active_at", "Last co-action of members (UTC)."),
            fact(
                "accounts", "Members at present; of a dormant or merged cluster those who belonged when it last stood."
            ),
            fact(
                "targets",
                "Targets where members met in the longest window before decided_at, or in the months of a far look.",
            ),
            fact(
                "p_value",
                "Chance of any such cluster in a step without coordination: the least of all steps, that of the card.",
            ),
            fact("q_value", "q_value of its strongest pair; the chance of the cluster is p_value."),
            free_text("evidence", "JSON of the evidence card, prompts masked; null where none was made."),
            fact(
                "found_by",
                "The look that found it first: short (the sliding window of each hour), long (the window for slow groups) or far (months); "
                "null in rows of an earlier version of Veille.",
            ),
            fact("found_since", "Begin (UTC) of the mentions which that look saw."),
            fact("found_until", "End (UTC) of them."),
        ),
        added=(fact("verdict", "What a person said: confirmed, rejected, or open where nobody has."),),
        own_view=True,
    ),
    FindingTable(
        name="cluster_members",
        key=(
            "cluster_id",
            "account_id",
        ),
        meaning="One row a member of a cluster, also one that has left. Latest version.",
        columns=(
            fact("cluster_id", "Identity of the cluster."),
            person("account_id", "Pseudonym of the account."),
            *VERSIONED,
            fact("role", "Its part: core, hub, peripheral, and whether it acts first."),
            quasi("since", "First step (UTC) that saw it in the cluster."),
            quasi("until", "When it was found to have left (UTC); null while it belongs."),
            fact("standing", "Whether it belongs to the cluster, or did when a dormant or merged cluster last stood."),
            fact(
                "rule",
                "By which it belongs: pair (a pair of its own), cluster_test, joined, or candidate (the cluster is only possible); null "
                "in rows of an earlier version of Veille.",
            ),
            fact(
                "error_rate",
                "What that rule admits: share of false pairs or joins, chance of any false cluster; null for candidate.",
            ),
            fact("rule_value", "Its own figure under the rule: q of its best pair, p of the cluster, or q of joining."),
        ),
    ),
    FindingTable(
        name="cluster_edges",
        key=(
            "cluster_id",
            "account_a",
            "account_b",
        ),
        meaning="One row a pair of members that met, supported or only seen together. Latest version.",
        columns=(
            fact("cluster_id", "Identity of the cluster."),
            person("account_a", "Pseudonym of the one account."),
            person("account_b", "Pseudonym of the other; account_a < account_b."),
            *VERSIONED,
            fact("co_actions", "Independent co-actions of the pair in the look that supported it most."),
            fact("expected", "Co-actions expected by chance."),
            fact("p_value", "Chance of so many, corrected for the windows tried."),
            fact("q_value", "p_value adjusted over all pairs."),
            fact("window_seconds", "Window in which the pair stands out most, seconds."),
            fact(
                "supported", "Whether a test carries the pair; the others are only seen together and are no evidence."
            ),
            fact(
                "supported_by",
                "pair (its own q), cluster_test (an edge of the tree that was tested); null where not supported.",
            ),
            quasi("since", "Begin (UTC) of that look's period; null in rows of an earlier version of Veille."),
            quasi("until", "End (UTC) of that period."),
            fact("latest_co_actions", "The same in the latest look in which the number of co-actions was another."),
            fact("latest_expected", "Co-actions expected by chance in the latest look."),
            fact("latest_p_value", "p_value in the latest look."),
            fact("latest_q_value", "q_value in the latest look."),
            fact("latest_window_seconds", "Window of the latest look, seconds."),
            quasi("latest_since", "Begin (UTC) of the latest look's period."),
            quasi("latest_until", "End (UTC) of that period."),
        ),
    ),
    FindingTable(
        name="cluster_targets",
        key=(
            "cluster_id",
            "target_id",
        ),
        meaning="One row a target that members of a cluster mention. Latest version.",
        columns=(
            fact("cluster_id", "Identity of the cluster."),
            person("target_id", "Pseudonym of the target."),
            *VERSIONED,
            fact("accounts", "Members that mention the target."),
            fact("mentions", "Mentions of the target by members."),
            fact("burden", "Mentions of the target by anybody in the same period."),
            quasi("first_at", "First mention by a member (UTC)."),
            quasi("last_at", "Last mention by a member (UTC)."),
        ),
    ),
    FindingTable(
        name="cluster_history",
        key=(
            "cluster_id",
            "happened_at",
            "event",
            "detail",
        ),
        meaning="One row an event in the life of a cluster: born, grown, shrunk, merged, split, dormant, returned.",
        columns=(
            fact("cluster_id", "Identity of the cluster."),
            fact("happened_at", "When it happened (UTC)."),
            fact("event", "born, grown, shrunk, merged, split, dormant or returned."),
            person("detail", "Accounts (pseudonyms) or clusters concerned, comma-separated."),
            *VERSIONED,
        ),
    ),
    FindingTable(
        name="cluster_verdicts",
        said_by_people=True,
        key=("cluster_id",),
        meaning="One row a cluster on which a person has given a verdict. Latest version.",
        columns=(
            fact("cluster_id", "Identity of the cluster."),
            *VERSIONED,
            fact("verdict", "confirmed, rejected or open (taken back)."),
            free_text("reason", "Why, in the person's words."),
            staff("actor", "Who said so."),
        ),
    ),
)

FINDINGS: Mapping[str, FindingTable] = {table.name: table for table in _DECLARED}
"""Every table of findings by its name, which is that of its published view too."""
