-- One row a target and finished month: the burden, in bands that several targets share. Self-requests are left out. Grain: as the first words say.
CREATE VIEW targets AS
SELECT
    "month",
    target_id,
    target_gender,
    requests_from,
    requests_to,
    sexualising_from,
    sexualising_to,
    fulfilled_from,
    fulfilled_to,
    accounts_from,
    accounts_to,
    hours_from,
    hours_to,
    "level",
    alike
FROM files.targets;

COMMENT ON VIEW targets IS 'One row a target and finished month: the burden, in bands that several targets share. Self-requests are left out.';
COMMENT ON COLUMN targets."month" IS 'Start of the month (UTC). Pseudonyms of two months cannot be joined.';
COMMENT ON COLUMN targets.target_id IS 'Research pseudonym, of this month and this table only.';
COMMENT ON COLUMN targets.target_gender IS 'Most frequent declared gender; null where merged away.';
COMMENT ON COLUMN targets.requests_from IS 'Requests of any class: at least.';
COMMENT ON COLUMN targets.requests_to IS 'Requests of any class: at most. Null in both: merged away.';
COMMENT ON COLUMN targets.sexualising_from IS 'Sexualising requests: at least.';
COMMENT ON COLUMN targets.sexualising_to IS 'Sexualising requests: at most. Null in both: merged away.';
COMMENT ON COLUMN targets.fulfilled_from IS 'Sexualising requests that were fulfilled: at least.';
COMMENT ON COLUMN targets.fulfilled_to IS 'Sexualising requests that were fulfilled: at most. Null in both: merged away.';
COMMENT ON COLUMN targets.accounts_from IS 'Distinct accounts that asked: at least.';
COMMENT ON COLUMN targets.accounts_to IS 'Distinct accounts that asked: at most. Null in both: merged away.';
COMMENT ON COLUMN targets.hours_from IS 'Distinct hours with a sexualising request: at least.';
COMMENT ON COLUMN targets.hours_to IS 'Distinct hours with a sexualising request: at most. Null in both: merged away.';
COMMENT ON COLUMN targets."level" IS 'How far it was merged: 0 all columns; 1 without the description; 2 coarse bands; 3 only requests; 4 nothing.';
COMMENT ON COLUMN targets.alike IS 'Rows of the month that look just like this one, itself included: 8 or more with the usual settings.';
