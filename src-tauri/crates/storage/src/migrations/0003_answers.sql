-- What an answer holds beside its text, and what it cost. Of earlier answers nobody knows.
ALTER TABLE message ADD COLUMN tool_calls TEXT NOT NULL DEFAULT ''; -- JSON; empty for none
ALTER TABLE message ADD COLUMN citations TEXT NOT NULL DEFAULT '';  -- JSON; empty for none
ALTER TABLE message ADD COLUMN cost INTEGER;                        -- millionths of a dollar; NULL: not known
ALTER TABLE message ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0; -- messages that no longer fitted into the request

-- What is chosen for a conversation's answers.
ALTER TABLE conversation ADD COLUMN options TEXT NOT NULL DEFAULT ''; -- JSON; empty for nothing

-- Which key paid for a send was never noted, and nothing asks.
ALTER TABLE send DROP COLUMN item;
