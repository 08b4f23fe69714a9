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
FROM files.mentions;

COMMENT ON VIEW mentions IS 'One row a mention: whom it is about, in terms that many share. Rows name no account and no target; who asks: exchanges.';
COMMENT ON COLUMN mentions.occurred_at IS 'Start of the day or month in which it happened (UTC); see precision.';
COMMENT ON COLUMN mentions."precision" IS 'day or month: finer where enough people share all that the row says. Leave out what is coarser than your question needs.';
COMMENT ON COLUMN mentions."level" IS 'How much was merged away: 0 nothing; 1 the basis and the source of the gender; 2 the gender, too; 3 all but class and generator; 4 everything but the platform.';
COMMENT ON COLUMN mentions.platform IS 'Where it happened; other where few accounts and targets share the value.';
COMMENT ON COLUMN mentions.generator IS 'AI tool; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN mentions.request_class IS 'What is asked, as declared: sexualising, other_edit, question, other or unknown; merged where the row is coarser. Not yet abuse by itself.';
COMMENT ON COLUMN mentions.is_self IS 'Whether the account asks about itself. Left out of abuse figures.';
COMMENT ON COLUMN mentions.target_basis IS 'How the target is known: post_author, tagged, depicted or unknown; merged where the row is coarser.';
COMMENT ON COLUMN mentions.target_gender IS 'Gender of the target as declared: woman, man, nonbinary or unknown; merged where the row is coarser. Never inferred here.';
COMMENT ON COLUMN mentions.target_gender_source IS 'Where the gender comes from; other where rare, merged where the row is coarser.';
COMMENT ON COLUMN mentions.target_is_public_figure IS 'Whether the target is a public figure, as declared; null where unknown or the row is coarser.';
