-- Answers that waited for a mention of this cut wait no longer.
DELETE FROM waiting_answers
WHERE mention_id IN (SELECT event_id FROM new_mentions)
