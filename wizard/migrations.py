"""The database's shape, migration after migration: the only place that defines tables."""

import unicodedata

from sqlite_utils import Database, Migrations

from wizard.db import transaction
from wizard.values.folding import folded

migrations = Migrations("portail")
documents = Migrations("documents")
"""Those of the documents' own file, `documents.db`."""


@migrations()
def m0001_initial(db: Database) -> None:
    """Drafts, accounts, families, dossiers, agents, mails, tokens, limits."""
    db.executescript("""
    CREATE TABLE households (
        id INTEGER PRIMARY KEY,
        enfance_key TEXT NOT NULL,
        key_origin TEXT NOT NULL CHECK (key_origin IN ('generated', 'link', 'known')),
        known_family INTEGER REFERENCES known_families(id),
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX households_generated_key ON households(enfance_key) WHERE key_origin = 'generated';

    -- What the town already knows, imported; compared with a household once its e-mail address is proved.
    CREATE TABLE known_families (
        id INTEGER PRIMARY KEY,
        enfance_key TEXT NOT NULL UNIQUE,
        birth_name TEXT NOT NULL,
        given_name TEXT NOT NULL,
        email TEXT,
        imported_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX known_families_email ON known_families(email);

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

    CREATE TABLE household_members (
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        person INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        role TEXT NOT NULL CHECK (role IN ('representative', 'co_representative', 'child', 'contact')),
        PRIMARY KEY (household, person)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX household_members_person ON household_members(person);

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

    -- Who an adult is to a child: one row for each pair, whichever household declared it.
    CREATE TABLE family_links (
        adult INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        child INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        link TEXT NOT NULL CHECK (link IN ('mother', 'father', 'guardian', 'foster_family', 'step_parent',
            'grandparent', 'aunt_uncle', 'sibling', 'childminder', 'neighbour', 'friend', 'other')),
        PRIMARY KEY (adult, child)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX family_links_child ON family_links(child);

    CREATE TABLE residences (
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        child INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        residence TEXT NOT NULL CHECK (residence IN ('here', 'alternating', 'other_parent', 'other')),
        PRIMARY KEY (household, child)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE contact_rights (
        contact INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        child INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        may_collect INTEGER NOT NULL CHECK (may_collect IN (0, 1)),
        emergency INTEGER NOT NULL CHECK (emergency IN (0, 1)),
        PRIMARY KEY (contact, child),
        CHECK (may_collect + emergency > 0)
    ) STRICT, WITHOUT ROWID;

    -- `username` is NULL when the identifier is the e-mail address; both are stored case-folded.
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
    -- Two people may be waiting for the same address to be proved; only one account ever holds it.
    CREATE UNIQUE INDEX accounts_email ON accounts(email) WHERE activated_at IS NOT NULL;
    CREATE INDEX accounts_household ON accounts(household);

    -- `revision` counts what was saved; `human_at` is when the security check was passed.
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
    CREATE INDEX drafts_expires_at ON drafts(expires_at);
    CREATE INDEX drafts_account ON drafts(account);

    -- The authority over a draft: who holds one of its tokens, in the page's address. Two devices, two tokens.
    CREATE TABLE draft_tokens (
        token_sha256 TEXT PRIMARY KEY,
        draft INTEGER NOT NULL REFERENCES drafts(id) ON DELETE CASCADE,
        expires_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX draft_tokens_draft ON draft_tokens(draft);

    CREATE TABLE draft_answers (
        draft INTEGER NOT NULL REFERENCES drafts(id) ON DELETE CASCADE,
        step TEXT NOT NULL,
        data TEXT NOT NULL CHECK (json_valid(data)),
        position INTEGER NOT NULL,
        PRIMARY KEY (draft, step)
    ) STRICT, WITHOUT ROWID;

    -- The last content applied from each rendered form: the same form again, unchanged, is a replay.
    CREATE TABLE draft_posts (
        draft INTEGER NOT NULL REFERENCES drafts(id) ON DELETE CASCADE,
        step TEXT NOT NULL,
        revision INTEGER NOT NULL,
        content_sha256 TEXT NOT NULL,
        PRIMARY KEY (draft, step, revision)
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
    CREATE INDEX dossiers_household ON dossiers(household);
    CREATE INDEX dossiers_answered_at ON dossiers(answered_at, deposited_at);

    CREATE TABLE dossier_people (
        dossier INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
        person INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        decision TEXT CHECK (decision IN ('accepted', 'refused', 'to_correct')),
        motive TEXT,
        comment TEXT,
        PRIMARY KEY (dossier, person),
        CHECK (decision = 'accepted' OR motive IS NOT NULL OR decision IS NULL)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX dossier_people_person ON dossier_people(person);

    -- What a finished draft's address still opens: the confirmation page, the deposit's page.
    CREATE TABLE receipts (
        token_sha256 TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('signup', 'entourage')),
        account INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
        dossier INTEGER REFERENCES dossiers(id) ON DELETE CASCADE,
        expires_at TEXT NOT NULL
    ) STRICT;

    -- Single use: `used_at` is set by the statement that consumes it.
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
    CREATE INDEX tokens_account ON tokens(account, purpose);

    -- The sessions that are open: signing out deletes the row, and a copied cookie then opens nothing.
    CREATE TABLE sessions (
        id_sha256 TEXT PRIMARY KEY,
        account INTEGER REFERENCES accounts(id) ON DELETE CASCADE,
        agent INTEGER REFERENCES agents(id) ON DELETE CASCADE,
        expires_at TEXT NOT NULL,
        CHECK ((account IS NULL) <> (agent IS NULL))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sessions_account ON sessions(account);

    -- A form sent after its session ended, given back to the same person once signed in again.
    CREATE TABLE held_forms (
        token_sha256 TEXT PRIMARY KEY,
        account INTEGER REFERENCES accounts(id) ON DELETE CASCADE,
        agent INTEGER REFERENCES agents(id) ON DELETE CASCADE,
        path TEXT NOT NULL,
        fields TEXT NOT NULL CHECK (json_valid(fields)),
        expires_at TEXT NOT NULL,
        CHECK ((account IS NULL) <> (agent IS NULL))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX held_forms_account ON held_forms(account);

    -- Token buckets: `level` tokens were left at `filled_at` (seconds since the epoch).
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
    CREATE INDEX outbox_due ON outbox(due_at) WHERE sent_at IS NULL AND failed_at IS NULL;

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

    CREATE TABLE recovery_codes (
        agent INTEGER NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
        code_sha256 TEXT NOT NULL,
        used_at TEXT,
        PRIMARY KEY (agent, code_sha256)
    ) STRICT, WITHOUT ROWID;

    -- Who did or read what, in which dossier. Deleting a dossier deletes its journal.
    CREATE TABLE journal (
        id INTEGER PRIMARY KEY,
        dossier INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        agent INTEGER REFERENCES agents(id),
        action TEXT NOT NULL CHECK (action IN ('deposited', 'opened', 'read', 'decided', 'answered', 'reopened')),
        person INTEGER REFERENCES people(id) ON DELETE CASCADE,
        detail TEXT
    ) STRICT;
    CREATE INDEX journal_dossier ON journal(dossier);

    -- All that is kept of a deleted account: that there was one.
    CREATE TABLE tombstones (
        id INTEGER PRIMARY KEY,
        deleted_at TEXT NOT NULL
    ) STRICT;
    """)


@migrations()
def m0002_found_by_a_search(db: Database) -> None:
    """A name looked up is written in the journal of each dossier found."""
    db.executescript("""
    CREATE TABLE journal_with_searches (
        id INTEGER PRIMARY KEY,
        dossier INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        agent INTEGER REFERENCES agents(id),
        action TEXT NOT NULL CHECK (
            action IN ('deposited', 'opened', 'read', 'found', 'decided', 'answered', 'reopened')),
        person INTEGER REFERENCES people(id) ON DELETE CASCADE,
        detail TEXT
    ) STRICT;
    INSERT INTO journal_with_searches SELECT id, dossier, at, agent, action, person, detail FROM journal;
    DROP TABLE journal;
    ALTER TABLE journal_with_searches RENAME TO journal;
    CREATE INDEX journal_dossier ON journal(dossier);
    """)


@migrations()
def m0003_drafts_opened_in_a_session(db: Database) -> None:
    """The address of a draft opened in a session is worth nothing without it."""
    db.executescript("""
    ALTER TABLE draft_tokens ADD COLUMN signed_in INTEGER NOT NULL DEFAULT 0 CHECK (signed_in IN (0, 1));
    """)


@migrations()
def m0004_addresses_abroad_and_institutions(db: Database) -> None:
    """An address may be abroad; a co-representative may be an institution."""
    db.executescript("""
    -- The ISO 3166 code, or what was typed for a country that has none.
    ALTER TABLE addresses ADD COLUMN country TEXT NOT NULL DEFAULT 'FR';
    -- The name of a service; the person's names are then those of whom to ask for, if any is known.
    ALTER TABLE people ADD COLUMN institution TEXT;
    """)


