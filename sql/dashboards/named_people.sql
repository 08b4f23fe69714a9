-- People by the leading bits of their pseudonym, as screens name them (T-7K3Q-M2XA-9DFH), and in which part they stand in these data.
-- Parameters: $low, $high (UUID): first and last pseudonym with these bits.
-- Columns: page (VARCHAR: target who was asked about, account who asked); identity (VARCHAR): the pseudonym.
-- Grain: one person and part.
SELECT DISTINCT
    'target' AS page,
    target_id::VARCHAR AS identity
FROM first_asked
WHERE target_id BETWEEN $low::UUID AND $high::UUID
UNION ALL
SELECT DISTINCT
    'account' AS page,
    account_id::VARCHAR AS identity
FROM mentions
WHERE account_id BETWEEN $low::UUID AND $high::UUID
ORDER BY page DESC, identity
