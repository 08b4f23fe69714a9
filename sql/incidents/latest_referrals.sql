-- Present state of every referral. Columns: as the table referrals. Grain: one referral_id.
SELECT *
FROM referrals
QUALIFY row_number() OVER (PARTITION BY referral_id ORDER BY version DESC) = 1
ORDER BY referred_at, referral_id
