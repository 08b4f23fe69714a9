-- Present state of cluster_edges: the latest version of each. Columns: as the table cluster_edges. Grain: one cluster_id and account_a and account_b.
SELECT *
FROM cluster_edges
QUALIFY row_number() OVER (PARTITION BY cluster_id, account_a, account_b ORDER BY version DESC) = 1
ORDER BY cluster_id, account_a, account_b
