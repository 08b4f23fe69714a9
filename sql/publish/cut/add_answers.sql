-- Remember the cut's answers for later cuts.
INSERT INTO answers BY NAME
SELECT * FROM linked
