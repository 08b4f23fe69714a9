-- Mentions of some targets, each from a time on; what somebody asks about herself left out. Reads the registered frame wanted
-- (target_id VARCHAR, since TIMESTAMP). Columns: target_id (VARCHAR); occurred_at (TIMESTAMP, UTC); account (UBIGINT): leading
-- 64 bits of the account's pseudonym; request_class (VARCHAR). Grain: one mention, of each target in order of time.
SELECT
    wanted.target_id,
    m.occurred_at,
    (m.account_id::UHUGEINT >> 64)::UBIGINT AS account,
    coalesce(m.request_class, 'unknown') AS request_class
FROM mentions AS m
INNER JOIN wanted ON m.target_id = wanted.target_id::UUID
WHERE m.occurred_at >= wanted.since AND m.occurred_at >= (SELECT min(w.since) FROM wanted AS w) AND NOT m.is_self
ORDER BY wanted.target_id, m.occurred_at, account
