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
FROM files.accounts
