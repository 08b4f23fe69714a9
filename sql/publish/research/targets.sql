-- Burden of the month's targets. Reads the tables banded and pseudonyms (id, pseudonym) and the variable since.
-- Columns: as the view targets of the research catalogue. Grain: one target of one month.
SELECT
    getvariable('since')::TIMESTAMP AS "month",
    pseudonyms.pseudonym AS target_id,
    described AS target_gender,
    requests_from,
    requests_to,
    sexualising_from,
    sexualising_to,
    fulfilled_from,
    fulfilled_to,
    others_from AS accounts_from,
    others_to AS accounts_to,
    spread_from AS hours_from,
    spread_to AS hours_to,
    "level",
    alike
FROM banded
INNER JOIN pseudonyms ON banded.id = pseudonyms.id
ORDER BY target_id
