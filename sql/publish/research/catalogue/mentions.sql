-- One row a mention: whom it is about, in terms that many share. Rows name no account and no target; who asks: exchanges. Grain: one mention.
CREATE VIEW mentions AS
SELECT
    occurred_at,
    "precision",
    "level",
    platform,
    generator,
    request_class,
    is_self,
    target_basis,
    target_gender,
    target_gender_source,
    target_is_public_figure
FROM files.mentions
