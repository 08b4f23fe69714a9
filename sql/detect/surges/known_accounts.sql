-- Which of some accounts asked anything before a time. Parameters: $accounts (VARCHAR[]); $since (TIMESTAMP, UTC): before it;
-- $days (INTEGER): how far back. Columns: account_id (VARCHAR). Grain: one account.
SELECT DISTINCT account_id::VARCHAR AS account_id
FROM mentions
WHERE
    occurred_at < $since
    AND occurred_at >= $since - to_days($days)
    AND account_id IN (SELECT unnest($accounts::VARCHAR[])::UUID)
ORDER BY account_id