@migrations()
def m0005_recognition_seals_and_agents_journal(db: Database) -> None:
    """Keys announced or recognised, seals that a restore finds broken, a journal of what agents do.

    A household tied to a known family keeps that tie when its proved address or its names are the family's; tied by
    the key alone, it is one that announces a key.
    """
    db.register_function(_bare_name, deterministic=True)
    db.executescript("""
    -- Why the town takes a household for a family it knows; or that an agent said it is not. `own_key` is the key it
    -- was given at its sign-up, kept while it bears the family's.
    ALTER TABLE households ADD COLUMN recognition TEXT CHECK (recognition IN ('email', 'name', 'set_aside'));
    ALTER TABLE households ADD COLUMN own_key TEXT;
    CREATE INDEX households_key ON households(enfance_key);
    UPDATE households SET recognition = 'email' WHERE key_origin = 'known' AND EXISTS (
        SELECT 1 FROM accounts JOIN known_families AS known ON known.email = accounts.email
        WHERE accounts.household = households.id AND accounts.activated_at IS NOT NULL
            AND known.id = households.known_family);
    UPDATE households SET recognition = 'name' WHERE key_origin = 'known' AND recognition IS NULL AND EXISTS (
        SELECT 1 FROM accounts JOIN people ON people.id = accounts.person
            JOIN known_families AS known ON _bare_name(known.given_name) = _bare_name(people.given_name)
            AND _bare_name(known.birth_name) IN (_bare_name(people.birth_name), _bare_name(people.usage_name))
        WHERE accounts.household = households.id AND known.id = households.known_family);
    UPDATE households SET key_origin = 'link', known_family = NULL
        WHERE key_origin = 'known' AND recognition IS NULL;

    -- A seal is drawn at random for what may be taken back. It is broken in a file beside the database, which no
    -- restore replaces: a copy in which it is still whole is older than that.
    ALTER TABLE households ADD COLUMN seal TEXT;
    ALTER TABLE accounts ADD COLUMN seal TEXT;
    ALTER TABLE agents ADD COLUMN seal TEXT;
    UPDATE households SET seal = lower(hex(randomblob(16)));
    UPDATE accounts SET seal = lower(hex(randomblob(16)));
    UPDATE agents SET seal = lower(hex(randomblob(16)));
    CREATE TRIGGER households_seal AFTER INSERT ON households
        BEGIN UPDATE households SET seal = lower(hex(randomblob(16))) WHERE id = new.id; END;
    CREATE TRIGGER accounts_seal AFTER INSERT ON accounts
        BEGIN UPDATE accounts SET seal = lower(hex(randomblob(16))) WHERE id = new.id; END;
    CREATE TRIGGER agents_seal AFTER INSERT ON agents
        BEGIN UPDATE agents SET seal = lower(hex(randomblob(16))) WHERE id = new.id; END;

    -- What agents did. It names dossiers by their reference, no family, and outlives them.
    CREATE TABLE agent_journal (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        agent INTEGER NOT NULL REFERENCES agents(id),
        action TEXT NOT NULL CHECK (
            action IN ('created', 'reset', 'dismissed', 'password_changed', 'signed_in', 'signed_out',
                'wrong_password', 'wrong_code', 'recovery_code', 'held_back', 'looked_up',
                'opened', 'read', 'found', 'decided', 'answered', 'reopened', 'set_aside')),
        reference TEXT
    ) STRICT;
    CREATE INDEX agent_journal_agent ON agent_journal(agent);
    ALTER TABLE agents ADD COLUMN seen_at TEXT;
    ALTER TABLE agents ADD COLUMN dismissed_at TEXT;

    CREATE TABLE journal_with_families (
        id INTEGER PRIMARY KEY,
        dossier INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        agent INTEGER REFERENCES agents(id),
        action TEXT NOT NULL CHECK (
            action IN ('deposited', 'opened', 'read', 'found', 'decided', 'answered', 'reopened', 'set_aside')),
        person INTEGER REFERENCES people(id) ON DELETE CASCADE,
        detail TEXT
    ) STRICT;
    INSERT INTO journal_with_families SELECT id, dossier, at, agent, action, person, detail FROM journal;
    INSERT INTO agent_journal (at, agent, action, reference)
        SELECT journal.at, journal.agent, journal.action, dossiers.reference
        FROM journal JOIN dossiers ON dossiers.id = journal.dossier WHERE journal.agent IS NOT NULL ORDER BY journal.id;
    DROP TABLE journal;
    ALTER TABLE journal_with_families RENAME TO journal;
    CREATE INDEX journal_dossier ON journal(dossier);
    """)


