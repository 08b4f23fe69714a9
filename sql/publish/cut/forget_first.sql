-- Targets whose first mention came late stand in first_asked no longer; keep_first writes them anew.
DELETE FROM first_asked
WHERE (target_id, first_at) IN (SELECT (target_id, first_at) FROM first_changes WHERE targets < 0)
