-- What a send was for and what it cost, so that budgets can be counted. Until it is settled it counts as reserved.
ALTER TABLE send ADD COLUMN model TEXT NOT NULL DEFAULT '';
ALTER TABLE send ADD COLUMN item TEXT NOT NULL DEFAULT '';            -- the store's item of the key; empty without one
ALTER TABLE send ADD COLUMN input_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE send ADD COLUMN cost INTEGER;                              -- millionths of a dollar; NULL: the price is unknown

-- Of several keys of one provider, the one that is used. Every key there was until now was its provider's only one.
ALTER TABLE credential_record ADD COLUMN is_default INTEGER NOT NULL DEFAULT 1;

-- Which hosts were asked, day by day: no text, no address beyond the host.
CREATE TABLE contact (
    host       TEXT    NOT NULL, -- with the port if it is not the scheme's own
    purpose    TEXT    NOT NULL, -- turn, models, verification
    day        INTEGER NOT NULL, -- days since 1970 (UTC)
    requests   INTEGER NOT NULL,
    with_key   INTEGER NOT NULL, -- how many of them carried a key
    sent_bytes INTEGER NOT NULL, -- of their bodies
    last_at    INTEGER NOT NULL,
    PRIMARY KEY (host, purpose, day)
) STRICT;
