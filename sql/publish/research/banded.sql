-- Where the banded rows of targets or accounts gather. Grain: one of them.
CREATE OR REPLACE TEMP TABLE banded (
    id UUID,
    described VARCHAR,
    requests_from BIGINT,
    requests_to BIGINT,
    sexualising_from BIGINT,
    sexualising_to BIGINT,
    fulfilled_from BIGINT,
    fulfilled_to BIGINT,
    others_from BIGINT,
    others_to BIGINT,
    spread_from BIGINT,
    spread_to BIGINT,
    "level" INTEGER,
    alike BIGINT
)
