-- What ingest did, by minute of its clock. Columns: as the view feed. Grain: one minute.
SELECT
    date_trunc('minute', committed_at) AS "minute",
    count(*) AS batches,
    sum(accepted)::BIGINT AS accepted,
    sum(duplicates)::BIGINT AS duplicates,
    sum(dead_letters)::BIGINT AS dead_letters,
    sum(unknown_fields)::BIGINT AS unknown_fields
FROM new_batches
GROUP BY ALL
