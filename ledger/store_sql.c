#include "ledger/store_sql.h"

#include <stddef.h>

/*
 * Two halves.  The first must last for decades: entry bodies, the hashes of
 * the tree, the signed checkpoints, the attachments.  The second can be
 * dropped and computed again from the first (vouch reindex), and
 * verification believes neither.
 */
const char *const store_migrations[] = {
	/* What must last. */
	"CREATE TABLE entry("
	"  seq INTEGER PRIMARY KEY CHECK (seq >= 0),"
	"  body TEXT NOT NULL" /* the exact line, docs/format.md */
	") STRICT;"
	"CREATE TABLE tile("
	"  level INTEGER NOT NULL,"
	"  number INTEGER NOT NULL,"
	"  hashes BLOB NOT NULL," /* 32 bytes each, at most 256 */
	"  PRIMARY KEY (level, number)"
	") STRICT;"
	"CREATE TABLE checkpoint("
	"  size INTEGER PRIMARY KEY CHECK (size > 0),"
	"  note TEXT NOT NULL" /* c2sp.org/signed-note */
	") STRICT;"
	"CREATE TABLE attachment("
	"  id INTEGER PRIMARY KEY,"
	"  digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),"
	"  content BLOB NOT NULL"
	") STRICT;"
	/* What can be rebuilt. */
	"CREATE TABLE signer("
	"  id INTEGER PRIMARY KEY,"
	"  key BLOB NOT NULL UNIQUE CHECK (length(key) = 32)"
	") STRICT;"
	"CREATE TABLE record("
	"  seq INTEGER PRIMARY KEY REFERENCES entry(seq),"
	"  kind TEXT NOT NULL,"
	"  name TEXT NOT NULL," /* '' where the kind has none */
	"  version TEXT NOT NULL,"
	"  status TEXT NOT NULL,"
	"  time INTEGER NOT NULL," /* ms, the ledger's clock */
	"  made INTEGER NOT NULL," /* ms, the author's clock */
	"  nonce BLOB NOT NULL,"
	"  leaf BLOB NOT NULL,"
	"  signer INTEGER NOT NULL REFERENCES signer(id)"
	") STRICT;"
	"CREATE INDEX record_made ON record(made, nonce);"
	"CREATE INDEX record_leaf ON record(substr(leaf, 1, 4));"
	"CREATE INDEX record_kind ON record(kind);"
	"CREATE INDEX record_name ON record(kind, name) WHERE name <> '';"
	"CREATE INDEX record_signer ON record(signer);"
	"CREATE TABLE artefact(" /* every digest a record mentions */
	"  digest BLOB NOT NULL,"
	"  seq INTEGER NOT NULL REFERENCES record(seq),"
	"  role INTEGER NOT NULL," /* enum fact_role */
	"  name TEXT NOT NULL,"
	"  PRIMARY KEY (digest, seq, role)"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE value(" /* parameters and metrics */
	"  seq INTEGER NOT NULL REFERENCES record(seq),"
	"  role INTEGER NOT NULL,"
	"  name TEXT NOT NULL,"
	"  number REAL,"
	"  text TEXT," /* where it is not a number */
	"  PRIMARY KEY (seq, role, name)"
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE kind_count("
	"  kind TEXT PRIMARY KEY,"
	"  entries INTEGER NOT NULL"
	") STRICT, WITHOUT ROWID;",
	/* A model is mentioned by more observations than by all else: what
	 * asks for one kind need not walk over the others. */
	"ALTER TABLE artefact RENAME TO artefact_before;"
	"CREATE TABLE artefact(" /* every digest a record mentions */
	"  digest BLOB NOT NULL,"
	"  kind TEXT NOT NULL," /* of the record */
	"  seq INTEGER NOT NULL REFERENCES record(seq),"
	"  role INTEGER NOT NULL," /* enum fact_role */
	"  name TEXT NOT NULL,"
	"  PRIMARY KEY (digest, kind, seq, role)"
	") STRICT, WITHOUT ROWID;"
	"INSERT INTO artefact(digest, kind, seq, role, name)"
	" SELECT digest, kind, seq, role, artefact_before.name"
	" FROM artefact_before JOIN record USING (seq);"
	"DROP TABLE artefact_before;",
	/* What is kept beside entries and checkpoints, and must last too. */
	"CREATE TABLE disclosure(" /* the value behind a sealed field */
	"  digest BLOB PRIMARY KEY CHECK (length(digest) = 32),"
	"  content TEXT NOT NULL" /* base64url of [salt,value] */
	") STRICT, WITHOUT ROWID;"
	"CREATE TABLE owed(" /* the file is to be written anew: store_settle.h */
	"  one INTEGER PRIMARY KEY CHECK (one = 1)"
	") STRICT;"
	"CREATE TABLE timestamp(" /* RFC 3161 tokens over checkpoints */
	"  size INTEGER NOT NULL REFERENCES checkpoint(size),"
	"  digest BLOB NOT NULL CHECK (length(digest) = 32),"
	"  token BLOB NOT NULL,"
	"  PRIMARY KEY (size, digest)"
	") STRICT, WITHOUT ROWID;"
	/* And one more that can be rebuilt: what the lists at the newest index
	 * record come to (list_heads.h), by the first in each piece. */
	"CREATE TABLE list("
	"  id INTEGER PRIMARY KEY,"
	"  first BLOB NOT NULL UNIQUE," /* empty: the size they are of */
	"  heads BLOB NOT NULL"
	") STRICT;",
	NULL,
};

#define ROW \
	"record.seq, record.time, record.kind, record.leaf, " \
	"record.signer, record.name, record.version, record.status"

const char *const store_sql[SQL_COUNT_OF_STATEMENTS] = {
	[SQL_BEGIN_READ] = "BEGIN DEFERRED",
	[SQL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",

	[SQL_SIZE] = "SELECT coalesce(max(seq) + 1, 0) FROM entry",
	[SQL_ENTRY] = "SELECT body FROM entry WHERE seq = ?1",
	[SQL_PUT_ENTRY] = "INSERT INTO entry(seq, body) VALUES (?1, ?2)",
	[SQL_SCAN_ENTRIES] =
	    "SELECT seq, body FROM entry WHERE seq >= ?1 AND seq < ?2"
	    " ORDER BY seq",

	[SQL_CHECKPOINT] = "SELECT size, note FROM checkpoint WHERE size <= ?1"
			   " ORDER BY size DESC LIMIT 1",
	[SQL_PUT_CHECKPOINT] =
	    "INSERT INTO checkpoint(size, note) VALUES (?1, ?2)",
	[SQL_REPLACE_CHECKPOINT] =
	    "UPDATE checkpoint SET note = ?2 WHERE size = ?1",
	/* More than one line that begins as signatures do. */
	[SQL_SCAN_COSIGNED] =
	    "SELECT size, note FROM checkpoint WHERE size >= ?1 AND note"
	    " LIKE '%' || char(10) || '\xe2\x80\x94 %' || char(10) ||"
	    " '\xe2\x80\x94 %' ORDER BY size",
	[SQL_SCAN_CHECKPOINTS] =
	    "SELECT size, note FROM checkpoint WHERE size >= ?1 ORDER BY size",

	[SQL_TILE] = "SELECT hashes FROM tile WHERE level = ?1 AND number = ?2",
	[SQL_PUT_TILE] =
	    "INSERT INTO tile(level, number, hashes) VALUES (?1, ?2, ?3)"
	    " ON CONFLICT (level, number) DO UPDATE SET hashes = ?3"
	    " WHERE length(hashes) < length(?3)",
	[SQL_TILE_COUNT] = "SELECT count(*) FROM tile",

	[SQL_PUT_ATTACHMENT] =
	    "INSERT INTO attachment(digest, content) VALUES (?1, ?2)"
	    " ON CONFLICT (digest) DO NOTHING",
	[SQL_FIND_ATTACHMENT] =
	    "SELECT id, length(content) FROM attachment WHERE digest = ?1",
	[SQL_NEXT_ATTACHMENT] =
	    "SELECT digest FROM attachment WHERE digest > ?1"
	    " ORDER BY digest LIMIT 1",
	[SQL_DROP_ATTACHMENT] = "DELETE FROM attachment WHERE digest = ?1",
	[SQL_BLANK_ENTRY] = "UPDATE entry SET body = '' WHERE seq = ?1",
	[SQL_PUT_DISCLOSURE] =
	    "INSERT INTO disclosure(digest, content) VALUES (?1, ?2)"
	    " ON CONFLICT (digest) DO NOTHING",
	[SQL_DISCLOSURE] = "SELECT content FROM disclosure WHERE digest = ?1",
	[SQL_DROP_DISCLOSURE] = "DELETE FROM disclosure WHERE digest = ?1",
	[SQL_NEXT_DISCLOSURE] =
	    "SELECT digest, content FROM disclosure WHERE digest > ?1"
	    " ORDER BY digest LIMIT 1",
	[SQL_OWE] = "INSERT OR IGNORE INTO owed(one) VALUES (1)",
	[SQL_OWES] = "SELECT one FROM owed WHERE one = 1",
	[SQL_SETTLED] = "DELETE FROM owed WHERE one = 1",
	[SQL_CHECK_STRUCTURE] = "PRAGMA integrity_check(1)",

	[SQL_PUT_TIMESTAMP] =
	    "INSERT INTO timestamp(size, digest, token) VALUES (?1, ?2, ?3)"
	    " ON CONFLICT (size, digest) DO NOTHING",
	[SQL_TIMESTAMP] =
	    "SELECT token FROM timestamp WHERE size = ?1 AND digest = ?2",
	[SQL_SCAN_TIMESTAMPS] = "SELECT size, digest, token FROM timestamp"
				" WHERE size >= ?1 ORDER BY size, digest",

	[SQL_FIND_SIGNER] = "SELECT id FROM signer WHERE key = ?1",
	[SQL_PUT_SIGNER] = "INSERT INTO signer(key) VALUES (?1)",
	[SQL_SIGNER] = "SELECT key FROM signer WHERE id = ?1",
	[SQL_PUT_RECORD] =
	    "INSERT INTO record(seq, kind, name, version, status, time, made,"
	    " nonce, leaf, signer)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
	[SQL_PUT_ARTEFACT] =
	    "INSERT INTO artefact(digest, kind, seq, role, name)"
	    " VALUES (?1, ?2, ?3, ?4, ?5)",
	[SQL_PUT_VALUE] = "INSERT INTO value(seq, role, name, number, text)"
			  " VALUES (?1, ?2, ?3, ?4, ?5)",
	[SQL_ADD_COUNT] =
	    "INSERT INTO kind_count(kind, entries) VALUES (?1, ?2)"
	    " ON CONFLICT (kind) DO UPDATE SET entries = entries + ?2",
	[SQL_FIND_NONCE] =
	    "SELECT 1 FROM record WHERE made = ?1 AND nonce = ?2",
	[SQL_CLEAR_VALUES] = "DELETE FROM value",
	[SQL_CLEAR_ARTEFACTS] = "DELETE FROM artefact",
	[SQL_CLEAR_RECORDS] = "DELETE FROM record",
	[SQL_CLEAR_SIGNERS] = "DELETE FROM signer",
	[SQL_CLEAR_COUNTS] = "DELETE FROM kind_count",
	[SQL_CLEAR_LISTS] = "DELETE FROM list",
	[SQL_DROP_ARTEFACT] =
	    "DELETE FROM artefact"
	    " WHERE digest = ?1 AND kind = ?2 AND seq = ?3 AND role = ?4",
	[SQL_DROP_VALUES] = "DELETE FROM value WHERE seq = ?1",
	[SQL_ERASE_RECORD] =
	    "UPDATE record SET kind = ?2, name = '', version = '', status = ?3,"
	    " time = ?4, made = ?5, nonce = ?6, signer = ?7 WHERE seq = ?1",
	[SQL_CHECK_RECORD] =
	    "SELECT kind, name, version, status, time, made, nonce, leaf, signer"
	    " FROM record WHERE seq = ?1",
	[SQL_CHECK_ARTEFACT] =
	    "SELECT name FROM artefact"
	    " WHERE digest = ?1 AND kind = ?2 AND seq = ?3 AND role = ?4",
	[SQL_CHECK_VALUES] = "SELECT number, text FROM value"
			     " WHERE seq = ?1 AND role = ?2 AND name = ?3",
	[SQL_SCAN_RECORDS] =
	    "SELECT seq, kind, name, version, status, time, made, nonce, leaf,"
	    " signer FROM record",
	[SQL_SCAN_ARTEFACTS] =
	    "SELECT digest, kind, seq, role, name FROM artefact",
	[SQL_SCAN_VALUES] = "SELECT seq, role, name, number, text FROM value",
	[SQL_KIND_COUNTS] = "SELECT kind, entries FROM kind_count",
	[SQL_COUNT_KIND] =
	    "SELECT count(*) FROM record WHERE kind = ?1 AND seq < ?2",

	/* Lists (list_walk.h): of the whole ledger, and of artefacts by the
	 * roles up to FACT_DATASET. */
	[SQL_SCAN_LEAVES] =
	    "SELECT seq, kind, leaf FROM record WHERE seq < ?1 ORDER BY seq",
	[SQL_SCAN_NAMED] =
	    "SELECT a.digest, a.kind, a.seq, r.leaf"
	    " FROM artefact AS a CROSS JOIN record AS r USING (seq)"
	    /* 15: what an erased entry named. */
	    " WHERE (a.role <= ?2 OR a.role = 15) AND a.seq < ?1"
	    " AND a.digest <> zeroblob(32)"
	    " ORDER BY a.digest, a.kind, a.seq",
	/* The same of one list. */
	[SQL_ITEMS_WHOLE] = "SELECT seq, leaf FROM record"
			    " WHERE kind = ?1 AND seq < ?2 ORDER BY seq",
	[SQL_ITEMS_NAMED] =
	    "SELECT a.seq, r.leaf"
	    " FROM artefact AS a CROSS JOIN record AS r USING (seq)"
	    " WHERE a.digest = ?3 AND a.kind = ?1 AND a.seq < ?2"
	    " AND (a.role <= ?4 OR a.role = 15) ORDER BY a.seq",
	[SQL_LISTS_SIZE] = "SELECT heads FROM list WHERE first = x''",
	[SQL_NEXT_LISTS] = "SELECT first, heads FROM list WHERE first > ?1"
			   " ORDER BY first LIMIT 1",
	[SQL_PUT_LISTS] = "INSERT INTO list(first, heads) VALUES (?1, ?2)"
			  " ON CONFLICT (first) DO UPDATE SET heads = ?2",
	[SQL_DROP_LISTS] = "DELETE FROM list WHERE first = ?1",

	[SQL_ROW] = "SELECT " ROW " FROM record WHERE seq = ?1",
	[SQL_SUPERSEDED] =
	    "SELECT seq FROM artefact WHERE digest = ?1 AND kind = ?2"
	    " AND role = ?3 AND seq < ?4 ORDER BY seq DESC LIMIT 1",
	[SQL_FIND_LEAF] =
	    "SELECT seq FROM record WHERE substr(leaf, 1, 4) = substr(?1, 1, 4)"
	    " AND leaf = ?1",
	[SQL_FIND_LEAF_PREFIX] = "SELECT seq, leaf FROM record"
				 " WHERE substr(leaf, 1, 4) = ?1 AND seq < ?2",
	[SQL_MENTIONS] =
	    "SELECT seq, role FROM artefact WHERE digest = ?1 AND seq < ?2"
	    " AND role <> 15 ORDER BY seq, role",
	[SQL_MENTIONS_KIND] =
	    "SELECT seq, role FROM artefact WHERE digest = ?1 AND kind = ?3"
	    " AND seq < ?2 AND role <> 15 ORDER BY seq, role",
	[SQL_WAS_NAMED] =
	    "SELECT seq, role FROM artefact WHERE digest = ?1 AND seq < ?2"
	    " AND role = 15 ORDER BY seq",
	[SQL_WAS_NAMED_KIND] =
	    "SELECT seq, role FROM artefact WHERE digest = ?1 AND kind = ?3"
	    " AND seq < ?2 AND role = 15 ORDER BY seq",
	[SQL_TIME_OF] = "SELECT time FROM record WHERE seq = ?1",

	/* Lists: ?1 and ?2 are the first seq and the one past the last. */
	[SQL_LIST_ALL] = "SELECT " ROW
			 " FROM record WHERE seq >= ?1 AND seq < ?2"
			 " ORDER BY seq DESC",
	[SQL_LIST_ALL_OLDEST] = "SELECT " ROW
				" FROM record WHERE seq >= ?1 AND seq < ?2"
				" ORDER BY seq",
	[SQL_LIST_KIND] = "SELECT " ROW " FROM record WHERE kind = ?3"
			  " AND seq >= ?1 AND seq < ?2 ORDER BY seq DESC",
	[SQL_LIST_KIND_OLDEST] = "SELECT " ROW " FROM record WHERE kind = ?3"
				 " AND seq >= ?1 AND seq < ?2 ORDER BY seq",
	[SQL_LIST_NAME] =
	    "SELECT " ROW
	    " FROM record WHERE kind = ?3 AND name = ?4 AND name <> ''"
	    " AND seq >= ?1 AND seq < ?2 ORDER BY seq DESC",
	[SQL_LIST_NAME_OLDEST] =
	    "SELECT " ROW
	    " FROM record WHERE kind = ?3 AND name = ?4 AND name <> ''"
	    " AND seq >= ?1 AND seq < ?2 ORDER BY seq",
	[SQL_LIST_SIGNER] =
	    "SELECT " ROW " FROM record"
	    " WHERE signer = (SELECT id FROM signer WHERE key = ?3)"
	    " AND seq >= ?1 AND seq < ?2 ORDER BY seq DESC",
	[SQL_LIST_SIGNER_OLDEST] =
	    "SELECT " ROW " FROM record"
	    " WHERE signer = (SELECT id FROM signer WHERE key = ?3)"
	    " AND seq >= ?1 AND seq < ?2 ORDER BY seq",
	[SQL_LIST_MENTIONS] =
	    "SELECT " ROW " FROM record"
	    " WHERE seq IN (SELECT seq FROM artefact WHERE digest = ?3)"
	    " AND seq >= ?1 AND seq < ?2 ORDER BY seq DESC",
	[SQL_LIST_MENTIONS_OLDEST] =
	    "SELECT " ROW " FROM record"
	    " WHERE seq IN (SELECT seq FROM artefact WHERE digest = ?3)"
	    " AND seq >= ?1 AND seq < ?2 ORDER BY seq",
	/* An entry stands in these as often as it mentions the digest. */
	[SQL_LIST_MENTIONS_KIND] =
	    "SELECT " ROW " FROM artefact AS m CROSS JOIN record USING (seq)"
	    " WHERE m.digest = ?3 AND m.kind = ?4"
	    " AND m.seq >= ?1 AND m.seq < ?2 ORDER BY m.seq DESC",
	[SQL_LIST_MENTIONS_KIND_OLDEST] =
	    "SELECT " ROW " FROM artefact AS m CROSS JOIN record USING (seq)"
	    " WHERE m.digest = ?3 AND m.kind = ?4"
	    " AND m.seq >= ?1 AND m.seq < ?2 ORDER BY m.seq",
};
