-- What the month's accounts did. Reads the tables released, measured, pseudonyms (id, pseudonym) and the variable since.
-- Columns: as the view accounts of the research catalogue. Grain: one account of one month.
SELECT
    getvariable('since')::TIMESTAMP AS "month",
    pseudonyms.pseudonym AS account_id,
    cell.described AS account_age,
    cell.requests_from,
    cell.requests_to,
    cell.sexualising_from,
    cell.sexualising_to,
    cell.fulfilled_from,
    cell.fulfilled_to,
    cell.others_from AS targets_from,
    cell.others_to AS targets_to,
    cell.spread_from AS fulfilled_targets_from,
    cell.spread_to AS fulfilled_targets_to,
    CASE
        WHEN cell.spread_from >= 2 AND cell.fulfilled_from >= 2 THEN true
        WHEN cell.spread_to < 2 OR cell.fulfilled_to < 2 THEN false
    END AS repeat_requester,
    cell."level",
    count(*) OVER (PARTITION BY cell) AS alike
FROM released
INNER JOIN measured ON released.rid = measured.rid
INNER JOIN pseudonyms ON measured.id = pseudonyms.id::UUID
ORDER BY account_id
