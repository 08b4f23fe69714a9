-- Forget when targets were first asked about, before a rebuild finds it anew.
DELETE FROM first_asked;
