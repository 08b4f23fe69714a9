-- Present state of cluster_verdicts: the latest version of each. Columns: as the table cluster_verdicts. Grain: one cluster_id.
SELECT *
FROM cluster_verdicts
QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY version DESC) = 1
ORDER BY cluster_id