def _bare_name(text: str | None) -> str:
    """Return a name as this migration compares them: letters alone, without accents or case."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", (text or "").casefold()) if letter.isalpha())


@migrations()
def m0006_withdrawals(db: Database) -> None:
    """Rights that parents withdraw, which the town hall sees; a restore finds them by their seal."""
    db.executescript("""
    -- A right taken back by a parent, at once; `seen_at` is when an agent said to have seen it.
    CREATE TABLE withdrawals (
        id INTEGER PRIMARY KEY,
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        contact INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        child INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        what TEXT NOT NULL CHECK (what IN ('collect', 'emergency')),
        at TEXT NOT NULL,
        seen_at TEXT,
        seen_by INTEGER REFERENCES agents(id),
        CHECK ((seen_at IS NULL) = (seen_by IS NULL))
    ) STRICT;
    CREATE INDEX withdrawals_household ON withdrawals(household);
    CREATE INDEX withdrawals_contact ON withdrawals(contact);
    CREATE INDEX withdrawals_child ON withdrawals(child);
    CREATE INDEX withdrawals_unseen ON withdrawals(at) WHERE seen_at IS NULL;

    ALTER TABLE contact_rights ADD COLUMN seal TEXT;
    UPDATE contact_rights SET seal = lower(hex(randomblob(16)));
    CREATE TRIGGER contact_rights_seal AFTER INSERT ON contact_rights BEGIN
        UPDATE contact_rights SET seal = lower(hex(randomblob(16))) WHERE contact = new.contact AND child = new.child;
    END;

    CREATE TABLE agent_journal_with_withdrawals (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        agent INTEGER NOT NULL REFERENCES agents(id),
        action TEXT NOT NULL CHECK (
            action IN ('created', 'reset', 'dismissed', 'password_changed', 'signed_in', 'signed_out',
                'wrong_password', 'wrong_code', 'recovery_code', 'held_back', 'looked_up', 'opened', 'read', 'found',
                'decided', 'answered', 'reopened', 'set_aside', 'withdrawal_seen')),
        reference TEXT
    ) STRICT;
    INSERT INTO agent_journal_with_withdrawals SELECT id, at, agent, action, reference FROM agent_journal;
    DROP TABLE agent_journal;
    ALTER TABLE agent_journal_with_withdrawals RENAME TO agent_journal;
    CREATE INDEX agent_journal_agent ON agent_journal(agent);
    """)


@migrations()
def m0007_rights_without_seals(db: Database) -> None:
    """A right goes by the seal of its household, which copies made before hold too."""
    db.execute("DROP TRIGGER contact_rights_seal")
    db.execute("ALTER TABLE contact_rights DROP COLUMN seal")


@migrations()
def m0008_facts_and_declarations(db: Database) -> None:
    """What families ask is kept as they declared it, version after version; what is true, apart.

    Who was accepted last stays of the household; who was refused, or waits, is known by their declaration alone. What
    waits in one dossier and had a later word in another is asked no more in the first.
    """
    db.executescript("""
    CREATE TABLE declarations (
        person INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        version INTEGER NOT NULL CHECK (version > 0),
        dossier INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
        declared_at TEXT NOT NULL,
        -- When the answer that accepts it left.
        accepted_at TEXT,
        data TEXT NOT NULL CHECK (json_valid(data)),
        PRIMARY KEY (person, version)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX declarations_dossier ON declarations(dossier);

    -- A line of a dossier: `version` is the declaration that was decided on; `answered_at`, when the family was told;
    -- `withdrawn_at`, when it took back what it asked.
    CREATE TABLE lines (
        dossier INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
        person INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        role TEXT NOT NULL CHECK (role IN ('representative', 'co_representative', 'child', 'contact')),
        decision TEXT CHECK (decision IN ('accepted', 'refused', 'to_correct')),
        motive TEXT,
        comment TEXT,
        version INTEGER,
        answered_at TEXT,
        withdrawn_at TEXT,
        PRIMARY KEY (dossier, person),
        CHECK (decision = 'accepted' OR motive IS NOT NULL OR decision IS NULL),
        CHECK ((decision IS NULL) = (version IS NULL)),
        CHECK (answered_at IS NULL OR decision IS NOT NULL)
    ) STRICT, WITHOUT ROWID;
    -- The lines of each person in each household, the last word about them first; it is their last version too.
    CREATE TEMP TABLE words AS
        SELECT household, dossier, person, role, decision, motive, comment, deposited_at, answered_at,
            row_number() OVER (PARTITION BY person
                ORDER BY household, coalesce(answered_at, deposited_at), deposited_at, id) AS version,
            row_number() OVER (PARTITION BY household, person
                ORDER BY coalesce(answered_at, deposited_at) DESC, deposited_at DESC, id DESC) AS rank
        FROM dossier_people JOIN dossiers ON dossiers.id = dossier
            JOIN household_members USING (household, person);
    CREATE TEMP TABLE facts AS SELECT household, person FROM words
        WHERE rank = 1 AND decision = 'accepted' AND answered_at IS NOT NULL;
    -- Who is no member until they are accepted; a child may be one of another household.
    CREATE TEMP TABLE others AS SELECT household, person FROM words WHERE role <> 'representative'
        EXCEPT SELECT household, person FROM facts;
    -- Contacts of whom every right was withdrawn.
    CREATE TEMP TABLE gone AS SELECT contact AS person, max(at) AS at FROM withdrawals
        WHERE contact NOT IN (SELECT contact FROM contact_rights) GROUP BY contact;
    INSERT INTO declarations
        SELECT words.person, words.version, words.dossier, words.deposited_at,
            CASE WHEN rank = 1 AND decision = 'accepted' THEN answered_at END,
            json_object('role', words.role,
                'identity', json_object('birth_name', birth_name, 'given_name', given_name, 'title', title,
                    'usage_name', usage_name, 'birthdate', birthdate, 'sex', sex, 'mobile', mobile, 'phone', phone,
                    'email', email, 'preferred_contact', preferred_contact, 'sms_ok', sms_ok,
                    'institution', institution),
                'residence', residence,
                'same_address', EXISTS (SELECT 1 FROM addresses WHERE addresses.person = words.person),
                'links', (SELECT json_group_object(CASE words.role WHEN 'child' THEN adult ELSE child END, link)
                    FROM family_links WHERE CASE words.role WHEN 'child' THEN child = words.person AND adult IN
                        (SELECT person FROM household_members AS parents WHERE parents.household = words.household
                            AND parents.role = 'representative') ELSE adult = words.person END),
                'rights', (SELECT json_group_array(json_array(child, may_collect, emergency))
                    FROM contact_rights WHERE contact = words.person))
        FROM words JOIN people ON people.id = words.person
            LEFT JOIN residences ON residences.household = words.household AND residences.child = words.person;
    INSERT INTO lines
        SELECT words.dossier, words.person, role, decision, motive, comment, iif(decision IS NULL, NULL, version),
            iif(decision IS NULL, NULL, answered_at),
            CASE WHEN decision IN ('accepted', 'refused') AND answered_at IS NOT NULL THEN NULL
                WHEN rank = 1 THEN gone.at
                ELSE (SELECT min(max(later.deposited_at, words.deposited_at)) FROM words AS later
                    WHERE later.household = words.household AND later.person = words.person
                        AND later.rank < words.rank) END
        FROM words LEFT JOIN gone ON gone.person = words.person;
    DROP TABLE dossier_people;
    ALTER TABLE lines RENAME TO dossier_people;
    CREATE INDEX dossier_people_person ON dossier_people(person);

    DELETE FROM contact_rights WHERE contact NOT IN (SELECT person FROM facts);
    DELETE FROM family_links WHERE adult IN (SELECT person FROM others);
    DELETE FROM family_links WHERE EXISTS (SELECT 1 FROM others JOIN household_members AS parents USING (household)
        WHERE parents.role = 'representative' AND parents.person = adult AND others.person = child);
    DELETE FROM addresses WHERE person IN (SELECT person FROM others) AND person NOT IN (SELECT person FROM facts);
    DELETE FROM residences WHERE (household, child) IN (SELECT household, person FROM others);
    DELETE FROM household_members WHERE (household, person) IN (SELECT household, person FROM others);
    DROP TABLE temp.words;
    DROP TABLE temp.facts;
    DROP TABLE temp.others;
    DROP TABLE temp.gone;

    -- When what the town asked to correct came back; NULL again once it is answered.
    ALTER TABLE dossiers ADD COLUMN corrected_at TEXT;
    -- What was declared of a contact up to this version no longer gives the right.
    ALTER TABLE withdrawals ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE journal_with_declarations (
        id INTEGER PRIMARY KEY,
        dossier INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        agent INTEGER REFERENCES agents(id),
        action TEXT NOT NULL CHECK (action IN ('deposited', 'declared', 'withdrawn', 'opened', 'read', 'found',
            'decided', 'answered', 'reopened', 'set_aside')),
        person INTEGER REFERENCES people(id) ON DELETE CASCADE,
        detail TEXT
    ) STRICT;
    INSERT INTO journal_with_declarations SELECT id, dossier, at, agent, action, person, detail FROM journal;
    DROP TABLE journal;
    ALTER TABLE journal_with_declarations RENAME TO journal;
    CREATE INDEX journal_dossier ON journal(dossier);
    """)


@migrations()
def m0009_amendments(db: Database) -> None:
    """What parents change of their own, which the town hall sees; when a family said that all was still right."""
    db.executescript("""
    -- What a parent changed, at once: field → what it was, what it is. `seen_at` is when an agent said to have seen it.
    CREATE TABLE amendments (
        id INTEGER PRIMARY KEY,
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        person INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        changes TEXT NOT NULL CHECK (json_valid(changes)),
        seen_at TEXT,
        seen_by INTEGER REFERENCES agents(id),
        CHECK ((seen_at IS NULL) = (seen_by IS NULL))
    ) STRICT;
    CREATE INDEX amendments_household ON amendments(household);
    CREATE INDEX amendments_person ON amendments(person);
    CREATE INDEX amendments_unseen ON amendments(at) WHERE seen_at IS NULL;

    ALTER TABLE households ADD COLUMN confirmed_at TEXT;
    ALTER TABLE households ADD COLUMN reminded_at TEXT;

    CREATE TABLE agent_journal_with_amendments (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        agent INTEGER NOT NULL REFERENCES agents(id),
        action TEXT NOT NULL CHECK (
            action IN ('created', 'reset', 'dismissed', 'password_changed', 'signed_in', 'signed_out',
                'wrong_password', 'wrong_code', 'recovery_code', 'held_back', 'looked_up', 'opened', 'read', 'found',
                'decided', 'answered', 'reopened', 'set_aside', 'withdrawal_seen', 'amendment_seen')),
        reference TEXT
    ) STRICT;
    INSERT INTO agent_journal_with_amendments SELECT id, at, agent, action, reference FROM agent_journal;
    DROP TABLE agent_journal;
    ALTER TABLE agent_journal_with_amendments RENAME TO agent_journal;
    CREATE INDEX agent_journal_agent ON agent_journal(agent);
    """)


@migrations()
def m0011_confirmations(db: Database) -> None:
    """Contacts are told by mail of the rights they were given, by a link that says yes or no."""
    db.executescript("""
    -- A right that a contact has and was told of, at which address; `agreed_at` is when they said yes.
    CREATE TABLE confirmations (
        contact INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        child INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        what TEXT NOT NULL CHECK (what IN ('collect', 'emergency')),
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        email TEXT NOT NULL,
        told_at TEXT NOT NULL,
        agreed_at TEXT,
        PRIMARY KEY (contact, child, what)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX confirmations_household ON confirmations(household);
    CREATE INDEX confirmations_child ON confirmations(child);

    -- Whether the contact said no, rather than a parent; and when they said yes after that, which gives nothing back.
    ALTER TABLE withdrawals ADD COLUMN declined INTEGER NOT NULL DEFAULT 0 CHECK (declined IN (0, 1));
    ALTER TABLE withdrawals ADD COLUMN agreed_at TEXT;

    CREATE TABLE tokens_with_contacts (
        token_sha256 TEXT PRIMARY KEY,
        purpose TEXT NOT NULL CHECK (
            purpose IN ('activation', 'password', 'email', 'deletion', 'resume', 'contact')),
        account INTEGER REFERENCES accounts(id) ON DELETE CASCADE,
        draft INTEGER REFERENCES drafts(id) ON DELETE CASCADE,
        contact INTEGER REFERENCES people(id) ON DELETE CASCADE,
        email TEXT,
        code_hmac TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        expires_at TEXT NOT NULL,
        used_at TEXT
    ) STRICT;
    INSERT INTO tokens_with_contacts
        SELECT token_sha256, purpose, account, draft, NULL, email, code_hmac, attempts, created_at, expires_at, used_at
        FROM tokens;
    DROP TABLE tokens;
    ALTER TABLE tokens_with_contacts RENAME TO tokens;
    CREATE INDEX tokens_account ON tokens(account, purpose);
    CREATE INDEX tokens_contact ON tokens(contact) WHERE contact IS NOT NULL;

    CREATE TABLE journal_with_contacts (
        id INTEGER PRIMARY KEY,
        dossier INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        agent INTEGER REFERENCES agents(id),
        action TEXT NOT NULL CHECK (action IN ('deposited', 'declared', 'withdrawn', 'declined', 'opened', 'read',
            'found', 'decided', 'answered', 'reopened', 'set_aside')),
        person INTEGER REFERENCES people(id) ON DELETE CASCADE,
        detail TEXT
    ) STRICT;
    INSERT INTO journal_with_contacts SELECT id, dossier, at, agent, action, person, detail FROM journal;
    DROP TABLE journal;
    ALTER TABLE journal_with_contacts RENAME TO journal;
    CREATE INDEX journal_dossier ON journal(dossier);
    """)


@migrations()
def m0012_two_homes(db: Database) -> None:
    """Two homes, one child: who is invited to open a home of their own, and the rights one home objects to."""
    db.executescript("""
    -- `person` is the co-representative as the inviter declared them; `account` sent it; `guest` used it or, until
    -- then, signs up from it.
    CREATE TABLE invitations (
        id INTEGER PRIMARY KEY,
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        person INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        email TEXT NOT NULL,
        token_sha256 TEXT NOT NULL UNIQUE,
        account INTEGER NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
        created_at TEXT NOT NULL,
        expires_at TEXT NOT NULL,
        revoked_at TEXT,
        used_at TEXT,
        guest INTEGER REFERENCES accounts(id) ON DELETE SET NULL,
        CHECK (used_at IS NULL OR revoked_at IS NULL)
    ) STRICT;
    CREATE INDEX invitations_household ON invitations(household);
    CREATE INDEX invitations_person ON invitations(person);
    CREATE INDEX invitations_account ON invitations(account);
    CREATE INDEX invitations_guest ON invitations(guest);

    -- A right given in the household `against`, to which another one objects. `seen_at` is when an agent said to have
    -- seen it; it ends by who objected, or by the agent who decides.
    CREATE TABLE objections (
        id INTEGER PRIMARY KEY,
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        against INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        contact INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        child INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        what TEXT NOT NULL CHECK (what IN ('collect', 'emergency')),
        at TEXT NOT NULL,
        seen_at TEXT,
        seen_by INTEGER REFERENCES agents(id),
        ended_at TEXT,
        ended_by INTEGER REFERENCES agents(id),
        outcome TEXT CHECK (outcome IN ('dropped', 'lifted', 'upheld')),
        CHECK ((seen_at IS NULL) = (seen_by IS NULL)),
        CHECK ((ended_at IS NULL) = (outcome IS NULL)),
        CHECK ((ended_by IS NULL) = (outcome IS NULL OR outcome = 'dropped'))
    ) STRICT;
    CREATE UNIQUE INDEX objections_open ON objections(household, contact, child, what) WHERE ended_at IS NULL;
    CREATE INDEX objections_household ON objections(household);
    CREATE INDEX objections_against ON objections(against);
    CREATE INDEX objections_contact ON objections(contact);
    CREATE INDEX objections_child ON objections(child);
    CREATE INDEX objections_unseen ON objections(at) WHERE seen_at IS NULL;

    CREATE TABLE journal_of_two_homes (
        id INTEGER PRIMARY KEY,
        dossier INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        agent INTEGER REFERENCES agents(id),
        action TEXT NOT NULL CHECK (action IN ('deposited', 'declared', 'withdrawn', 'declined', 'opened', 'read',
            'found', 'decided', 'answered', 'reopened', 'set_aside', 'invited', 'joined', 'objected',
            'objection_dropped', 'objection_lifted', 'objection_upheld')),
        person INTEGER REFERENCES people(id) ON DELETE CASCADE,
        detail TEXT
    ) STRICT;
    INSERT INTO journal_of_two_homes SELECT id, dossier, at, agent, action, person, detail FROM journal;
    DROP TABLE journal;
    ALTER TABLE journal_of_two_homes RENAME TO journal;
    CREATE INDEX journal_dossier ON journal(dossier);

    CREATE TABLE agent_journal_of_two_homes (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        agent INTEGER NOT NULL REFERENCES agents(id),
        action TEXT NOT NULL CHECK (
            action IN ('created', 'reset', 'dismissed', 'password_changed', 'signed_in', 'signed_out',
                'wrong_password', 'wrong_code', 'recovery_code', 'held_back', 'looked_up', 'opened', 'read', 'found',
                'decided', 'answered', 'reopened', 'set_aside', 'withdrawal_seen', 'amendment_seen',
                'objection_seen', 'objection_lifted', 'objection_upheld')),
        reference TEXT
    ) STRICT;
    INSERT INTO agent_journal_of_two_homes SELECT id, at, agent, action, reference FROM agent_journal;
    DROP TABLE agent_journal;
    ALTER TABLE agent_journal_of_two_homes RENAME TO agent_journal;
    CREATE INDEX agent_journal_agent ON agent_journal(agent);
    """)


@migrations()
def m0013_queue_and_search(db: Database) -> None:
    """The words that people are found by, who has which dossier before their eyes, and the queue's indexes."""
    db.executescript("""
    -- Folded by the portal alone: another program that writes here only marks whom to fold anew.
    CREATE TABLE people_search (
        person INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        word TEXT NOT NULL,
        PRIMARY KEY (person, word)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX people_search_word ON people_search(word);
    CREATE TABLE people_to_fold (person INTEGER PRIMARY KEY) STRICT;
    INSERT INTO people_to_fold SELECT id FROM people;
    -- Not OR IGNORE: the statement that fires a trigger has its own way with conflicts, which would hold here too.

    CREATE TRIGGER people_added AFTER INSERT ON people
        BEGIN INSERT INTO people_to_fold SELECT new.id
            WHERE NOT EXISTS (SELECT 1 FROM people_to_fold WHERE person = new.id); END;
    CREATE TRIGGER people_changed AFTER UPDATE ON people
        BEGIN INSERT INTO people_to_fold SELECT new.id
            WHERE NOT EXISTS (SELECT 1 FROM people_to_fold WHERE person = new.id); END;
    CREATE TRIGGER household_members_added AFTER INSERT ON household_members
        BEGIN INSERT INTO people_to_fold SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM people_to_fold WHERE person = new.person); END;
    CREATE TRIGGER household_members_gone AFTER DELETE ON household_members
        BEGIN INSERT INTO people_to_fold SELECT old.person
            WHERE NOT EXISTS (SELECT 1 FROM people_to_fold WHERE person = old.person); END;
    CREATE TRIGGER addresses_added AFTER INSERT ON addresses
        BEGIN INSERT INTO people_to_fold SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM people_to_fold WHERE person = new.person); END;
    CREATE TRIGGER addresses_changed AFTER UPDATE ON addresses
        BEGIN INSERT INTO people_to_fold SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM people_to_fold WHERE person = new.person); END;
    CREATE TRIGGER addresses_gone AFTER DELETE ON addresses
        BEGIN INSERT INTO people_to_fold SELECT old.person
            WHERE NOT EXISTS (SELECT 1 FROM people_to_fold WHERE person = old.person); END;
    CREATE TRIGGER declarations_added AFTER INSERT ON declarations
        BEGIN INSERT INTO people_to_fold SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM people_to_fold WHERE person = new.person); END;
    CREATE TRIGGER declarations_changed AFTER UPDATE ON declarations
        BEGIN INSERT INTO people_to_fold SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM people_to_fold WHERE person = new.person); END;
    CREATE TRIGGER dossier_people_added AFTER INSERT ON dossier_people
        BEGIN INSERT INTO people_to_fold SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM people_to_fold WHERE person = new.person); END;
    CREATE TRIGGER dossier_people_changed AFTER UPDATE ON dossier_people
        BEGIN INSERT INTO people_to_fold SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM people_to_fold WHERE person = new.person); END;
    CREATE TRIGGER dossier_people_gone AFTER DELETE ON dossier_people
        BEGIN INSERT INTO people_to_fold SELECT old.person
            WHERE NOT EXISTS (SELECT 1 FROM people_to_fold WHERE person = old.person); END;
    CREATE TRIGGER accounts_added AFTER INSERT ON accounts
        BEGIN INSERT INTO people_to_fold SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM people_to_fold WHERE person = new.person); END;
    CREATE TRIGGER accounts_changed AFTER UPDATE OF email, person, household ON accounts
        BEGIN INSERT INTO people_to_fold SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM people_to_fold WHERE person = new.person); END;
    CREATE TRIGGER households_changed AFTER UPDATE OF enfance_key ON households BEGIN
        INSERT INTO people_to_fold SELECT DISTINCT person FROM accounts WHERE household = new.id
            AND NOT EXISTS (SELECT 1 FROM people_to_fold AS marked WHERE marked.person = accounts.person);
    END;

    -- Who may be declared twice.
    CREATE INDEX people_birthdate ON people(birthdate) WHERE birthdate IS NOT NULL;
    CREATE INDEX people_mobile ON people(mobile) WHERE mobile IS NOT NULL;
    CREATE INDEX people_phone ON people(phone) WHERE phone IS NOT NULL;

    -- An agent has a dossier before their eyes until `active_at` is long past, or NULL once they left it for another.
    CREATE TABLE takings (
        dossier INTEGER PRIMARY KEY REFERENCES dossiers(id) ON DELETE CASCADE,
        agent INTEGER NOT NULL REFERENCES agents(id) ON DELETE CASCADE,
        since TEXT NOT NULL,
        active_at TEXT
    ) STRICT;
    CREATE INDEX takings_agent ON takings(agent);

    -- What waits for the town hall, in the order of its queue; what waits for the family.
    CREATE INDEX dossiers_waiting ON dossiers(coalesce(corrected_at, deposited_at), id) WHERE answered_at IS NULL;
    CREATE INDEX dossier_people_to_correct ON dossier_people(dossier)
        WHERE withdrawn_at IS NULL AND answered_at IS NOT NULL AND decision = 'to_correct';
    """)


@migrations()
def m0014_notes_and_corrections(db: Database) -> None:
    """What agents change for a family, at the counter or on the phone, and the notes that they keep about it."""
    db.executescript("""
    -- With a source, it is the agent of `seen_by` who made the change.
    ALTER TABLE amendments ADD COLUMN source TEXT CHECK (source IN ('counter', 'phone'));
    ALTER TABLE declarations ADD COLUMN by_town INTEGER NOT NULL DEFAULT 0 CHECK (by_town IN (0, 1));

    -- `form` is drawn with the page on which a note is written: sent twice, it is one note.
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY,
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        kind TEXT NOT NULL CHECK (kind IN ('note', 'reached', 'message', 'absent', 'situation')),
        text TEXT NOT NULL,
        at TEXT NOT NULL,
        agent INTEGER NOT NULL REFERENCES agents(id),
        form TEXT NOT NULL UNIQUE,
        corrected_at TEXT,
        ended_at TEXT,
        ended_by INTEGER REFERENCES agents(id),
        CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
        CHECK (ended_at IS NULL OR kind = 'situation')
    ) STRICT;
    CREATE INDEX notes_household ON notes(household);
    """)


@migrations()
def m0015_answers_held_and_refused_mails(db: Database) -> None:
    """An answer's mails wait ten minutes, and what it changed may be put back; mails that came back are known."""
    db.executescript("""
    -- An answer as it was sent to a family. `undo`, until its mails leave, is what it changed: rows, before and after.
    CREATE TABLE replies (
        id INTEGER PRIMARY KEY,
        dossier INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        undo TEXT CHECK (undo IS NULL OR json_valid(undo))
    ) STRICT;
    CREATE INDEX replies_dossier ON replies(dossier);

    -- The answer that wrote a mail; who it is for, and their address, hashed: what a mail that comes back is told by.
    ALTER TABLE outbox ADD COLUMN reply INTEGER REFERENCES replies(id) ON DELETE SET NULL;
    ALTER TABLE outbox ADD COLUMN household INTEGER REFERENCES households(id) ON DELETE SET NULL;
    ALTER TABLE outbox ADD COLUMN person INTEGER REFERENCES people(id) ON DELETE SET NULL;
    ALTER TABLE outbox ADD COLUMN address_hmac TEXT;
    CREATE INDEX outbox_reply ON outbox(reply) WHERE reply IS NOT NULL;
    CREATE INDEX outbox_household ON outbox(household) WHERE household IS NOT NULL;
    CREATE INDEX outbox_person ON outbox(person) WHERE person IS NOT NULL;

    -- The last mail to someone that their mail server refused: for good, or for now; as long as it is their address.
    CREATE TABLE bounces (
        person INTEGER PRIMARY KEY REFERENCES people(id) ON DELETE CASCADE,
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        email TEXT NOT NULL,
        at TEXT NOT NULL,
        status TEXT NOT NULL,
        permanent INTEGER NOT NULL CHECK (permanent IN (0, 1))
    ) STRICT;
    CREATE INDEX bounces_household ON bounces(household);
    """)


@migrations()
def m0016_likenesses(db: Database) -> None:
    """Who may be declared twice, who said that they are not, and what was joined, kept to be put back.

    Everyone known is written down as changed: the portal compares them once it runs, fifty at a time.
    """
    db.executescript("""
    -- Who changed since they were last compared, by whatever means: the triggers below write it.
    CREATE TABLE likeness_due (
        person INTEGER NOT NULL UNIQUE REFERENCES people(id) ON DELETE CASCADE
    ) STRICT;
    -- What someone is looked for by: a crowd of others is never read.
    CREATE TABLE likeness_keys (
        key TEXT NOT NULL,
        person INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        PRIMARY KEY (key, person)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX likeness_keys_person ON likeness_keys(person);

    -- `score` is out of a hundred; an agent may have said that they are two people.
    CREATE TABLE likenesses (
        id INTEGER PRIMARY KEY,
        one INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        other INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
        reasons TEXT NOT NULL CHECK (json_valid(reasons)),
        found_at TEXT NOT NULL,
        set_aside_at TEXT,
        set_aside_by INTEGER REFERENCES agents(id),
        UNIQUE (one, other),
        CHECK (one < other),
        CHECK ((set_aside_at IS NULL) = (set_aside_by IS NULL))
    ) STRICT;
    CREATE INDEX likenesses_other ON likenesses(other);
    CREATE INDEX likenesses_open ON likenesses(one, other) WHERE set_aside_at IS NULL;

    -- No « OR IGNORE »: the statement that fires a trigger says what becomes of its conflicts.
    CREATE TRIGGER people_due AFTER INSERT ON people BEGIN
        INSERT INTO likeness_due SELECT new.id
            WHERE NOT EXISTS (SELECT 1 FROM likeness_due WHERE person = new.id);
    END;
    CREATE TRIGGER people_due_again AFTER UPDATE ON people BEGIN
        INSERT INTO likeness_due SELECT new.id
            WHERE NOT EXISTS (SELECT 1 FROM likeness_due WHERE person = new.id);
    END;
    CREATE TRIGGER members_due AFTER INSERT ON household_members BEGIN
        INSERT INTO likeness_due SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM likeness_due WHERE person = new.person);
    END;
    CREATE TRIGGER members_due_gone AFTER DELETE ON household_members BEGIN
        INSERT INTO likeness_due SELECT id FROM people WHERE id = old.person
            AND NOT EXISTS (SELECT 1 FROM likeness_due WHERE person = id);
    END;
    CREATE TRIGGER lines_due AFTER INSERT ON dossier_people BEGIN
        INSERT INTO likeness_due SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM likeness_due WHERE person = new.person);
    END;
    CREATE TRIGGER lines_due_again AFTER UPDATE ON dossier_people BEGIN
        INSERT INTO likeness_due SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM likeness_due WHERE person = new.person);
    END;
    CREATE TRIGGER addresses_due AFTER INSERT ON addresses BEGIN
        INSERT INTO likeness_due SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM likeness_due WHERE person = new.person);
    END;
    CREATE TRIGGER addresses_due_again AFTER UPDATE ON addresses BEGIN
        INSERT INTO likeness_due SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM likeness_due WHERE person = new.person);
    END;
    CREATE TRIGGER accounts_due AFTER UPDATE OF email, activated_at ON accounts BEGIN
        INSERT INTO likeness_due SELECT new.person
            WHERE NOT EXISTS (SELECT 1 FROM likeness_due WHERE person = new.person);
    END;
    INSERT INTO likeness_due SELECT id FROM people ORDER BY id;

    -- Two records, or two households, made one: `rows` holds what each row was, to be put back within a month as long
    -- as `left_as`, what was left, is so still. `touched` are the numbers it is about; `gone_…`, the highest of those
    -- that nobody else may be given meanwhile. `other` is the second home, if there still are two.
    CREATE TABLE merges (
        id INTEGER PRIMARY KEY,
        likeness INTEGER NOT NULL,
        at TEXT NOT NULL,
        agent INTEGER NOT NULL REFERENCES agents(id),
        kind TEXT NOT NULL CHECK (kind IN ('record', 'homes', 'family')),
        person INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        other INTEGER REFERENCES households(id) ON DELETE CASCADE,
        gone_person INTEGER NOT NULL,
        gone_household INTEGER,
        gone_account INTEGER,
        touched TEXT NOT NULL CHECK (json_valid(touched)),
        rows TEXT NOT NULL CHECK (json_valid(rows)),
        left_as TEXT NOT NULL CHECK (json_valid(left_as))
    ) STRICT;
    CREATE INDEX merges_person ON merges(person);
    CREATE INDEX merges_household ON merges(household);
    CREATE INDEX merges_other ON merges(other);
    CREATE INDEX merges_likeness ON merges(likeness);
    """)


@migrations()
def m0017_handed_over(db: Database) -> None:
    """What leaves for the town's software: the exports, what that software holds, the consumers of the API."""
    db.executescript("""
    CREATE TABLE exports (
        id INTEGER PRIMARY KEY,
        profile TEXT NOT NULL,
        at TEXT NOT NULL,
        agent INTEGER NOT NULL REFERENCES agents(id),
        changes_only INTEGER NOT NULL CHECK (changes_only IN (0, 1)),
        families INTEGER NOT NULL,
        people INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX exports_profile ON exports(profile, at);

    -- What the software of a profile was given of a household, and holds until an agent says that it was taken out:
    -- `held` has numbers alone, and outlives the household. `reference` is that of its last dossier.
    CREATE TABLE handed_over (
        profile TEXT NOT NULL,
        household INTEGER NOT NULL,
        at TEXT NOT NULL,
        digest TEXT NOT NULL,
        reference TEXT NOT NULL,
        held TEXT NOT NULL CHECK (json_valid(held)),
        PRIMARY KEY (profile, household)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX handed_over_household ON handed_over(household);

    -- The software that reads the API, each with a token of its own; its seal is the digest of it.
    CREATE TABLE api_consumers (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        token_sha256 TEXT NOT NULL UNIQUE,
        created_at TEXT NOT NULL,
        seen_at TEXT,
        revoked_at TEXT
    ) STRICT;
    CREATE TABLE api_calls (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        consumer INTEGER NOT NULL REFERENCES api_consumers(id),
        resource TEXT NOT NULL,
        items INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX api_calls_consumer ON api_calls(consumer, at);

    -- The numbers of who was deleted are not given again: other software knows them.
    CREATE TABLE last_numbers (
        of TEXT PRIMARY KEY CHECK (of IN ('people', 'households')),
        number INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    INSERT INTO last_numbers SELECT 'people', coalesce(max(id), 0) FROM people;
    INSERT INTO last_numbers SELECT 'households', coalesce(max(id), 0) FROM households;
    CREATE TRIGGER people_number AFTER DELETE ON people
        BEGIN UPDATE last_numbers SET number = max(number, old.id) WHERE of = 'people'; END;
    CREATE TRIGGER households_number AFTER DELETE ON households
        BEGIN UPDATE last_numbers SET number = max(number, old.id) WHERE of = 'households'; END;

    -- When what is true of a household was last seen to have changed: NULL until it is seen, as the clock is not SQL's.
    -- It outlives the household.
    CREATE TABLE family_changes (
        household INTEGER PRIMARY KEY,
        at TEXT
    ) STRICT;
    CREATE INDEX family_changes_at ON family_changes(at);
    INSERT INTO family_changes SELECT id, NULL FROM households;
    """)
    db.executescript("""
    -- Whatever writes or deletes a fact of a household notes it, in the same transaction. A household that is deleted
    -- has its members deleted.
    CREATE TRIGGER family_households_changed AFTER UPDATE OF enfance_key, key_origin ON households BEGIN
        INSERT INTO family_changes SELECT new.id, NULL WHERE true ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_members_added AFTER INSERT ON household_members BEGIN
        INSERT INTO family_changes SELECT new.household, NULL WHERE true ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_members_changed AFTER UPDATE ON household_members BEGIN
        INSERT INTO family_changes SELECT new.household, NULL WHERE true ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_members_deleted AFTER DELETE ON household_members BEGIN
        INSERT INTO family_changes SELECT old.household, NULL WHERE true ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_residences_added AFTER INSERT ON residences BEGIN
        INSERT INTO family_changes SELECT new.household, NULL WHERE true ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_residences_changed AFTER UPDATE ON residences BEGIN
        INSERT INTO family_changes SELECT new.household, NULL WHERE true ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_residences_deleted AFTER DELETE ON residences BEGIN
        INSERT INTO family_changes SELECT old.household, NULL WHERE true ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_objections_added AFTER INSERT ON objections BEGIN
        INSERT INTO family_changes SELECT new.against, NULL WHERE true ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_objections_changed AFTER UPDATE ON objections BEGIN
        INSERT INTO family_changes SELECT new.against, NULL WHERE true ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_objections_deleted AFTER DELETE ON objections BEGIN
        INSERT INTO family_changes SELECT old.against, NULL WHERE true ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_people_changed AFTER UPDATE ON people BEGIN
        INSERT INTO family_changes SELECT household, NULL FROM household_members WHERE person = new.id
            ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_addresses_added AFTER INSERT ON addresses BEGIN
        INSERT INTO family_changes SELECT household, NULL FROM household_members WHERE person = new.person
            ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_addresses_changed AFTER UPDATE ON addresses BEGIN
        INSERT INTO family_changes SELECT household, NULL FROM household_members WHERE person = new.person
            ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_addresses_deleted AFTER DELETE ON addresses BEGIN
        INSERT INTO family_changes SELECT household, NULL FROM household_members WHERE person = old.person
            ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_links_added AFTER INSERT ON family_links BEGIN
        INSERT INTO family_changes SELECT household, NULL FROM household_members WHERE person = new.adult
            ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_links_changed AFTER UPDATE ON family_links BEGIN
        INSERT INTO family_changes SELECT household, NULL FROM household_members WHERE person = new.adult
            ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_links_deleted AFTER DELETE ON family_links BEGIN
        INSERT INTO family_changes SELECT household, NULL FROM household_members WHERE person = old.adult
            ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_rights_added AFTER INSERT ON contact_rights BEGIN
        INSERT INTO family_changes SELECT household, NULL FROM household_members WHERE person = new.contact
            ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_rights_changed AFTER UPDATE ON contact_rights BEGIN
        INSERT INTO family_changes SELECT household, NULL FROM household_members WHERE person = new.contact
            ON CONFLICT DO UPDATE SET at = NULL; END;
    CREATE TRIGGER family_rights_deleted AFTER DELETE ON contact_rights BEGIN
        INSERT INTO family_changes SELECT household, NULL FROM household_members WHERE person = old.contact
            ON CONFLICT DO UPDATE SET at = NULL; END;
    """)


@migrations()
def m0018_one_day_and_figures(db: Database) -> None:
    """Who a parent lets collect a child on one day; what the figures of the town hall are read by."""
    db.executescript("""
    -- It ends by itself with the day. `contested_by` is another home of the child, which objects; `seen_at` is when an
    -- agent said to have seen it as it is.
    CREATE TABLE one_day (
        id INTEGER PRIMARY KEY,
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        child INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        day TEXT NOT NULL,
        name TEXT NOT NULL,
        phone TEXT NOT NULL,
        given_at TEXT NOT NULL,
        withdrawn_at TEXT,
        contested_at TEXT,
        contested_by INTEGER REFERENCES households(id) ON DELETE SET NULL,
        seen_at TEXT,
        seen_by INTEGER REFERENCES agents(id),
        CHECK (contested_by IS NULL OR contested_at IS NOT NULL),
        CHECK ((seen_at IS NULL) = (seen_by IS NULL))
    ) STRICT;
    CREATE UNIQUE INDEX one_day_given ON one_day(household, child, day, name) WHERE withdrawn_at IS NULL;
    CREATE INDEX one_day_child ON one_day(child);
    CREATE INDEX one_day_day ON one_day(day);
    CREATE INDEX one_day_contested_by ON one_day(contested_by) WHERE contested_by IS NOT NULL;
    CREATE INDEX one_day_unseen ON one_day(day) WHERE seen_at IS NULL;

    CREATE INDEX dossiers_deposited_at ON dossiers(deposited_at);
    """)


@migrations()
def m0019_motives_administrators_and_traces(db: Database) -> None:
    """Motives that the town edits, agents invited by an administrator, what is kept of who read a family deleted."""
    db.executescript("""
    -- Why someone is refused or has to be corrected. What is said under a code never changes: said otherwise, it is
    -- another code, which replaces this one. `roles` are those whom it may be said of.
    CREATE TABLE motives (
        code TEXT PRIMARY KEY,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        sentence TEXT NOT NULL,
        roles TEXT NOT NULL CHECK (json_valid(roles)),
        retired_at TEXT,
        replaced_by TEXT REFERENCES motives(code),
        CHECK (replaced_by IS NULL OR retired_at IS NOT NULL)
    ) STRICT;
    CREATE UNIQUE INDEX motives_offered ON motives(name) WHERE retired_at IS NULL;

    ALTER TABLE agents ADD COLUMN name TEXT;
    -- A link that sets the password, not used yet; it serves until `invited_until`.
    ALTER TABLE agents ADD COLUMN invitation_sha256 TEXT;
    ALTER TABLE agents ADD COLUMN invited_until TEXT;
    CREATE UNIQUE INDEX agents_invitation ON agents(invitation_sha256);
    ALTER TABLE agents ADD COLUMN wider_role TEXT NOT NULL DEFAULT 'accueil'
        CHECK (wider_role IN ('instructeur', 'accueil', 'administrateur'));
    UPDATE agents SET wider_role = role;
    ALTER TABLE agents DROP COLUMN role;
    ALTER TABLE agents RENAME COLUMN wider_role TO role;

    -- What agents did in a family that was deleted: it is known by a keyed hash of its number, and by nothing else.
    CREATE TABLE traces (
        id INTEGER PRIMARY KEY,
        family TEXT NOT NULL,
        agent INTEGER REFERENCES agents(id),
        action TEXT NOT NULL,
        at TEXT NOT NULL,
        deleted_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX traces_family ON traces(family);

    -- What is to be deleted, told to the town before it is; `number` is that of a household, a dossier or a person.
    CREATE TABLE deletions_announced (
        kind TEXT NOT NULL CHECK (kind IN ('inactive', 'closed', 'withdrawn')),
        number INTEGER NOT NULL,
        household INTEGER NOT NULL REFERENCES households(id) ON DELETE CASCADE,
        announced_at TEXT NOT NULL,
        PRIMARY KEY (kind, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX deletions_announced_household ON deletions_announced(household);
    """)
    every = '["representative", "co_representative", "child", "contact"]'
    for position, (code, name, sentence) in enumerate(_MOTIVES):
        db.execute(
            "INSERT INTO motives (code, position, name, sentence, roles) VALUES (?, ?, ?, ?, ?)",
            (code, position, name, sentence, '["contact"]' if code == "contact_declined" else every),
        )


_MOTIVES = (
    ("duplicate", "Doublon", "Cette personne est déjà connue de la mairie."),
    ("outside_town", "Hors commune", "L'adresse indiquée n'est pas dans la commune."),
    ("missing_information", "Information manquante", "Il manque une information."),
    ("address_to_confirm", "Adresse à confirmer", "L'adresse est à confirmer."),
    ("parental_authority", "Autorité parentale à préciser", "Il faut préciser qui exerce l'autorité parentale."),
    ("contact_declined", "Contact refusé par la personne", "Cette personne ne souhaite pas être contact."),
    ("test_or_error", "Demande de test ou erreur", "Cette demande semble être un essai ou une erreur."),
    ("other", "Autre", ""),
)


@migrations()
def m0021_known_families_by_hand(db: Database) -> None:
    """Families known found by nearly their names, and households that an agent ties to one."""
    db.executescript("""
    -- Folded, to find by either a family that is nearly that of a household.
    ALTER TABLE known_families ADD COLUMN surname TEXT NOT NULL DEFAULT '';
    ALTER TABLE known_families ADD COLUMN first_name TEXT NOT NULL DEFAULT '';
    CREATE INDEX known_families_surname ON known_families(surname);
    CREATE INDEX known_families_first_name ON known_families(first_name, surname);
    CREATE INDEX households_known_family ON households(known_family) WHERE known_family IS NOT NULL;

    ALTER TABLE households ADD COLUMN wider_recognition TEXT
        CHECK (wider_recognition IN ('email', 'name', 'agent', 'set_aside'));
    UPDATE households SET wider_recognition = recognition;
    ALTER TABLE households DROP COLUMN recognition;
    ALTER TABLE households RENAME COLUMN wider_recognition TO recognition;
    CREATE INDEX households_tied ON households(id) WHERE recognition = 'agent';
    """)
    for number, birth_name, given_name in db.execute(
        "SELECT id, birth_name, given_name FROM known_families"
    ).fetchall():
        db.execute(
            "UPDATE known_families SET surname = ?, first_name = ? WHERE id = ?",
            (folded(birth_name), folded(given_name), number),
        )


@migrations()
def m0022_journals(db: Database) -> None:
    """All that agents, families and commands may do since the journals were last written down."""
    db.executescript("""
    CREATE TABLE journal_of_more (
        id INTEGER PRIMARY KEY,
        dossier INTEGER NOT NULL REFERENCES dossiers(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        agent INTEGER REFERENCES agents(id),
        action TEXT NOT NULL CHECK (action IN ('deposited', 'declared', 'withdrawn', 'declined', 'opened', 'read',
            'found', 'decided', 'answered', 'recalled', 'reopened', 'set_aside', 'invited', 'joined', 'objected',
            'objection_dropped', 'objection_lifted', 'objection_upheld', 'corrected', 'right_removed', 'noted',
            'told_apart', 'doubted', 'merged', 'unmerged', 'tied')),
        person INTEGER REFERENCES people(id) ON DELETE CASCADE,
        detail TEXT
    ) STRICT;
    INSERT INTO journal_of_more SELECT id, dossier, at, agent, action, person, detail FROM journal;
    DROP TABLE journal;
    ALTER TABLE journal_of_more RENAME TO journal;
    CREATE INDEX journal_dossier ON journal(dossier);
    CREATE INDEX journal_answered ON journal(at) WHERE action = 'answered';

    -- Without an agent, a command did it; `subject` is the agent whom it was done to, or whose acts were looked up.
    CREATE TABLE agent_journal_of_more (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        agent INTEGER REFERENCES agents(id),
        action TEXT NOT NULL CHECK (
            action IN ('created', 'reset', 'dismissed', 'password_changed', 'signed_in', 'signed_out',
                'wrong_password', 'wrong_code', 'recovery_code', 'held_back', 'looked_up', 'opened', 'read', 'found',
                'decided', 'answered', 'recalled', 'reopened', 'set_aside', 'withdrawal_seen', 'amendment_seen',
                'objection_seen', 'objection_lifted', 'objection_upheld', 'corrected', 'right_removed', 'noted',
                'agent_invited', 'invitation_used', 'role_changed', 'agent_removed', 'motives_changed', 'traced',
                'copied', 'erased', 'told_apart', 'doubted', 'merged', 'unmerged', 'export_previewed', 'exported',
                'taken_out', 'one_day_seen', 'gate_opened', 'tied', 'families_imported')),
        reference TEXT,
        subject INTEGER REFERENCES agents(id)
    ) STRICT;
    INSERT INTO agent_journal_of_more (id, at, agent, action, reference)
        SELECT id, at, agent, action, reference FROM agent_journal;
    DROP TABLE agent_journal;
    ALTER TABLE agent_journal_of_more RENAME TO agent_journal;
    CREATE INDEX agent_journal_at ON agent_journal(at);
    CREATE INDEX agent_journal_agent ON agent_journal(agent, at);
    CREATE INDEX agent_journal_subject ON agent_journal(subject, at);
    CREATE INDEX agent_journal_reference ON agent_journal(reference, at);
    """)


@migrations()
def m0023_mails_returned_and_former_numbers(db: Database) -> None:
    """What became of a mail after it left; which numbers and seals those who were joined have in older copies."""
    db.executescript("""
    -- The status (RFC 3463) that a server gave who sent the mail back.
    ALTER TABLE outbox ADD COLUMN returned TEXT;

    -- The home that objected is deleted.
    UPDATE one_day SET contested_at = NULL, seen_at = NULL, seen_by = NULL
        WHERE contested_at IS NOT NULL AND contested_by IS NULL;

    -- `was`: the seal of a household joined with this one, or the number of a person joined with this one.
    CREATE TABLE former_numbers (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        household INTEGER REFERENCES households(id) ON DELETE CASCADE,
        person INTEGER REFERENCES people(id) ON DELETE CASCADE,
        was TEXT NOT NULL,
        CHECK ((household IS NULL) <> (person IS NULL))
    ) STRICT;
    CREATE INDEX former_numbers_household ON former_numbers(household);
    CREATE INDEX former_numbers_person ON former_numbers(person);
    INSERT INTO former_numbers (at, household, was)
        SELECT at, household, row.value -> 2 ->> 'seal' FROM merges, json_each(merges.rows) AS row
        WHERE kind = 'family' AND row.value ->> 0 = 'households' AND row.value ->> 3 IS NULL;
    INSERT INTO former_numbers (at, person, was)
        SELECT at, person, row.value ->> 1 ->> 0 FROM merges, json_each(merges.rows) AS row
        WHERE row.value ->> 0 = 'people' AND row.value ->> 3 IS NULL;
    -- Of two families that were joined, it was not written down which child is which.
    INSERT INTO former_numbers (at, person, was)
        SELECT at, members.person, row.value ->> 1 ->> 0 FROM merges, json_each(merges.rows) AS row
            JOIN household_members AS members ON members.household = merges.household
        WHERE kind = 'family' AND members.person <> merges.person
            AND row.value ->> 0 = 'people' AND row.value ->> 3 IS NULL;
    """)


@migrations()
def m0024_child_files(db: Database) -> None:
    """The dossier administratif of each child and school year, its drafts, and what its parents authorise."""
    db.executescript("""
    CREATE TABLE child_files (
        id INTEGER PRIMARY KEY,
        child INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        year TEXT NOT NULL,
        deposited_at TEXT NOT NULL,
        deposited_by INTEGER REFERENCES accounts(id) ON DELETE SET NULL,
        updated_at TEXT NOT NULL,
        -- The menu served, never why; whether there is a PAI, never which. NULL for what was not asked.
        meal TEXT,
        pai INTEGER CHECK (pai IN (0, 1)),
        -- When the health answers were sealed in the other database.
        sealed_at TEXT,
        UNIQUE (child, year)
    ) STRICT;
    CREATE INDEX child_files_year ON child_files(year);
    CREATE INDEX child_files_deposited_by ON child_files(deposited_by);

    CREATE TABLE child_file_answers (
        file INTEGER NOT NULL REFERENCES child_files(id) ON DELETE CASCADE,
        step TEXT NOT NULL CHECK (step <> 'sante'),
        data TEXT NOT NULL CHECK (json_valid(data)),
        PRIMARY KEY (file, step)
    ) STRICT, WITHOUT ROWID;

    -- Each answer of each parent, kept: what holds is their last one.
    CREATE TABLE authorisations (
        id INTEGER PRIMARY KEY,
        child INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        year TEXT NOT NULL,
        purpose TEXT NOT NULL,
        given INTEGER NOT NULL CHECK (given IN (0, 1)),
        account INTEGER REFERENCES accounts(id) ON DELETE SET NULL,
        person INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        withdrawn_at TEXT
    ) STRICT;
    CREATE INDEX authorisations_child ON authorisations(child, year);
    CREATE INDEX authorisations_person ON authorisations(person);
    CREATE INDEX authorisations_account ON authorisations(account);

    -- « <child>/<year> » of a draft that its account's session opens; one for each.
    ALTER TABLE drafts ADD COLUMN subject TEXT;
    ALTER TABLE drafts ADD COLUMN wider_kind TEXT NOT NULL DEFAULT 'child_file'
        CHECK (wider_kind IN ('signup', 'entourage', 'child_file'));
    UPDATE drafts SET wider_kind = kind;
    ALTER TABLE drafts DROP COLUMN kind;
    ALTER TABLE drafts RENAME COLUMN wider_kind TO kind;
    CREATE UNIQUE INDEX drafts_subject ON drafts(account, kind, subject) WHERE subject IS NOT NULL;
    """)


@migrations()
def m0025_documents(db: Database) -> None:
    """The documents of the families, whose bytes are in another file, and who opened them."""
    db.executescript("""
    -- `id` is drawn at random, and says nothing; the bytes are kept under it in documents.db before the row is.
    CREATE TABLE documents (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        child INTEGER REFERENCES people(id) ON DELETE CASCADE,
        household INTEGER REFERENCES households(id) ON DELETE CASCADE,
        -- The school year it was given for, and the last one that it serves.
        year TEXT NOT NULL,
        last_year TEXT NOT NULL CHECK (last_year >= year),
        -- promised: « je l'apporterai en mairie », there are no bytes.
        state TEXT NOT NULL CHECK (state IN ('promised', 'received', 'accepted', 'refused')),
        reason TEXT CHECK (reason IN ('illegible', 'expired', 'wrong_document', 'missing_page')),
        deposited_at TEXT NOT NULL,
        deposited_by INTEGER REFERENCES accounts(id) ON DELETE SET NULL,
        decided_at TEXT,
        decided_by INTEGER REFERENCES agents(id) ON DELETE SET NULL,
        valid_until TEXT,
        media_type TEXT,
        pages INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL DEFAULT 0,
        analysed INTEGER NOT NULL DEFAULT 0 CHECK (analysed IN (0, 1)),
        CHECK ((child IS NULL) <> (household IS NULL)),
        CHECK ((reason IS NOT NULL) = (state = 'refused')),
        CHECK ((media_type IS NULL) = (state = 'promised'))
    ) STRICT;
    CREATE INDEX documents_child ON documents(child, kind);
    CREATE INDEX documents_household ON documents(household, kind);
    CREATE INDEX documents_deposited_by ON documents(deposited_by);
    CREATE INDEX documents_decided_by ON documents(decided_by);
    CREATE INDEX documents_last_year ON documents(last_year);

    -- What is deleted, in whatever way, and whose bytes are still to be: they go once this has been committed.
    CREATE TABLE documents_gone (document INTEGER PRIMARY KEY) STRICT;
    CREATE TRIGGER documents_gone AFTER DELETE ON documents WHEN old.state <> 'promised' BEGIN
        INSERT OR IGNORE INTO documents_gone VALUES (old.id);
    END;

    -- Who opened a document, or a child's envelope of one year.
    CREATE TABLE openings (
        id INTEGER PRIMARY KEY,
        document INTEGER REFERENCES documents(id) ON DELETE CASCADE,
        child INTEGER REFERENCES people(id) ON DELETE CASCADE,
        year TEXT,
        agent INTEGER REFERENCES agents(id) ON DELETE SET NULL,
        account INTEGER REFERENCES accounts(id) ON DELETE SET NULL,
        at TEXT NOT NULL,
        CHECK ((document IS NULL) <> (child IS NULL)),
        CHECK ((child IS NULL) = (year IS NULL))
    ) STRICT;
    CREATE INDEX openings_what ON openings(document, child, year);
    CREATE INDEX openings_child ON openings(child, year);
    CREATE INDEX openings_agent ON openings(agent);
    CREATE INDEX openings_account ON openings(account);
    """)


@migrations()
def m0026_health_agents(db: Database) -> None:
    """Agents who open the envelopes on health, and what agents do with the dossiers administratifs."""
    db.executescript("""
    ALTER TABLE agents ADD COLUMN wider_role TEXT NOT NULL DEFAULT 'accueil'
        CHECK (wider_role IN ('instructeur', 'accueil', 'administrateur', 'sante'));
    UPDATE agents SET wider_role = role;
    ALTER TABLE agents DROP COLUMN role;
    ALTER TABLE agents RENAME COLUMN wider_role TO role;

    -- Without an agent, a command did it; `subject` is the agent whom it was done to, or whose acts were looked up.
    CREATE TABLE agent_journal_of_more (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        agent INTEGER REFERENCES agents(id),
        action TEXT NOT NULL CHECK (
            action IN ('created', 'reset', 'dismissed', 'password_changed', 'signed_in', 'signed_out',
                'wrong_password', 'wrong_code', 'recovery_code', 'held_back', 'looked_up', 'opened', 'read', 'found',
                'decided', 'answered', 'recalled', 'reopened', 'set_aside', 'withdrawal_seen', 'amendment_seen',
                'objection_seen', 'objection_lifted', 'objection_upheld', 'corrected', 'right_removed', 'noted',
                'agent_invited', 'invitation_used', 'role_changed', 'agent_removed', 'motives_changed', 'traced',
                'copied', 'erased', 'told_apart', 'doubted', 'merged', 'unmerged', 'export_previewed', 'exported',
                'taken_out', 'one_day_seen', 'gate_opened', 'tied', 'families_imported', 'child_file_read',
                'document_decided', 'documents_answered', 'reminded', 'envelope_opened', 'list_opened')),
        reference TEXT,
        subject INTEGER REFERENCES agents(id)
    ) STRICT;
    INSERT INTO agent_journal_of_more SELECT id, at, agent, action, reference, subject FROM agent_journal;
    DROP TABLE agent_journal;
    ALTER TABLE agent_journal_of_more RENAME TO agent_journal;
    CREATE INDEX agent_journal_at ON agent_journal(at);
    CREATE INDEX agent_journal_agent ON agent_journal(agent, at);
    CREATE INDEX agent_journal_subject ON agent_journal(subject, at);
    CREATE INDEX agent_journal_reference ON agent_journal(reference, at);

    -- When the homes of a child were written to about what its dossier of a year lacks.
    CREATE TABLE reminders (
        child INTEGER NOT NULL REFERENCES people(id) ON DELETE CASCADE,
        year TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (child, year)
    ) STRICT, WITHOUT ROWID;
    """)


@migrations()
def m0027_sessions_of_the_first_days(db: Database) -> None:
    """What the first migration had received once it was out: an installation of its first day lacks it."""
    db.executescript("""
    CREATE TABLE IF NOT EXISTS sessions (
        id_sha256 TEXT PRIMARY KEY,
        account INTEGER REFERENCES accounts(id) ON DELETE CASCADE,
        agent INTEGER REFERENCES agents(id) ON DELETE CASCADE,
        expires_at TEXT NOT NULL,
        CHECK ((account IS NULL) <> (agent IS NULL))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS sessions_account ON sessions(account);

    CREATE TABLE IF NOT EXISTS held_forms (
        token_sha256 TEXT PRIMARY KEY,
        account INTEGER REFERENCES accounts(id) ON DELETE CASCADE,
        agent INTEGER REFERENCES agents(id) ON DELETE CASCADE,
        path TEXT NOT NULL,
        fields TEXT NOT NULL CHECK (json_valid(fields)),
        expires_at TEXT NOT NULL,
        CHECK ((account IS NULL) <> (agent IS NULL))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS held_forms_account ON held_forms(account);
    """)


@migrations()
def m0028_documents_opened(db: Database) -> None:
    """The agents' journal tells which agent opened a document, too."""
    db.executescript("""
    CREATE TABLE agent_journal_of_documents (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        agent INTEGER REFERENCES agents(id),
        action TEXT NOT NULL CHECK (
            action IN ('created', 'reset', 'dismissed', 'password_changed', 'signed_in', 'signed_out',
                'wrong_password', 'wrong_code', 'recovery_code', 'held_back', 'looked_up', 'opened', 'read', 'found',
                'decided', 'answered', 'recalled', 'reopened', 'set_aside', 'withdrawal_seen', 'amendment_seen',
                'objection_seen', 'objection_lifted', 'objection_upheld', 'corrected', 'right_removed', 'noted',
                'agent_invited', 'invitation_used', 'role_changed', 'agent_removed', 'motives_changed', 'traced',
                'copied', 'erased', 'told_apart', 'doubted', 'merged', 'unmerged', 'export_previewed', 'exported',
                'taken_out', 'one_day_seen', 'gate_opened', 'tied', 'families_imported', 'child_file_read',
                'document_opened', 'document_decided', 'documents_answered', 'reminded', 'envelope_opened',
                'list_opened')),
        reference TEXT,
        subject INTEGER REFERENCES agents(id)
    ) STRICT;
    INSERT INTO agent_journal_of_documents SELECT id, at, agent, action, reference, subject FROM agent_journal;
    DROP TABLE agent_journal;
    ALTER TABLE agent_journal_of_documents RENAME TO agent_journal;
    CREATE INDEX agent_journal_at ON agent_journal(at);
    CREATE INDEX agent_journal_agent ON agent_journal(agent, at);
    CREATE INDEX agent_journal_subject ON agent_journal(subject, at);
    CREATE INDEX agent_journal_reference ON agent_journal(reference, at);
    """)


@documents()
def d0001_vault(db: Database) -> None:
    """Documents, their previews and the envelopes on health, each encrypted under a key of its own.

    `key` is that key, wrapped by the one of the year.
    """
    db.executescript("""
    -- Page 0 is the document itself, the others the previews of its pages.
    CREATE TABLE contents (
        document INTEGER NOT NULL,
        page INTEGER NOT NULL,
        year TEXT NOT NULL,
        key BLOB NOT NULL,
        sealed BLOB NOT NULL,
        kept_at TEXT NOT NULL,
        PRIMARY KEY (document, page)
    ) STRICT;
    -- What is asked of all of them is read without their bytes.
    CREATE INDEX contents_year ON contents(year, document);
    CREATE INDEX contents_kept_at ON contents(kept_at, document);

    CREATE TABLE envelopes (
        child INTEGER NOT NULL,
        year TEXT NOT NULL,
        -- Whom it was sealed for: another number than the child's, when two records of a child were joined since.
        origin INTEGER NOT NULL,
        key BLOB NOT NULL,
        sealed BLOB NOT NULL,
        sealed_at TEXT NOT NULL,
        PRIMARY KEY (child, year, origin)
    ) STRICT;
    CREATE INDEX envelopes_year ON envelopes(year);
    """)


@documents()
def d0002_uploads(db: Database) -> None:
    """Files on their way from a phone, part by part, until the document that they make is kept."""
    db.executescript("""
    -- `account`, `child`: numbers of the other file. The number of one that was cancelled is never another's.
    CREATE TABLE uploads (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        account INTEGER NOT NULL,
        child INTEGER NOT NULL,
        year TEXT NOT NULL,
        kind TEXT NOT NULL,
        page INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        size INTEGER NOT NULL,
        received INTEGER NOT NULL DEFAULT 0 CHECK (received <= size),
        whole INTEGER NOT NULL DEFAULT 0 CHECK (whole IN (0, 1)),
        touched_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX uploads_account ON uploads(account, child, year, kind);
    CREATE INDEX uploads_touched_at ON uploads(touched_at);

    -- Each sealed under the key of the year, as the part of this upload that begins at this byte.
    CREATE TABLE upload_parts (
        upload INTEGER NOT NULL REFERENCES uploads(id) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        sealed BLOB NOT NULL,
        PRIMARY KEY (upload, position)
    ) STRICT;

    -- Which document some files made, so that they make no other when they are sent again.
    CREATE TABLE sendings (
        account INTEGER NOT NULL,
        child INTEGER NOT NULL,
        year TEXT NOT NULL,
        kind TEXT NOT NULL,
        digest TEXT NOT NULL,
        document INTEGER NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (account, child, year, kind, digest)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sendings_at ON sendings(at);
    """)


def migrate(db: Database, shape: Migrations = migrations) -> list[str]:
    """Apply what is missing, one process at a time, and return the names of what was applied."""
    with transaction(db):
        missing = pending(db, shape)
        if missing:
            shape.apply(db)
    return missing


def pending(db: Database, shape: Migrations = migrations) -> list[str]:
    """Return the migrations that the database still misses."""
    return [migration.name for migration in shape.pending(db)]


def unknown(db: Database, shape: Migrations = migrations) -> list[str]:
    """Return the migrations it has that are not known here: it was written by a later version."""
    ours = {migration.name for migration in shape.pending(Database(memory=True))}
    return [migration.name for migration in shape.applied(db) if migration.name not in ours]


def known() -> list[str]:
    """Return the migrations of this version, of both files."""
    return [migration.name for shape in (migrations, documents) for migration in shape.pending(Database(memory=True))]
