-- Schemas that were fetched for a scenario, by address: it means the same whatever becomes of them.
ALTER TABLE scenarios ADD COLUMN schemas TEXT NOT NULL DEFAULT '{}';
