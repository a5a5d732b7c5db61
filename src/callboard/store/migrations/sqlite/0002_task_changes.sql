-- Whose tasks came and went with a change, for streams that resume.
ALTER TABLE changes ADD COLUMN tasks TEXT;
