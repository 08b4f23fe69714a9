-- Annotations as they stand, withdrawn ones too. Columns: as the table annotations. Grain: one annotation.
SELECT *
FROM annotations
QUALIFY row_number() OVER (PARTITION BY annotation_id ORDER BY version DESC) = 1
ORDER BY since, annotation_id
