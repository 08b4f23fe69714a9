-- Members of a cluster, those who left too.
-- Parameters: $cluster_id (VARCHAR).
-- Columns: account_id, role (VARCHAR), since, until (TIMESTAMP, UTC; until is null while a member).
-- Grain: one account.
SELECT
    account_id::VARCHAR AS account_id,
    "role",
    since,
    "until"
FROM cluster_members
WHERE cluster_id = $cluster_id
QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY version DESC) = 1
ORDER BY account_id
