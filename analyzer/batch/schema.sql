-- The store of a batch (docs/batch.md). One row of `bundles` a ticket; what hangs on it goes when it goes.
-- Times are UTC, ISO 8601. All text of bundles has passed redaction.
PRAGMA user_version = 1;
CREATE TABLE IF NOT EXISTS runs (
  id INTEGER PRIMARY KEY,
  started TEXT NOT NULL,
  ended TEXT,                       -- NULL: it was stopped, or is under way
  knowledge TEXT NOT NULL           -- version of the program, hash of the signatures and of what was asked
);
CREATE TABLE IF NOT EXISTS bundles (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,         -- stands for the source: part of its SHA-256
  name TEXT NOT NULL,               -- the entry of the inbox, printable
  source TEXT,                      -- path or URL; NULL where identities are hidden, and for uploads
  stamp TEXT NOT NULL,              -- what tells that the source changed: size, time, names
  sha256 TEXT,                      -- NULL where it failed
  size INTEGER NOT NULL,            -- bytes as they lie in the inbox
  bytes INTEGER,                    -- bytes that were read of it, unpacked
  status TEXT NOT NULL CHECK (status IN ('analysed', 'failed')),
  reason TEXT,                      -- why it failed
  knowledge TEXT NOT NULL,          -- as in runs
  run INTEGER NOT NULL REFERENCES runs (id),        -- that analysed it
  first_run INTEGER NOT NULL REFERENCES runs (id),  -- that saw it first
  os TEXT,                          -- linux · windows · unknown
  layout TEXT,                      -- which collector made it, in words
  agent TEXT,                       -- version of the guest agent
  system TEXT,                      -- the operating system's own name
  region TEXT,
  vm TEXT,                          -- its name, else its host name
  first_event TEXT, last_event TEXT,
  outcome TEXT,                     -- named · platform · undetermined · not-enough · no-fault
  cause TEXT,                       -- id of the signature
  headline TEXT,
  confidence REAL,                  -- 0 to 1
  happened TEXT,                    -- when the incident ended, else the bundle's last event
  report TEXT                       -- the HTML report, relative to the store
);
CREATE INDEX IF NOT EXISTS bundles_cause ON bundles (cause);
CREATE INDEX IF NOT EXISTS bundles_sha256 ON bundles (sha256);
CREATE TABLE IF NOT EXISTS verdicts (
  bundle INTEGER PRIMARY KEY REFERENCES bundles (id) ON DELETE CASCADE,
  outcome TEXT NOT NULL,
  cause TEXT,
  confidence REAL,
  headline TEXT NOT NULL,
  incident TEXT,                    -- its id in the report
  incident_kind TEXT,               -- backup · extension · agent · provisioning · boot
  incident_code TEXT,               -- the guest's own code
  incident_start TEXT,
  incident_end TEXT
);
CREATE TABLE IF NOT EXISTS causes (
  bundle INTEGER NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
  rank INTEGER NOT NULL,            -- 1 is the best; notes follow
  id TEXT NOT NULL,                 -- of the signature
  title TEXT NOT NULL,
  kind TEXT NOT NULL,               -- fault · platform · note
  state TEXT,
  score REAL NOT NULL,
  confidence REAL,
  explained_by TEXT,                -- the cause that this one follows from
  PRIMARY KEY (bundle, rank)
);
CREATE TABLE IF NOT EXISTS evidence (
  bundle INTEGER NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
  cause TEXT NOT NULL,              -- id in `causes`
  key TEXT NOT NULL,                -- of the evidence in the signature
  role TEXT NOT NULL,
  weight REAL NOT NULL,
  time TEXT,
  source TEXT,
  file TEXT,
  line INTEGER,
  text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS evidence_bundle ON evidence (bundle);
CREATE TABLE IF NOT EXISTS facts (
  bundle INTEGER NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT,                       -- what is no text (numbers, lists, switches) as JSON
  PRIMARY KEY (bundle, name)
);
CREATE TABLE IF NOT EXISTS unknown (
  bundle INTEGER NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
  template TEXT NOT NULL,           -- of errors that no signature knows, the rare and near ones first
  count INTEGER NOT NULL,
  source TEXT
);
CREATE INDEX IF NOT EXISTS unknown_bundle ON unknown (bundle);
CREATE TABLE IF NOT EXISTS timings (
  bundle INTEGER NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
  stage TEXT NOT NULL,
  seconds REAL NOT NULL,
  PRIMARY KEY (bundle, stage)
);
CREATE TABLE IF NOT EXISTS groups (
  key TEXT PRIMARY KEY,             -- of a group of tickets (analyzer/batch/groups.py)
  first_run INTEGER NOT NULL        -- that saw it first
);
