-- When a quiet folder begins to send without a further command; null where only a person may say so. UTC without a zone.
ALTER TABLE service_modes ADD COLUMN live_at TIMESTAMP;
