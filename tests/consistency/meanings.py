"""What numbers mean: one query a meaning, over event rows, parametrised by period and filters.

`{where}` is the period and the filters. Tables: `asked`, `made` (events.sql).
"""

MEANINGS = {
    "requests": "SELECT count(*) FROM asked WHERE NOT is_self AND {where}",
    "requests about oneself": "SELECT count(*) FROM asked WHERE is_self AND {where}",
    "accounts": "SELECT count(DISTINCT account_id) FROM asked WHERE NOT is_self AND {where}",
    "targets": "SELECT count(DISTINCT target_id) FROM asked WHERE NOT is_self AND {where}",
    "languages": 'SELECT count(DISTINCT "language") FROM asked WHERE NOT is_self AND {where}',
    "requests about somebody": "SELECT count(*) FROM asked WHERE NOT is_self AND target_id IS NOT NULL AND {where}",
    "requests ever fulfilled": "SELECT count(*) FILTER (ever_fulfilled) FROM asked WHERE NOT is_self AND {where}",
    "answered rate": """
        SELECT count(*) FILTER (outcome = 'fulfilled') / nullif(count(*) FILTER (outcome IN ('fulfilled', 'partial', 'refused')), 0)
        FROM asked WHERE NOT is_self AND {where}""",
    "least answered rate": """
        SELECT count(*) FILTER (outcome = 'fulfilled')
            / nullif(count(*) FILTER (outcome IN ('fulfilled', 'partial', 'refused', 'unknown')), 0)
        FROM asked WHERE NOT is_self AND {where}""",
    "greatest answered rate": """
        SELECT count(*) FILTER (outcome IN ('fulfilled', 'unknown'))
            / nullif(count(*) FILTER (outcome IN ('fulfilled', 'partial', 'refused', 'unknown')), 0)
        FROM asked WHERE NOT is_self AND {where}""",
    "decided requests": """
        SELECT count(*) FILTER (outcome IN ('fulfilled', 'partial', 'refused')) FROM asked WHERE NOT is_self AND {where}""",
    "targets answered": "SELECT count(DISTINCT target_id) FROM asked WHERE NOT is_self AND ever_fulfilled AND {where}",
    "targets never asked about before": """
        SELECT count(DISTINCT target_id) FROM asked WHERE NOT is_self AND {where} AND target_id NOT IN (
            SELECT a.target_id FROM asked AS a WHERE NOT a.is_self AND a.target_id IS NOT NULL AND a.occurred_at < $since::TIMESTAMP
        )""",
    "hours with a request": "SELECT count(DISTINCT date_trunc('hour', occurred_at)) FROM asked WHERE NOT is_self AND {where}",
    "hours of attack": """
        SELECT count(*) FROM (
            SELECT target_id FROM asked WHERE NOT is_self AND target_id IS NOT NULL AND {where}
            GROUP BY target_id, date_trunc('hour', occurred_at) HAVING count(*) >= 5 AND count(DISTINCT account_id) >= 3
        )""",
    "targets attacked twice": """
        SELECT count(*) FROM (
            SELECT target_id FROM (
                SELECT target_id FROM asked WHERE NOT is_self AND target_id IS NOT NULL AND {where}
                GROUP BY target_id, date_trunc('hour', occurred_at) HAVING count(*) >= 5 AND count(DISTINCT account_id) >= 3
            ) GROUP BY target_id HAVING count(*) >= 2
        )""",
    "images": "SELECT count(*) FROM made WHERE outcome IN ('fulfilled', 'partial') AND media_type <> 'video' AND {where}",
    "images in part": "SELECT count(*) FROM made WHERE outcome = 'partial' AND media_type <> 'video' AND {where}",
    "images answering": """
        SELECT count(*) FROM made WHERE outcome IN ('fulfilled', 'partial') AND media_type <> 'video' AND linked AND {where}""",
    "sexualised images": """
        SELECT count(*) FROM made
        WHERE outcome IN ('fulfilled', 'partial') AND media_type <> 'video'
            AND sexualised IN ('suggestive', 'nudity', 'explicit') AND {where}""",
    "videos": "SELECT count(*) FROM made WHERE outcome IN ('fulfilled', 'partial') AND media_type = 'video' AND {where}",
    "generations": "SELECT count(*) FROM made WHERE NOT is_self AND {where}",
    "accounts of generations": "SELECT count(DISTINCT account_id) FROM made WHERE NOT is_self AND {where}",
    "mentions": "SELECT count(*) FROM asked WHERE {where}",
}
"""Name of a meaning → its query. Requests about oneself are no part of any but those that say so."""

DIMENSIONS = {
    "weekday": "isodow(occurred_at + to_seconds({zone}))",
    "hour_of_day": "hour(occurred_at + to_seconds({zone}))",
}
"""Filters that are no column."""
