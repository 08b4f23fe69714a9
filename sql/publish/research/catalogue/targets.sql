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
FROM files.targets
