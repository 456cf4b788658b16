-- `number` is the rowid under a name of its own: it gives the order of insertion and survives a VACUUM, which a bare
-- rowid does not, so that an index outside these tables can lean on it.

CREATE TABLE conversation (
    number     INTEGER PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    title      TEXT    NOT NULL,
    created_at INTEGER NOT NULL, -- milliseconds since 1970 (UTC), like every time here
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,          -- set: hidden, and gone for good at the next start
    leaf_id    TEXT,             -- the end of the active path; the path is read from here upward
    FOREIGN KEY (id, leaf_id) REFERENCES message (conversation_id, id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE INDEX conversation_latest ON conversation (updated_at DESC, number DESC) WHERE deleted_at IS NULL;

CREATE TABLE message (
    number           INTEGER PRIMARY KEY,
    id               TEXT    NOT NULL UNIQUE,
    conversation_id  TEXT    NOT NULL REFERENCES conversation (id),
    parent_id        TEXT,             -- NULL for the first
    role             TEXT    NOT NULL, -- user, assistant
    text             TEXT    NOT NULL,
    reasoning        TEXT    NOT NULL,
    provider         TEXT,             -- who answers; NULL for the user's messages
    model            TEXT,
    state            TEXT    NOT NULL, -- complete, streaming, cancelled, failed
    stop_reason      TEXT,             -- of a complete answer
    failure          TEXT,             -- JSON, of a failed answer
    input_tokens     INTEGER,          -- NULL: the provider did not say
    output_tokens    INTEGER,
    reasoning_tokens INTEGER,
    cached_tokens    INTEGER,
    created_at       INTEGER NOT NULL,
    UNIQUE (conversation_id, id),
    FOREIGN KEY (conversation_id, parent_id) REFERENCES message (conversation_id, id)
) STRICT;

CREATE INDEX message_children ON message (conversation_id, parent_id);

-- Read once at every start, so that it must not cost a walk over all messages.
CREATE INDEX message_streaming ON message (number) WHERE state = 'streaming';

CREATE TABLE send (
    number        INTEGER PRIMARY KEY,
    at            INTEGER NOT NULL,
    provider      TEXT    NOT NULL,
    output_tokens INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX send_at ON send (at);

-- What is known about a key outside the store that holds it. Never the key.
CREATE TABLE credential_record (
    item         TEXT    NOT NULL PRIMARY KEY, -- the name of the store's item
    provider     TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    origin       TEXT    NOT NULL,
    set_at       INTEGER NOT NULL,
    last_used_at INTEGER,
    store        TEXT    NOT NULL
) STRICT;
