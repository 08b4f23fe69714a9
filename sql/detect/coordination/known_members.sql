-- Members of clusters as they were decided by a full hour, those who left too.
-- Parameters: $until (TIMESTAMP, UTC).
-- Columns: cluster_id, account_id, role (VARCHAR), since, until (TIMESTAMP, UTC); standing (BOOLEAN); rule (VARCHAR), rule_value (DOUBLE): may be null.
-- Grain: one account in one cluster.
SELECT
    cluster_id,
    account_id::VARCHAR AS account_id,
    "role",
    since,
    "until",
    standing,
    "rule",
    rule_value
FROM cluster_members
WHERE
    decided_at <= $until
    AND decided_at = date_trunc('hour', decided_at)
QUALIFY row_number() OVER (PARTITION BY cluster_id, account_id ORDER BY version DESC) = 1
ORDER BY cluster_id, account_id
