-- What is written and not yet said, one for each conversation and one for the new chat.
CREATE TABLE draft (
    number          INTEGER PRIMARY KEY,
    conversation_id TEXT REFERENCES conversation (id) ON DELETE CASCADE, -- NULL: the new chat
    text            TEXT NOT NULL
) STRICT;

-- NULL is different from NULL to a plain UNIQUE.
CREATE UNIQUE INDEX draft_of ON draft (ifnull(conversation_id, ''));
