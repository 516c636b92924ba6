-- What a project of Tanba is in a PostgreSQL database (or in one that speaks its language).
--
-- Read it before you run it; `tanba share ADDRESS` runs it for you. {schema} is the schema of the project, {team} the role that
-- everybody in the team has. Nobody but the owner of the schema may change or delete what was said: members get no UPDATE and no
-- DELETE, and row-level security lets each of them add lines to their own journals alone, and read what the project's rule shows them.

CREATE SCHEMA {schema};

-- Facts of the project by name: version (of these tables), id, settings (its tanba.toml).
CREATE TABLE {schema}.project (
    name  text PRIMARY KEY,
    value text NOT NULL
);

-- Who is in the team: the database's role, the coder's name in Tanba, and what they may do.
CREATE TABLE {schema}.team (
    role  text PRIMARY KEY,
    coder text NOT NULL UNIQUE,
    kind  text NOT NULL CHECK (kind IN ('owner', 'reviewer', 'coder', 'reader'))
);

-- What coders see of each other: always, finished (in documents that they finished), never. What was said last holds, by the journal's
-- clock (milliseconds of Unix time, and a count within one), whenever it came.
CREATE TABLE {schema}.rules (
    n          bigserial PRIMARY KEY,
    colleagues text NOT NULL CHECK (colleagues IN ('always', 'finished', 'never')),
    time       bigint NOT NULL,
    tick       bigint NOT NULL
);

-- Whose a journal is: coder@device, or coder@device~2.
CREATE TABLE {schema}.journals (
    journal text PRIMARY KEY,
    coder   text NOT NULL,
    -- The names become names of files.
    CHECK (left(journal, length(coder) + 1) = coder || '@' AND journal !~ '[/\\[:space:][:cntrl:]]' AND length(journal) < 200)
);

-- The journals' lines, as they stand in the files. Each has the sum of the line before it and its own, so that a line which is
-- changed here is noticed by everybody who reads it.
CREATE TABLE {schema}.lines (
    journal   text   NOT NULL,
    n         bigint NOT NULL CHECK (n >= 0),
    line      text   NOT NULL,
    -- The documents whose coding it tells of: who has finished them may read it where coders are hidden from each other.
    concerns  text[] NOT NULL,
    -- The coder whose work it speaks of, who may read it too.
    addressee text   NOT NULL,
    came      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (journal, n)
);

-- What everybody may see of lines that are otherwise withheld: a code that was made together with an annotation.
CREATE TABLE {schema}.stubs (
    journal text   NOT NULL,
    n       bigint NOT NULL,
    open    text   NOT NULL,
    PRIMARY KEY (journal, n)
);

