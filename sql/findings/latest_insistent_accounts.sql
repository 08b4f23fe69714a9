-- Present state of insistent_accounts: the latest version of each. Columns: as the table insistent_accounts. Grain: one finding_id.
SELECT *
FROM insistent_accounts
QUALIFY row_number() OVER (PARTITION BY finding_id ORDER BY version DESC) = 1
ORDER BY finding_id
