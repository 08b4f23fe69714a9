-- Present state of cluster_members: the latest version of each. Columns: as the table cluster_members. Grain: one cluster_id and account_id.
SELECT *
FROM cluster_members
QUALIFY row_number() OVER (PARTITION BY cluster_id, account_id ORDER BY version DESC) = 1
ORDER BY cluster_id, account_id