-- Which documents coders finished, or opened again; the latest row holds.
CREATE TABLE {schema}.finished (
    n        bigserial PRIMARY KEY,
    coder    text    NOT NULL,
    document text    NOT NULL,
    holds    boolean NOT NULL,
    came     timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- The texts of documents, by the BLAKE3 of their bytes, and which document got which text when. A text that is not the one of its
-- sum is passed over, so that nobody can put another in its place.
CREATE TABLE {schema}.texts (
    revision text NOT NULL,
    coder    text NOT NULL,
    bytes    bytea NOT NULL,
    PRIMARY KEY (revision, coder)
);
CREATE TABLE {schema}.papers (
    n        bigserial PRIMARY KEY,
    document text   NOT NULL,
    revision text   NOT NULL,
    time     bigint NOT NULL,
    tick     bigint NOT NULL,
    by       text   NOT NULL,
    coder    text   NOT NULL
);

-- Who has which document open now; the one table whose rows their coders replace.
CREATE TABLE {schema}.presence (
    journal  text PRIMARY KEY,
    coder    text NOT NULL,
    document text NOT NULL,
    seen     timestamptz NOT NULL DEFAULT clock_timestamp()
);

INSERT INTO {schema}.rules (colleagues, time, tick) VALUES ('always', 0, 0);

-- Rights. The owner of the schema has all of them; the team has these.
GRANT USAGE ON SCHEMA {schema} TO {team};
GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {team};
GRANT INSERT (journal, coder) ON {schema}.journals TO {team};
GRANT INSERT (journal, n, line, concerns, addressee) ON {schema}.lines TO {team};
GRANT INSERT (journal, n, open) ON {schema}.stubs TO {team};
GRANT INSERT (coder, document, holds) ON {schema}.finished TO {team};
GRANT INSERT (revision, coder, bytes) ON {schema}.texts TO {team};
GRANT INSERT (document, revision, time, tick, by, coder) ON {schema}.papers TO {team};
GRANT INSERT (journal, coder, document, seen), UPDATE (document, seen) ON {schema}.presence TO {team};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {team};

ALTER TABLE {schema}.project  ENABLE ROW LEVEL SECURITY;
ALTER TABLE {schema}.rules    ENABLE ROW LEVEL SECURITY;
ALTER TABLE {schema}.journals ENABLE ROW LEVEL SECURITY;
ALTER TABLE {schema}.lines    ENABLE ROW LEVEL SECURITY;
ALTER TABLE {schema}.stubs    ENABLE ROW LEVEL SECURITY;
ALTER TABLE {schema}.finished ENABLE ROW LEVEL SECURITY;
ALTER TABLE {schema}.texts    ENABLE ROW LEVEL SECURITY;
ALTER TABLE {schema}.papers   ENABLE ROW LEVEL SECURITY;
ALTER TABLE {schema}.presence ENABLE ROW LEVEL SECURITY;

-- Everything but lines is read by everybody who is in the team now.
CREATE POLICY members ON {schema}.project FOR SELECT TO {team}
    USING ((SELECT count(*) FROM {schema}.team WHERE role = session_user) > 0);
CREATE POLICY members ON {schema}.rules FOR SELECT TO {team}
    USING ((SELECT count(*) FROM {schema}.team WHERE role = session_user) > 0);
CREATE POLICY members ON {schema}.journals FOR SELECT TO {team}
    USING ((SELECT count(*) FROM {schema}.team WHERE role = session_user) > 0);
CREATE POLICY members ON {schema}.stubs FOR SELECT TO {team}
    USING ((SELECT count(*) FROM {schema}.team WHERE role = session_user) > 0);
CREATE POLICY members ON {schema}.finished FOR SELECT TO {team}
    USING ((SELECT count(*) FROM {schema}.team WHERE role = session_user) > 0);
CREATE POLICY members ON {schema}.texts FOR SELECT TO {team}
    USING ((SELECT count(*) FROM {schema}.team WHERE role = session_user) > 0);
CREATE POLICY members ON {schema}.papers FOR SELECT TO {team}
    USING ((SELECT count(*) FROM {schema}.team WHERE role = session_user) > 0);
CREATE POLICY members ON {schema}.presence FOR SELECT TO {team}
    USING ((SELECT count(*) FROM {schema}.team WHERE role = session_user) > 0);

-- Lines: what hides nothing, what one said oneself, what is said of one's own work, and what the rule and one's office show.
CREATE POLICY members ON {schema}.lines FOR SELECT TO {team}
    USING (
        (SELECT count(*) FROM {schema}.team WHERE role = session_user) > 0
        AND (
            concerns = '{}'
            OR (SELECT colleagues FROM {schema}.rules ORDER BY time DESC, tick DESC, n DESC LIMIT 1) = 'always'
            OR (SELECT kind FROM {schema}.team WHERE role = session_user) = 'reviewer'
            OR addressee = (SELECT coder FROM {schema}.team WHERE role = session_user)
            OR journal IN (SELECT journal FROM {schema}.journals
                           WHERE coder = (SELECT coder FROM {schema}.team WHERE role = session_user))
            OR ((SELECT colleagues FROM {schema}.rules ORDER BY time DESC, tick DESC, n DESC LIMIT 1) = 'finished'
                AND concerns <@ (
                    SELECT coalesce(array_agg(document), '{}')
                    FROM (SELECT DISTINCT ON (document) document, holds FROM {schema}.finished
                          WHERE coder = (SELECT coder FROM {schema}.team WHERE role = session_user)
                          ORDER BY document, n DESC) AS mine
                    WHERE holds))
        )
    );

-- What may be written: what is one's own. Readers write nothing.
CREATE POLICY own ON {schema}.journals FOR INSERT TO {team}
    WITH CHECK (coder = (SELECT coder FROM {schema}.team WHERE role = session_user AND kind <> 'reader'));
CREATE POLICY own ON {schema}.lines FOR INSERT TO {team}
    WITH CHECK (journal IN (SELECT journal FROM {schema}.journals
                WHERE coder = (SELECT coder FROM {schema}.team WHERE role = session_user AND kind <> 'reader')));
CREATE POLICY own ON {schema}.stubs FOR INSERT TO {team}
    WITH CHECK (journal IN (SELECT journal FROM {schema}.journals
                WHERE coder = (SELECT coder FROM {schema}.team WHERE role = session_user AND kind <> 'reader')));
CREATE POLICY own ON {schema}.finished FOR INSERT TO {team}
    WITH CHECK (coder = (SELECT coder FROM {schema}.team WHERE role = session_user AND kind <> 'reader'));
CREATE POLICY own ON {schema}.texts FOR INSERT TO {team}
    WITH CHECK (coder = (SELECT coder FROM {schema}.team WHERE role = session_user AND kind <> 'reader'));
-- Nobody says in another's name, or in a time that is to come, which text a document has.
CREATE POLICY own ON {schema}.papers FOR INSERT TO {team}
    WITH CHECK (coder = (SELECT coder FROM {schema}.team WHERE role = session_user AND kind <> 'reader')
                AND (by = '' AND time = 0 OR left(by, length(coder) + 1) = coder || '@')
                AND time <= extract(epoch FROM clock_timestamp()) * 1000 + 86400000);
CREATE POLICY own ON {schema}.presence FOR INSERT TO {team}
    WITH CHECK (coder = (SELECT coder FROM {schema}.team WHERE role = session_user)
                AND left(journal, length(coder) + 1) = coder || '@' AND seen <= clock_timestamp());
CREATE POLICY own_again ON {schema}.presence FOR UPDATE TO {team}
    USING (coder = (SELECT coder FROM {schema}.team WHERE role = session_user))
    WITH CHECK (seen <= clock_timestamp());
