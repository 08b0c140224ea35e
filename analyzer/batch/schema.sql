-- The store of a batch (docs/batch.md). One row of `bundles` a ticket; what hangs on it goes when it goes.
CREATE TABLE IF NOT EXISTS runs (
  id INTEGER PRIMARY KEY,
  started TEXT NOT NULL,            -- UTC, ISO 8601
  ended TEXT,                       -- NULL: it was killed, or is under way
  knowledge TEXT NOT NULL           -- version of program, signatures and questions
);
CREATE TABLE IF NOT EXISTS bundles (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  source TEXT NOT NULL UNIQUE,      -- path or URL
  stamp TEXT NOT NULL,              -- size and time of the source when it was read
  sha256 TEXT,
  size INTEGER NOT NULL,            -- bytes as they lie
  bytes INTEGER,                    -- bytes read, unpacked
  status TEXT NOT NULL CHECK (status IN ('analysed', 'failed')),
  reason TEXT,                      -- why it failed
  knowledge TEXT NOT NULL,
  run INTEGER NOT NULL REFERENCES runs (id),        -- that analysed it
  first_run INTEGER NOT NULL REFERENCES runs (id),  -- that saw it first
  os TEXT, layout TEXT, agent TEXT, system TEXT, region TEXT, vm TEXT,
  first_event TEXT, last_event TEXT,
  outcome TEXT, cause TEXT, headline TEXT, confidence REAL,
  happened TEXT,                    -- when the incident ended, else the bundle's last event
  report TEXT                       -- the HTML report, beside the store
);
CREATE INDEX IF NOT EXISTS bundles_cause ON bundles (cause);
CREATE INDEX IF NOT EXISTS bundles_sha256 ON bundles (sha256);
CREATE TABLE IF NOT EXISTS verdicts (
  bundle INTEGER PRIMARY KEY REFERENCES bundles (id) ON DELETE CASCADE,
  outcome TEXT NOT NULL, cause TEXT, confidence REAL, headline TEXT NOT NULL,
  incident TEXT, incident_kind TEXT, incident_code TEXT, incident_start TEXT, incident_end TEXT
);
CREATE TABLE IF NOT EXISTS causes (
  bundle INTEGER NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
  rank INTEGER NOT NULL,            -- 1 is the best; notes follow
  id TEXT NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL, state TEXT, score REAL NOT NULL, confidence REAL,
  explained_by TEXT,
  PRIMARY KEY (bundle, rank)
);
CREATE TABLE IF NOT EXISTS evidence (
  bundle INTEGER NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
  cause TEXT NOT NULL, key TEXT NOT NULL, role TEXT NOT NULL, weight REAL NOT NULL,
  time TEXT, source TEXT, file TEXT, line INTEGER, text TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS evidence_bundle ON evidence (bundle);
CREATE TABLE IF NOT EXISTS facts (
  bundle INTEGER NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
  name TEXT NOT NULL, value TEXT,   -- lists and switches as JSON
  PRIMARY KEY (bundle, name)
);
CREATE TABLE IF NOT EXISTS unknown (
  bundle INTEGER NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
  template TEXT NOT NULL, count INTEGER NOT NULL, source TEXT
);
CREATE INDEX IF NOT EXISTS unknown_bundle ON unknown (bundle);
CREATE TABLE IF NOT EXISTS timings (
  bundle INTEGER NOT NULL REFERENCES bundles (id) ON DELETE CASCADE,
  stage TEXT NOT NULL, seconds REAL NOT NULL,
  PRIMARY KEY (bundle, stage)
);
CREATE TABLE IF NOT EXISTS groups (
  key TEXT PRIMARY KEY,             -- of a group of tickets (analyzer/batch/groups.py)
  first_run INTEGER NOT NULL        -- that saw it first
);
