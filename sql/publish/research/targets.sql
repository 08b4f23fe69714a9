-- Burden of the month's targets. Reads the tables released, measured, pseudonyms (id, pseudonym) and the variable since.
-- Columns: as the view targets of the research catalogue. Grain: one target of one month.
SELECT
    getvariable('since')::TIMESTAMP AS "month",
    pseudonyms.pseudonym AS target_id,
    cell.described AS target_gender,
    cell.requests_from,
    cell.requests_to,
    cell.sexualising_from,
    cell.sexualising_to,
    cell.fulfilled_from,
    cell.fulfilled_to,
    cell.others_from AS accounts_from,
    cell.others_to AS accounts_to,
    cell.spread_from AS hours_from,
    cell.spread_to AS hours_to,
    cell."level",
    count(*) OVER (PARTITION BY cell) AS alike
FROM released
INNER JOIN measured ON released.rid = measured.rid
INNER JOIN pseudonyms ON measured.id = pseudonyms.id::UUID
ORDER BY target_id
