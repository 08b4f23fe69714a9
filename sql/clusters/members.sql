-- Members of a cluster, those who left too.
-- Parameters: $cluster_id (VARCHAR).
-- Columns: account_id, role (VARCHAR), since, until (TIMESTAMP, UTC; until is null while a member), standing (BOOLEAN: belongs, or did
--   when the cluster last stood), rule (VARCHAR), error_rate, rule_value (DOUBLE): by which it belongs, may be null.
-- Grain: one account.
SELECT
    account_id::VARCHAR AS account_id,
    "role",
    since,
    "until",
    standing,
    "rule",
    error_rate,
    rule_value
FROM cluster_members
WHERE cluster_id = $cluster_id
QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY version DESC) = 1
ORDER BY account_id
