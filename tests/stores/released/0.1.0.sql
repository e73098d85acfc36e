BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'portail','m0001_initial','2026-11-24 09:00:00.000000+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'portail','m0002_found_by_a_search','2026-11-24 09:00:00.000000+00:00');
CREATE TABLE accounts (
        id INTEGER PRIMARY KEY,
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        person INTEGER NOT NULL UNIQUE REFERENCES people(id),
        email TEXT NOT NULL,
        username TEXT UNIQUE,
        password_hash TEXT NOT NULL,
        epoch INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        activated_at TEXT,
        seen_at TEXT,
        warned_at TEXT
    ) STRICT;
CREATE TABLE addresses (
        person INTEGER PRIMARY KEY REFERENCES people(id) ON DELETE CASCADE,
        label TEXT NOT NULL,
        house_number TEXT,
        suffix TEXT,
        street TEXT NOT NULL,
        postcode TEXT NOT NULL,
        city TEXT NOT NULL,
        citycode TEXT,
        ban_id TEXT,
        lat REAL,
        lon REAL,
        source TEXT NOT NULL,
        data_date TEXT,
        to_check INTEGER NOT NULL CHECK (to_check IN (0, 1)),
        apartment TEXT,
        building TEXT,
        floor TEXT
    ) STRICT;
CREATE TABLE agents (
        id INTEGER PRIMARY KEY,
        email TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL CHECK (role IN ('instructeur', 'accueil')),
        password_hash TEXT NOT NULL,
        epoch INTEGER NOT NULL DEFAULT 0,
        totp_secret TEXT,
        totp_last_step INTEGER,
        created_at TEXT NOT NULL
    ) STRICT;
