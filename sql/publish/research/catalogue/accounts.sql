-- One row an account and finished month: what it asked, in bands that several accounts share. Self-requests are left out. Grain: as the first words say.
CREATE VIEW accounts AS
SELECT
    "month",
    account_id,
    account_age,
    requests_from,
    requests_to,
    sexualising_from,
    sexualising_to,
    fulfilled_from,
    fulfilled_to,
    targets_from,
    targets_to,
    fulfilled_targets_from,
    fulfilled_targets_to,
    repeat_requester,
    "level",
    alike
FROM files.accounts;

COMMENT ON VIEW accounts IS 'One row an account and finished month: what it asked, in bands that several accounts share. Self-requests are left out.';
COMMENT ON COLUMN accounts."month" IS 'Start of the month (UTC). Pseudonyms of two months cannot be joined.';
COMMENT ON COLUMN accounts.account_id IS 'Research pseudonym, of this month and this table only; unrelated to target_id even where it is the same person.';
COMMENT ON COLUMN accounts.account_age IS 'under 1 month, 1-11 months, 12 months or more; null where unknown or merged away.';
COMMENT ON COLUMN accounts.requests_from IS 'Requests of any class: at least.';
COMMENT ON COLUMN accounts.requests_to IS 'Requests of any class: at most. Null in both: merged away.';
COMMENT ON COLUMN accounts.sexualising_from IS 'Sexualising requests: at least.';
COMMENT ON COLUMN accounts.sexualising_to IS 'Sexualising requests: at most. Null in both: merged away.';
COMMENT ON COLUMN accounts.fulfilled_from IS 'Sexualising requests that were fulfilled: at least.';
COMMENT ON COLUMN accounts.fulfilled_to IS 'Sexualising requests that were fulfilled: at most. Null in both: merged away.';
COMMENT ON COLUMN accounts.targets_from IS 'Distinct targets: at least.';
COMMENT ON COLUMN accounts.targets_to IS 'Distinct targets: at most. Null in both: merged away.';
COMMENT ON COLUMN accounts.fulfilled_targets_from IS 'Distinct targets of fulfilled sexualising requests: at least.';
COMMENT ON COLUMN accounts.fulfilled_targets_to IS 'Distinct targets of fulfilled sexualising requests: at most. Null in both: merged away.';
COMMENT ON COLUMN accounts.repeat_requester IS 'Whether two or more were fulfilled against two or more targets in the month; null where the bands do not tell.';
COMMENT ON COLUMN accounts."level" IS 'How far it was merged: 0 all columns; 1 without the description; 2 coarse bands; 3 only requests; 4 nothing.';
COMMENT ON COLUMN accounts.alike IS 'Rows of the month that look just like this one, itself included: 8 or more with the usual settings.';
