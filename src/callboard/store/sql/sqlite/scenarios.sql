-- Scenarios: see schema.sql.

-- name: put
-- One that is there already is enabled again and otherwise unchanged.
INSERT INTO scenarios (
  id, name, version, title, description, tags, document, source, media_type, created, disabled,
  schemas
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET disabled = NULL;

-- name: get
SELECT id, document, source, media_type, created, name, version, disabled, schemas
FROM scenarios WHERE id = ?;

-- name: list
-- The enabled ones, by title.
SELECT id, title, description, tags, name, version
FROM scenarios WHERE disabled IS NULL ORDER BY title, id;

-- name: find
-- The enabled ones of a name, oldest first.
SELECT id, document, source, media_type, created, name, version, disabled, schemas
FROM scenarios WHERE name = ? AND disabled IS NULL ORDER BY created, row;

-- name: ids
-- Those of a name, or of any (null); the disabled ones too.
SELECT id FROM scenarios WHERE name = ?1 OR ?1 IS NULL ORDER BY row;

-- name: disable
-- The first time stays.
UPDATE scenarios SET disabled = coalesce(disabled, ?) WHERE id = ?;

-- name: row
SELECT row FROM scenarios WHERE id = ?;
