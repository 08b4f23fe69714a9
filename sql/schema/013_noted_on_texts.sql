-- What ingest did to a free text: a link in it was replaced; its end was cut off. Null on rows from before this was noted.
ALTER TABLE mentions ADD COLUMN prompt_links BOOLEAN;
ALTER TABLE mentions ADD COLUMN prompt_cut BOOLEAN;
ALTER TABLE moderations ADD COLUMN reason_links BOOLEAN;
ALTER TABLE moderations ADD COLUMN reason_cut BOOLEAN;
