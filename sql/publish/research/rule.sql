-- The k-rule, the only one of the research catalogue: which cells may be published. A cell is safe with at least $small distinct targets
-- and $small distinct accounts, none of which is behind more than half of what is theirs in it. Only ids that are there count as people.
-- Reads the table candidates (rid, target_id, person, cell); writes the table safe (cell). Parameters: $small (INTEGER): fewest
-- distinct accounts and targets. Grain: one safe cell.
CREATE OR REPLACE TEMP TABLE safe AS
WITH targets AS (
    SELECT cell FROM (
        SELECT cell, target_id, count(*) AS events FROM candidates WHERE target_id IS NOT NULL GROUP BY ALL
    ) AS each_target
    GROUP BY cell
    HAVING count(*) >= $small AND max(events) * 2 <= sum(events)
),

people AS (
    SELECT cell FROM (
        SELECT cell, person, count(*) AS events FROM candidates WHERE person IS NOT NULL GROUP BY ALL
    ) AS each_person
    GROUP BY cell
    HAVING count(*) >= $small AND max(events) * 2 <= sum(events)
)

SELECT targets.cell
FROM targets
SEMI JOIN people ON targets.cell = people.cell
