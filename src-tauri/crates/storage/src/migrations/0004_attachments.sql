-- Files that came with the user's messages, as they were.
CREATE TABLE attachment (
    number     INTEGER PRIMARY KEY, -- the person's order
    message_id TEXT    NOT NULL REFERENCES message (id) ON DELETE CASCADE,
    name       TEXT    NOT NULL,    -- without a path
    kind       TEXT    NOT NULL,    -- text, png, jpeg, gif, webp, pdf
    content    BLOB    NOT NULL
) STRICT;

CREATE INDEX attachment_of ON attachment (message_id);
