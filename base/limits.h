/* limits.h: every ceiling of the program on one page. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* An entry fits a C2SP tile bundle: its length is a uint16. */
#define LIMIT_ENTRY 65535
/* An envelope as it arrives: members and white space of its author's taste. */
#define LIMIT_ENVELOPE (256 * 1024)
/* Signatures on one envelope; genesis carries two. */
#define LIMIT_SIGNATURES 8
/* A signed note (checkpoint with cosignatures). */
#define LIMIT_NOTE (64 * 1024)
#define LIMIT_NOTE_SIGNATURES 32
/* What a timestamp authority answers (RFC 3161), and is asked. */
#define LIMIT_TIMESTAMP (64 * 1024)
#define LIMIT_TIMESTAMP_QUERY 4096
/* Certificates in a signed message (CMS), and those its signer names. */
#define LIMIT_CMS_CERTIFICATES 16
/* The disclosure of a sealed value, as base64url: as much as an envelope. */
#define LIMIT_DISCLOSURE (256 * 1024)
/* A file of disclosures for one reader. */
#define LIMIT_DISCLOSURE_FILE (16 * 1024 * 1024)
/* JSON nesting (arrays and objects together). */
#define LIMIT_JSON_DEPTH 64
/* One line of JSON Lines given to `vouch record -'. */
#define LIMIT_JSON_LINE (1024 * 1024)
/* One attachment, kept whole in the store. */
#define LIMIT_ATTACHMENT (256 * 1024 * 1024)
/* Origins, names of keys, records and versions, in bytes. */
#define LIMIT_ORIGIN 200
#define LIMIT_NAME 200
/* A key file, a public key line, a passphrase. */
#define LIMIT_KEY_FILE (16 * 1024)
#define LIMIT_PASSPHRASE 1024
/* Argon2id parameters accepted from a key file. */
#define LIMIT_KDF_MEMORY ((size_t)1024 * 1024 * 1024)
#define LIMIT_KDF_PASSES 16
/* A message from an ssh-agent (OpenSSH's own ceiling). */
#define LIMIT_AGENT_MESSAGE (256 * 1024)
/* Points of a step series kept in the record itself. */
#define LIMIT_SERIES_INLINE 200
#define LIMIT_SERIES_SKETCH 100
/* The file a child appends its events to, and one line of it. */
#define LIMIT_EVENTS ((size_t)1024 * 1024 * 1024)
#define LIMIT_EVENT_LINE (64 * 1024)
/* Tree heights: 2^63 entries. */
#define LIMIT_PROOF 64
/* Hashes in a request to a witness (c2sp.org/tlog-witness). */
#define LIMIT_REQUEST_PROOF 63
/* A proof as a file: its hashes, what it has beside them, two checkpoints. */
#define LIMIT_TLOG_PROOF (4 * LIMIT_NOTE)
/* A proof that lists are complete: it carries all entries since an index
 * record. */
#define LIMIT_LIST_PROOF ((size_t)1024 * 1024 * 1024)
/* A policy of whom to trust for checkpoints. */
#define LIMIT_TLOG_POLICY (256 * 1024)
#define LIMIT_TLOG_LOGS 64
#define LIMIT_TLOG_WITNESSES 64
#define LIMIT_TLOG_GROUPS 64
/* A dossier, its files, and what a subject in it may be called. */
#define LIMIT_DOSSIER ((size_t)1024 * 1024 * 1024)
#define LIMIT_DOSSIER_FILES 1000000
#define LIMIT_MODEL_NAME 1000
/* Certificates: one, a file of several, those of one list, a path from a
 * person's to a root's; and a list of revoked ones. */
#define LIMIT_CERTIFICATE (16 * 1024)
#define LIMIT_CERTIFICATE_FILE (256 * 1024)
#define LIMIT_CERTIFICATES 256
#define LIMIT_CERTIFICATE_PATH 8
#define LIMIT_CERTIFICATES_TRIED 64 /* Signatures, for one path. */
#define LIMIT_REVOCATIONS (16 * 1024 * 1024)
/* The holder of a certificate, spelled out. */
#define LIMIT_SUBJECT 2048
/* A signature of a model: all its files with their digests, in base64. */
#define LIMIT_SIGSTORE_BUNDLE (128 * 1024 * 1024)
#define LIMIT_MODEL_IGNORED 1000

#endif
