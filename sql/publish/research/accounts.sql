-- What the month's accounts did. Reads the tables banded and pseudonyms (id, pseudonym) and the variable since.
-- Columns: as the view accounts of the research catalogue. Grain: one account of one month.
SELECT
    getvariable('since')::TIMESTAMP AS "month",
    pseudonyms.pseudonym AS account_id,
    described AS account_age,
    requests_from,
    requests_to,
    sexualising_from,
    sexualising_to,
    fulfilled_from,
    fulfilled_to,
    others_from AS targets_from,
    others_to AS targets_to,
    spread_from AS fulfilled_targets_from,
    spread_to AS fulfilled_targets_to,
    CASE WHEN spread_from >= 2 AND fulfilled_from >= 2 THEN true WHEN spread_to < 2 OR fulfilled_to < 2 THEN false END AS repeat_requester,
    "level",
    alike
FROM banded
INNER JOIN pseudonyms ON banded.id = pseudonyms.id
ORDER BY account_id
