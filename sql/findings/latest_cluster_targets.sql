-- Present state of cluster_targets: the latest version of each. Columns: as the table cluster_targets. Grain: one cluster_id and target_id.
SELECT *
FROM cluster_targets
QUALIFY row_number() OVER (PARTITION BY cluster_id, target_id ORDER BY version DESC) = 1
ORDER BY cluster_id, target_id
