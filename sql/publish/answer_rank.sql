-- What orders the answers of one mention; the final answer is the one of highest rank. Judged answers stand above unknown ones, which are
-- below zero; then by occurred_at, ingested_at and outcome (52, 52 and 3 bits of one number). The lowest 17 bits are free for a further key.
-- Made in the private database at each opening and in the published catalogue, so that every query takes the same rank. The list holds every
-- outcome of the contract (veille.events.OUTCOMES; a test holds them equal): another one would have no rank and could not be published.
-- Parameters: occurred_at, ingested_at (TIMESTAMP, UTC), outcome (VARCHAR): of a generation.
CREATE OR REPLACE MACRO answer_rank(occurred_at, ingested_at, outcome) AS
(epoch_us(occurred_at)::HUGEINT << 72)
+ (epoch_us(ingested_at)::HUGEINT << 20)
+ (list_position(['error', 'fulfilled', 'partial', 'refused', 'unknown'], outcome)::HUGEINT << 17)
- CASE WHEN outcome = 'unknown' THEN 1::HUGEINT << 125 ELSE 0::HUGEINT END;
