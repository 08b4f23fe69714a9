-- Present state of clusters: the latest version of each. Columns: as the table clusters. Grain: one cluster_id.
SELECT *
FROM clusters
QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY version DESC) = 1
ORDER BY cluster_id