CREATE TABLE contact_rights (
        contact INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        child INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        may_collect INTEGER NOT NULL CHECK (may_collect IN (0, 1)),
        emergency INTEGER NOT NULL CHECK (emergency IN (0, 1)),
        PRIMARY KEY (contact, child),
        CHECK (may_collect + emergency > 0)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE dossier_people (
        dossier INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
        person INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        decision TEXT CHECK (decision IN ('accepted', 'refused', 'to_correct')),
        motive TEXT,
        comment TEXT,
        PRIMARY KEY (dossier, person),
        CHECK (decision = 'accepted' OR motive IS NOT NULL OR decision IS NULL)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE dossiers (
        id INTEGER PRIMARY KEY,
        reference TEXT NOT NULL UNIQUE,
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        account INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
        deposited_at TEXT NOT NULL,
        opened_at TEXT,
        answered_at TEXT
    ) STRICT;
CREATE TABLE draft_answers (
        draft INTEGER NOT NULL REFERENCES drafts(id) ON DELETE CASCADE,
        step TEXT NOT NULL,
        data TEXT NOT NULL CHECK (json_valid(data)),
        position INTEGER NOT NULL,
        PRIMARY KEY (draft, step)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE draft_posts (
        draft INTEGER NOT NULL REFERENCES drafts(id) ON DELETE CASCADE,
        step TEXT NOT NULL,
        revision INTEGER NOT NULL,
        content_sha256 TEXT NOT NULL,
        PRIMARY KEY (draft, step, revision)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE draft_tokens (
        token_sha256 TEXT PRIMARY KEY,
        draft INTEGER NOT NULL REFERENCES drafts(id) ON DELETE CASCADE,
        expires_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
CREATE TABLE drafts (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('signup', 'entourage')),
        account INTEGER REFERENCES accounts(id) ON DELETE CASCADE,
        revision INTEGER NOT NULL DEFAULT 0,
        human_at TEXT,
        created_at TEXT NOT NULL,
        touched_at TEXT NOT NULL,
        expires_at TEXT NOT NULL
    ) STRICT;
CREATE TABLE family_links (
        adult INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        child INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        link TEXT NOT NULL CHECK (link IN ('mother', 'father', 'guardian', 'foster_family', 'step_parent',
            'grandparent', 'aunt_uncle', 'sibling', 'childminder', 'neighbour', 'friend', 'other')),
        PRIMARY KEY (adult, child)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE held_forms (
        token_sha256 TEXT PRIMARY KEY,
        account INTEGER REFERENCES accounts(id) ON DELETE CASCADE,
        agent INTEGER REFERENCES agents(id) ON DELETE CASCADE,
        path TEXT NOT NULL,
        fields TEXT NOT NULL CHECK (json_valid(fields)),
        expires_at TEXT NOT NULL,
        CHECK ((account IS NULL) <> (agent IS NULL))
    ) STRICT, WITHOUT ROWID;
CREATE TABLE household_members (
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        person INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        role TEXT NOT NULL CHECK (role IN ('representative', 'co_representative', 'child', 'contact')),
        PRIMARY KEY (household, person)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE households (
        id INTEGER PRIMARY KEY,
        enfance_key TEXT NOT NULL,
        key_origin TEXT NOT NULL CHECK (key_origin IN ('generated', 'link', 'known')),
        known_family INTEGER REFERENCES known_families(id),
        created_at TEXT NOT NULL
    ) STRICT;
CREATE TABLE "journal" (
        id INTEGER PRIMARY KEY,
        dossier INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        agent INTEGER REFERENCES agents(id),
        action TEXT NOT NULL CHECK (
            action IN ('deposited', 'opened', 'read', 'found', 'decided', 'answered', 'reopened')),
        person INTEGER REFERENCES people(id) ON DELETE CASCADE,
        detail TEXT
    ) STRICT;
CREATE TABLE known_families (
        id INTEGER PRIMARY KEY,
        enfance_key TEXT NOT NULL UNIQUE,
        birth_name TEXT NOT NULL,
        given_name TEXT NOT NULL,
        email TEXT,
        imported_at TEXT NOT NULL
    ) STRICT;
CREATE TABLE limits (
        bucket TEXT PRIMARY KEY,
        level REAL NOT NULL,
        filled_at REAL NOT NULL
    ) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
        id INTEGER PRIMARY KEY,
        message_id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        recipient TEXT,
        subject TEXT,
        body_text TEXT,
        body_html TEXT,
        created_at TEXT NOT NULL,
        due_at TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        lease TEXT,
        leased_until TEXT,
        sent_at TEXT,
        failed_at TEXT,
        error TEXT
    ) STRICT;
CREATE TABLE people (
        id INTEGER PRIMARY KEY,
        title TEXT CHECK (title IN ('madame', 'monsieur')),
        birth_name TEXT NOT NULL,
        usage_name TEXT,
        given_name TEXT NOT NULL,
        birthdate TEXT,
        sex TEXT CHECK (sex IN ('f', 'm')),
        mobile TEXT,
        phone TEXT,
        email TEXT,
        preferred_contact TEXT CHECK (preferred_contact IN ('email', 'phone', 'sms')),
        sms_ok INTEGER NOT NULL DEFAULT 0 CHECK (sms_ok IN (0, 1)),
        created_at TEXT NOT NULL
    ) STRICT;
CREATE TABLE receipts (
        token_sha256 TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('signup', 'entourage')),
        account INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
        dossier INTEGER REFERENCES dossiers(id) ON DELETE CASCADE,
        expires_at TEXT NOT NULL
    ) STRICT;
CREATE TABLE recovery_codes (
        agent INTEGER NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
        code_sha256 TEXT NOT NULL,
        used_at TEXT,
        PRIMARY KEY (agent, code_sha256)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE residences (
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        child INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        residence TEXT NOT NULL CHECK (residence IN ('here', 'alternating', 'other_parent', 'other')),
        PRIMARY KEY (household, child)
    ) STRICT, WITHOUT ROWID;
CREATE TABLE sessions (
        id_sha256 TEXT PRIMARY KEY,
        account INTEGER REFERENCES accounts(id) ON DELETE CASCADE,
        agent INTEGER REFERENCES agents(id) ON DELETE CASCADE,
        expires_at TEXT NOT NULL,
        CHECK ((account IS NULL) <> (agent IS NULL))
    ) STRICT, WITHOUT ROWID;
CREATE TABLE tokens (
        token_sha256 TEXT PRIMARY KEY,
        purpose TEXT NOT NULL CHECK (purpose IN ('activation', 'password', 'email', 'deletion', 'resume')),
        account INTEGER REFERENCES accounts(id) ON DELETE CASCADE,
        draft INTEGER REFERENCES drafts(id) ON DELETE CASCADE,
        email TEXT,
        code_hmac TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        expires_at TEXT NOT NULL,
        used_at TEXT
    ) STRICT;
CREATE TABLE tombstones (
        id INTEGER PRIMARY KEY,
        deleted_at TEXT NOT NULL
    ) STRICT;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE UNIQUE INDEX households_generated_key ON households(enfance_key) WHERE key_origin = 'generated';
CREATE INDEX known_families_email ON known_families(email);
CREATE INDEX household_members_person ON household_members(person);
CREATE INDEX family_links_child ON family_links(child);
CREATE UNIQUE INDEX accounts_email ON accounts(email) WHERE activated_at IS NOT NULL;
CREATE INDEX accounts_household ON accounts(household);
CREATE INDEX drafts_expires_at ON drafts(expires_at);
CREATE INDEX drafts_account ON drafts(account);
CREATE INDEX draft_tokens_draft ON draft_tokens(draft);
CREATE INDEX dossiers_household ON dossiers(household);
CREATE INDEX dossiers_answered_at ON dossiers(answered_at, deposited_at);
CREATE INDEX dossier_people_person ON dossier_people(person);
CREATE INDEX tokens_account ON tokens(account, purpose);
CREATE INDEX sessions_account ON sessions(account);
CREATE INDEX held_forms_account ON held_forms(account);
CREATE INDEX outbox_due ON outbox(due_at) WHERE sent_at IS NULL AND failed_at IS NULL;
CREATE INDEX journal_dossier ON journal(dossier);
COMMIT;
