-- Present state of odd_targets: the latest version of each. Columns: as the table odd_targets. Grain: one decided_at and target_id.
SELECT *
FROM odd_targets
QUALIFY row_number() OVER (PARTITION BY decided_at, target_id ORDER BY version DESC) = 1
ORDER BY decided_at, target_id
