-- Clusters that a person has rejected. Columns: cluster_id (VARCHAR), decided_at (TIMESTAMP). Grain: one cluster_id.
SELECT cluster_id, decided_at
FROM cluster_verdicts
QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY version DESC) = 1 AND verdict = 'rejected'
ORDER BY cluster_id
