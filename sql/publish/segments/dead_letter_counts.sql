-- Dead letters by hour received and rule broken. Columns: as the view dead_letter_counts. Grain: hour, type, rule.
SELECT
    date_trunc('hour', received_at) AS "hour",
    event_type,
    rule,
    count(*) AS letters
FROM new_letters
GROUP BY ALL
