-- What platforms declared, latest load of each platform's day. Grain: day, platform, breakdown, value.
CREATE VIEW official_statements AS
SELECT
    day,
    platform,
    breakdown,
    "value",
    CASE
        WHEN breakdown <> 'category' THEN NULL
        WHEN
            "value" IN (
                'STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR', 'STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT',
                'STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE', 'STATEMENT_CATEGORY_UNSAFE_AND_ILLEGAL_PRODUCTS'
            )
            THEN 'before July 2025'
        WHEN
            "value" IN (
                'STATEMENT_CATEGORY_CYBER_VIOLENCE', 'STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN',
                'STATEMENT_CATEGORY_CONSUMER_INFORMATION', 'STATEMENT_CATEGORY_OTHER_VIOLATION_TC',
                'STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS', 'STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE'
            )
            THEN 'from July 2025'
        ELSE 'both'
    END AS taxonomy,
    statements,
    source,
    known_at
FROM (
    SELECT *
    FROM files.official_statements
    QUALIFY known_at = max(known_at) OVER (PARTITION BY platform, day)
)
