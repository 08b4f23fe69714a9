-- Present state of every silence. Columns: as the table silences. Grain: one silence_id.
SELECT *
FROM silences
QUALIFY row_number() OVER (PARTITION BY silence_id ORDER BY version DESC) = 1
ORDER BY starts_at, silence_id
