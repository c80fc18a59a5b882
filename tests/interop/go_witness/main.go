// go_witness has the code of transparency-dev check what witnesses of a ledger
// cosigned, and cosigns itself.
//
//	go_witness check VKEY POLICY FOLDER
//	go_witness cosign NAME SEED FILE
//	go_witness vkey NAME SEED
//
// FOLDER has checkpoint/SIZE, signed notes, and proof/NUMBER, each a
// c2sp.org/tlog-proof, with its entry's exact line in proof/NUMBER.entry.  One
// line is printed for each thing that is checked, `ok - …' or `not ok - …', and
// `end' when all of it was.  SEED is an Ed25519 seed in base64; cosign prints
// the signature's line alone.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	f_log "github.com/transparency-dev/formats/log"
	f_note "github.com/transparency-dev/formats/note"
	"github.com/transparency-dev/formats/proof"
	"github.com/transparency-dev/formats/witness"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error, sentence string) {
	if err != nil {
		fmt.Printf("not ok - %s: %v\n", sentence, err)
	} else {
		fmt.Printf("ok - %s\n", sentence)
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A key as their tools write it, of the plain kind.
func key(name, seed64 string) (skey, vkey string) {
	seed, err := base64.StdEncoding.DecodeString(seed64)
	must(err)
	public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	public = append([]byte{1}, public...)
	digest := sha256.Sum256(append([]byte(name+"\n"), public...))
	id := binary.BigEndian.Uint32(digest[:4])
	secret := base64.StdEncoding.EncodeToString(append([]byte{1}, seed...))
	vkey, err = f_note.VKeyToCosignatureV1(fmt.Sprintf("%s+%08x+%s", name, id,
		base64.StdEncoding.EncodeToString(public)))
	must(err)
	return fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, id, secret), vkey
}

// The line that a witness of theirs would answer with.
func cosign(name, seed, path string) {
	data, err := os.ReadFile(path)
	must(err)
	skey, _ := key(name, seed)
	signer, err := f_note.NewSignerForCosignatureV1(skey)
	must(err)
	at := bytes.LastIndex(data, []byte("\n\n"))
	signed, err := note.Sign(&note.Note{Text: string(data[:at+1])}, signer)
	must(err)
	os.Stdout.Write(signed[at+2:])
}

// A policy in which each witness has an address, as they want it.
func addressed(policy []byte) []byte {
	lines := strings.Split(string(policy), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "witness ") {
			lines[i] = line + " https://witness.example/"
		}
	}
	return []byte(strings.Join(lines, "\n"))
}

// The witnesses' keys in a policy.
func witnesses(policy []byte) (list []note.Verifier, err error) {
	for _, line := range strings.Split(string(policy), "\n") {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] != "witness" {
			continue
		}
		verifier, err := f_note.NewVerifierForCosignatureV1(words[2])
		if err != nil {
			return nil, err
		}
		list = append(list, verifier)
	}
	return list, nil
}

func cosigned(path string, log note.Verifier, others []note.Verifier) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	checkpoint, _, opened, err := f_log.ParseCheckpoint(data, log.Name(), log,
		others...)
	if err != nil {
		return err
	}
	if fmt.Sprint(checkpoint.Size) != filepath.Base(path) {
		return fmt.Errorf("it is of %d entries", checkpoint.Size)
	}
	if len(opened.Sigs) != 1+len(others) {
		return fmt.Errorf("%d signatures", len(opened.Sigs))
	}
	for _, signature := range opened.Sigs {
		if signature.Name == log.Name() {
			continue
		}
		when, err := f_note.CoSigV1Timestamp(signature)
		if err != nil {
			return err
		}
		if age := time.Since(when); age < 0 || age > time.Hour {
			return fmt.Errorf("it was cosigned at %v", when)
		}
	}
	return nil
}

func proved(path string, log note.Verifier, group witness.Group) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	line, err := os.ReadFile(path + ".entry")
	if err != nil {
		return err
	}
	var read proof.TLogProof
	if err := read.Unmarshal(data); err != nil {
		return err
	}
	if !bytes.Equal(read.Marshal(), data) {
		return fmt.Errorf("it is written otherwise")
	}
	if !group.Satisfied(read.Checkpoint) {
		return fmt.Errorf("the quorum is not met")
	}
	checkpoint, _, _, err := f_log.ParseCheckpoint(read.Checkpoint, log.Name(),
		log)
	if err != nil {
		return err
	}
	var hashes tlog.RecordProof
	for _, hash := range read.Hashes {
		hashes = append(hashes, tlog.Hash(hash))
	}
	return tlog.CheckRecord(hashes, int64(checkpoint.Size),
		tlog.Hash(checkpoint.Hash), int64(read.Index), tlog.RecordHash(line))
}

func main() {
	if len(os.Args) == 4 && os.Args[1] == "vkey" {
		_, vkey := key(os.Args[2], os.Args[3])
		fmt.Println(vkey)
		return
	}
	if len(os.Args) != 5 {
		must(fmt.Errorf("go_witness check VKEY POLICY FOLDER | " +
			"cosign NAME SEED FILE | vkey NAME SEED"))
	}
	if os.Args[1] == "cosign" {
		cosign(os.Args[2], os.Args[3], os.Args[4])
		return
	}
	log, err := note.NewVerifier(os.Args[2])
	must(err)
	policy, err := os.ReadFile(os.Args[3])
	must(err)
	group, err := witness.ParsePolicy(addressed(policy))
	must(err)
	others, err := witnesses(policy)
	must(err)
	notes, err := filepath.Glob(os.Args[4] + "/checkpoint/*")
	must(err)
	for _, path := range notes {
		check(cosigned(path, log, others),
			"cosignatures of checkpoint "+filepath.Base(path))
	}
	entries, err := filepath.Glob(os.Args[4] + "/proof/*.entry")
	must(err)
	for _, path := range entries {
		path = strings.TrimSuffix(path, ".entry")
		check(proved(path, log, group),
			"proof "+filepath.Base(path)+" by the quorum")
	}
	if len(notes) == 0 || len(entries) == 0 {
		fmt.Println("not ok - there is something to check")
	}
	fmt.Println("end")
}
