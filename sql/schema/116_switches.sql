-- What a row of service_modes is about: paging (all that is sent to channels) or research (publishing the research catalogue).
ALTER TABLE service_modes ADD COLUMN what VARCHAR DEFAULT 'paging';
