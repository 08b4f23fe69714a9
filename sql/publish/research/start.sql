-- Where the rows of one relation gather: nothing is placed yet. Grain: one row of taken.
CREATE OR REPLACE TEMP TABLE placed (rid BIGINT)
