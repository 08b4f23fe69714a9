-- Persons of events, resolved by aliases. account_id, target_id and subject_id are the number's pseudonym where an alias is known for the
-- handle that the row came with; the columns *_came_as keep the handle's, null where both are the same. batch: the transaction of ingest
-- that wrote the alias or widened its dates last.
ALTER TABLE people_aliases ADD COLUMN batch BIGINT DEFAULT 0;
ALTER TABLE mentions ADD COLUMN account_came_as UUID;
ALTER TABLE mentions ADD COLUMN target_came_as UUID;
ALTER TABLE generations ADD COLUMN account_came_as UUID;
ALTER TABLE generations ADD COLUMN target_came_as UUID;
ALTER TABLE moderations ADD COLUMN subject_came_as UUID;
