-- Scenarios.

-- name: put
-- One that is there already is enabled again and otherwise unchanged.
INSERT INTO scenarios (
  id, name, version, title, description, tags, document, source, media_type, created, disabled,
  schemas
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (id) DO UPDATE SET disabled = NULL;

-- name: get
SELECT id::text, document, source, media_type, created, name, version, disabled, schemas
FROM scenarios WHERE id = $1;

-- name: list
-- The enabled ones, by title.
SELECT id::text, title, description, tags, name, version
FROM scenarios WHERE disabled IS NULL ORDER BY title, id;

-- name: find
-- The enabled ones of a name, oldest first.
SELECT id::text, document, source, media_type, created, name, version, disabled, schemas
FROM scenarios WHERE name = $1 AND disabled IS NULL ORDER BY created, number;

-- name: ids
-- Those of a name, or of any (null); the disabled ones too.
SELECT id::text FROM scenarios WHERE name = $1::text OR $1::text IS NULL ORDER BY number;

-- name: disable
-- The first time stays.
UPDATE scenarios SET disabled = coalesce(disabled, $1) WHERE id = $2;
