-- Forget which answers were published, before a rebuild writes them anew.
DELETE FROM answers;

DELETE FROM waiting_answers;
