// go_tlog checks a ledger's checkpoints, tree and tiles with the code of Go's
// checksum database, golang.org/x/mod/sumdb.
//
//	go_tlog VKEY FOLDER
//	go_tlog tiles VKEY FOLDER
//
// With `tiles', FOLDER is what `vouch publish' wrote.  Otherwise FOLDER has what the tables of the ledger have: entry/SEQ, the exact line;
// checkpoint/SIZE, the signed note; tile/LEVEL/NUMBER, the hashes.  And what
// the program proves of it: proof/NUMBER, each a c2sp.org/tlog-proof;
// extension/NUMBER, one checkpoint that extends another.  One line
// is printed for each thing that is checked, `ok - …' or `not ok - …', and
// `end' when all of it was.
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Tiles are of 2^8 hashes (c2sp.org/tlog-tiles).
const height = 8

// A ledger as it is kept, and the leaf hashes that its lines have.
type ledger struct {
	lines       [][]byte
	tiles       map[tlog.Tile][]byte
	notes       map[int64][]byte
	sizes       []int64
	checkpoints map[int64]tlog.Tree
	computed    hashes
}

// All hashes of the tree, computed from the lines alone.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(h)) {
			return nil, fmt.Errorf("there is no hash %d", index)
		}
		list[i] = h[index]
	}
	return list, nil
}

// What is stored, for tlog.TileHashReader.  A narrower tile is the beginning
// of the stored one: tiles only grow.
type stored map[tlog.Tile][]byte

func (s stored) Height() int                     { return height }
func (s stored) SaveTiles([]tlog.Tile, [][]byte) {}
func (s stored) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	list := make([][]byte, len(tiles))
	for i, tile := range tiles {
		width := tile.W
		tile.W = 0
		data := s[tile]
		if len(data) < width*tlog.HashSize {
			return nil, fmt.Errorf("tile %d/%d has not %d hashes",
				tile.L, tile.N, width)
		}
		list[i] = data[:width*tlog.HashSize]
	}
	return list, nil
}

// check prints what came of it.
func check(err error, sentence string) {
	if err != nil {
		fmt.Printf("not ok - %s: %v\n", sentence, err)
	} else {
		fmt.Printf("ok - %s\n", sentence)
	}
}

// refused turns things round: what is wrong must not be accepted.
func refused(err error) error {
	if err == nil {
		return fmt.Errorf("it was accepted")
	}
	return nil
}

// numbered gives the files of a folder whose names are numbers.
func numbered(folder string) (map[int64][]byte, []int64, error) {
	names, err := os.ReadDir(folder)
	if err != nil {
		return nil, nil, err
	}
	files := make(map[int64][]byte)
	var numbers []int64
	for _, name := range names {
		number, err := strconv.ParseInt(name.Name(), 10, 64)
		if err != nil {
			return nil, nil, err
		}
		files[number], err = os.ReadFile(filepath.Join(folder, name.Name()))
		if err != nil {
			return nil, nil, err
		}
		numbers = append(numbers, number)
	}
	sort.Slice(numbers, func(i, j int) bool { return numbers[i] < numbers[j] })
	return files, numbers, nil
}

func read(folder string) (*ledger, error) {
	l := &ledger{tiles: make(map[tlog.Tile][]byte),
		checkpoints: make(map[int64]tlog.Tree)}
	lines, seqs, err := numbered(filepath.Join(folder, "entry"))
	if err != nil {
		return nil, err
	}
	for i, seq := range seqs {
		if seq != int64(i) {
			return nil, fmt.Errorf("entry %d is missing", i)
		}
		l.lines = append(l.lines, lines[seq])
	}
	if l.notes, l.sizes, err = numbered(
		filepath.Join(folder, "checkpoint")); err != nil {
		return nil, err
	}
	_, levels, err := numbered(filepath.Join(folder, "level"))
	if err != nil {
		return nil, err
	}
	for _, level := range levels {
		tiles, numbers, err := numbered(
			filepath.Join(folder, "tile", strconv.FormatInt(level, 10)))
		if err != nil {
			return nil, err
		}
		for _, number := range numbers {
			tile := tlog.Tile{H: height, L: int(level), N: number}
			l.tiles[tile] = tiles[number]
		}
	}
	return l, nil
}

// compute hashes the lines, as RFC 6962 says, with tlog's own functions.
func (l *ledger) compute() error {
	for seq, line := range l.lines {
		more, err := tlog.StoredHashes(int64(seq), line, l.computed)
		if err != nil {
			return err
		}
		l.computed = append(l.computed, more...)
	}
	return nil
}

// open verifies one checkpoint and reads it (c2sp.org/tlog-checkpoint).
func open(data []byte, verifier note.Verifier) (tree tlog.Tree, err error) {
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	fields := strings.Split(opened.Text, "\n")
	if len(fields) != 4 || fields[3] != "" {
		return tree, fmt.Errorf("it has %d lines", len(fields)-1)
	}
	if fields[0] != verifier.Name() {
		return tree, fmt.Errorf("its origin is %q", fields[0])
	}
	if tree.N, err = strconv.ParseInt(fields[1], 10, 64); err != nil {
		return tree, err
	}
	root, err := base64.StdEncoding.DecodeString(fields[2])
	if err != nil {
		return tree, err
	}
	if len(root) != tlog.HashSize {
		return tree, fmt.Errorf("its root has %d bytes", len(root))
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

func (l *ledger) openAll(verifier note.Verifier) error {
	for _, size := range l.sizes {
		tree, err := open(l.notes[size], verifier)
		if err != nil {
			return fmt.Errorf("checkpoint %d: %w", size, err)
		}
		if tree.N != size {
			return fmt.Errorf("checkpoint %d is of %d entries", size, tree.N)
		}
		l.checkpoints[size] = tree
	}
	return nil
}

func (l *ledger) newest() tlog.Tree {
	return l.checkpoints[l.sizes[len(l.sizes)-1]]
}

// roots computes the root at each checkpoint from the lines.
func (l *ledger) roots() error {
	for _, size := range l.sizes {
		root, err := tlog.TreeHash(size, l.computed)
		if err != nil {
			return err
		}
		if root != l.checkpoints[size].Hash {
			return fmt.Errorf("checkpoint %d has another root", size)
		}
	}
	return nil
}

// exactTiles compares the stored tiles with those that the lines give.
func (l *ledger) exactTiles() error {
	wanted := make(map[tlog.Tile]bool)
	for _, tile := range tlog.NewTiles(height, 0, int64(len(l.lines))) {
		data, err := tlog.ReadTileData(tile, l.computed)
		if err != nil {
			return err
		}
		tile.W = 0
		if wanted[tile] {
			return fmt.Errorf("tile %d/%d comes twice", tile.L, tile.N)
		}
		wanted[tile] = true
		if !bytes.Equal(data, l.tiles[tile]) {
			return fmt.Errorf("tile %d/%d differs", tile.L, tile.N)
		}
	}
	for tile := range l.tiles {
		if !wanted[tile] {
			return fmt.Errorf("tile %d/%d is not of the tree", tile.L,
				tile.N)
		}
	}
	return nil
}

// included proves one entry to be in a tree, from the tiles.
func (l *ledger) included(tree tlog.Tree, seq int64, leaf tlog.Hash) error {
	proof, err := tlog.ProveRecord(tree.N, seq,
		tlog.TileHashReader(tree, stored(l.tiles)))
	if err != nil {
		return fmt.Errorf("entry %d of %d: %w", seq, tree.N, err)
	}
	if err = tlog.CheckRecord(proof, tree.N, tree.Hash, seq,
		leaf); err != nil {
		return fmt.Errorf("entry %d of %d: %w", seq, tree.N, err)
	}
	return nil
}

func (l *ledger) allIncluded() (count int, err error) {
	for _, size := range l.sizes {
		for seq := int64(0); seq < size; seq++ {
			leaf := tlog.RecordHash(l.lines[seq])
			if err = l.included(l.checkpoints[size], seq,
				leaf); err != nil {
				return count, err
			}
			count++
		}
	}
	return count, nil
}

// consistent proves one checkpoint to extend another, from the tiles.
func (l *ledger) consistent(old, tree tlog.Tree) error {
	proof, err := tlog.ProveTree(tree.N, old.N,
		tlog.TileHashReader(tree, stored(l.tiles)))
	if err != nil {
		return fmt.Errorf("%d to %d: %w", old.N, tree.N, err)
	}
	if err = tlog.CheckTree(proof, tree.N, tree.Hash, old.N,
		old.Hash); err != nil {
		return fmt.Errorf("%d to %d: %w", old.N, tree.N, err)
	}
	return nil
}

func (l *ledger) allConsistent() (count int, err error) {
	for i, size := range l.sizes {
		for _, before := range l.sizes[:i+1] {
			if err = l.consistent(l.checkpoints[before],
				l.checkpoints[size]); err != nil {
				return count, err
			}
			count++
		}
	}
	return count, nil
}

// hashesOf reads lines of base64.
func hashesOf(lines []string) ([]tlog.Hash, error) {
	list := make([]tlog.Hash, len(lines))
	for i, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		list[i] = hash
	}
	return list, nil
}

// block takes what stands before the next blank line, as lines.
func block(text string) (lines []string, rest string, err error) {
	before, rest, found := strings.Cut(text, "\n\n")
	if !found {
		return nil, "", fmt.Errorf("there is no blank line")
	}
	return strings.Split(before, "\n"), rest, nil
}

// numberOf reads a line "word N".
func numberOf(line, word string) (int64, error) {
	if !strings.HasPrefix(line, word+" ") {
		return 0, fmt.Errorf("there is no %s in %q", word, line)
	}
	return strconv.ParseInt(line[len(word)+1:], 10, 64)
}

// proved checks one proof file, and says of which entry it is.
func (l *ledger) proved(data []byte, verifier note.Verifier) (int64, error) {
	head, checkpoint, err := block(string(data))
	if err != nil {
		return 0, err
	}
	if len(head) < 2 || head[0] != "c2sp.org/tlog-proof@v1" {
		return 0, fmt.Errorf("it begins with %q", head[0])
	}
	index, err := numberOf(head[1], "index")
	if err != nil {
		return 0, err
	}
	if index < 0 || index >= int64(len(l.lines)) {
		return 0, fmt.Errorf("there is no entry %d", index)
	}
	path, err := hashesOf(head[2:])
	if err != nil {
		return index, err
	}
	tree, err := open([]byte(checkpoint), verifier)
	if err != nil {
		return index, err
	}
	return index, tlog.CheckRecord(path, tree.N, tree.Hash, index,
		tlog.RecordHash(l.lines[index]))
}

// extended checks one file in which a checkpoint extends another.
func extended(data []byte, verifier note.Verifier) error {
	head, rest, err := block(string(data))
	if err != nil {
		return err
	}
	size, err := numberOf(head[0], "old")
	if err != nil {
		return err
	}
	path, err := hashesOf(head[1:])
	if err != nil {
		return err
	}
	// Two notes with a blank line between them: text, names, text, names.
	parts := strings.Split(rest, "\n\n")
	if len(parts) != 4 {
		return fmt.Errorf("it has %d parts", len(parts))
	}
	tree, err := open([]byte(parts[0]+"\n\n"+parts[1]+"\n"), verifier)
	if err != nil {
		return err
	}
	old, err := open([]byte(parts[2]+"\n\n"+parts[3]), verifier)
	if err != nil {
		return err
	}
	if old.N != size {
		return fmt.Errorf("it says %d and has %d", size, old.N)
	}
	return tlog.CheckTree(path, tree.N, tree.Hash, old.N, old.Hash)
}

// files checks what the program proved, and that each kind of it can fail.
func (l *ledger) files(folder string, verifier note.Verifier) error {
	proofs, numbers, err := numbered(filepath.Join(folder, "proof"))
	if err != nil {
		return err
	}
	entries := make(map[int64]bool)
	var wrong error
	for _, number := range numbers {
		index, err := l.proved(proofs[number], verifier)
		if err != nil && wrong == nil {
			wrong = fmt.Errorf("proof %d: %w", number, err)
		}
		entries[index] = true
	}
	check(wrong, fmt.Sprintf("tlog takes %d proofs of %d entries", len(proofs),
		len(entries)))
	one := proofs[numbers[len(numbers)/2]]
	at := bytes.Index(one, []byte("index "))
	_, err = l.proved(flipped(one, at+len("index ")), verifier)
	check(refused(err), "a proof with another index is refused")
	at += bytes.IndexByte(one[at:], '\n') + 1
	_, err = l.proved(flipped(one, at), verifier)
	check(refused(err), "a proof with another hash is refused")
	extensions, numbers, err := numbered(filepath.Join(folder, "extension"))
	if err != nil {
		return err
	}
	wrong = nil
	for _, number := range numbers {
		err := extended(extensions[number], verifier)
		if err != nil && wrong == nil {
			wrong = fmt.Errorf("extension %d: %w", number, err)
		}
	}
	check(wrong, fmt.Sprintf("tlog takes %d checkpoints as extended",
		len(extensions)))
	one = extensions[numbers[len(numbers)/2]]
	at = bytes.IndexByte(one, '\n') + 1
	check(refused(extended(flipped(one, at), verifier)),
		"an extension with another hash is refused")
	return nil
}

// flipped copies data with one bit changed.
func flipped(data []byte, at int) []byte {
	other := append([]byte(nil), data...)
	other[at] ^= 1
	return other
}

// wrong shows that each of the checks can fail.
func (l *ledger) wrong(verifier note.Verifier) {
	tree := l.newest()
	checkpoint := l.notes[tree.N]
	at := bytes.IndexByte(checkpoint, '\n') + 1
	_, err := open(flipped(checkpoint, at), verifier)
	check(refused(err), "a checkpoint of another size is refused")
	_, err = open(flipped(checkpoint, len(checkpoint)-10), verifier)
	check(refused(err), "a checkpoint with another signature is refused")
	_, other, err := note.GenerateKey(nil, verifier.Name())
	if err == nil {
		stranger, failed := note.NewVerifier(other)
		if err = failed; err == nil {
			_, err = open(checkpoint, stranger)
		}
	}
	check(refused(err), "a key of the same name does not verify it")
	seq := tree.N / 2
	leaf := tlog.RecordHash(flipped(l.lines[seq], 10))
	check(refused(l.included(tree, seq, leaf)),
		"an entry with one bit changed is not included")
	leaf = tlog.RecordHash(l.lines[seq])
	check(refused(l.included(tree, seq+1, leaf)),
		"nor is an entry in another place")
	old := l.checkpoints[l.sizes[len(l.sizes)/2]]
	old.Hash[0] ^= 1
	check(refused(l.consistent(old, tree)),
		"a checkpoint with another root is not consistent")
	for _, tile := range tlog.NewTiles(height, 0, tree.N) {
		tile.W = 0
		data := l.tiles[tile]
		l.tiles[tile] = flipped(data, len(data)-1)
		_, err = l.allConsistent()
		_, also := l.allIncluded()
		check(refused(err), fmt.Sprintf(
			"tile %d/%d with one bit changed is refused", tile.L, tile.N))
		check(refused(also), fmt.Sprintf(
			"tile %d/%d with one bit changed proves nothing", tile.L,
			tile.N))
		l.tiles[tile] = data
	}
}

func run(vkey, folder string) error {
	verifier, err := note.NewVerifier(vkey)
	check(err, "note takes the verifier key")
	if err != nil {
		return err
	}
	l, err := read(folder)
	if err != nil {
		return err
	}
	if err = l.compute(); err != nil {
		return err
	}
	err = l.openAll(verifier)
	check(err, fmt.Sprintf("note opens all %d checkpoints", len(l.sizes)))
	if err != nil {
		return err
	}
	if l.newest().N != int64(len(l.lines)) {
		err = fmt.Errorf("it is of %d", l.newest().N)
	}
	check(err, fmt.Sprintf("the newest is of all %d entries", len(l.lines)))
	check(l.roots(), "tlog computes each of their roots from the entries")
	check(l.exactTiles(), fmt.Sprintf(
		"the %d stored tiles are exactly tlog's", len(l.tiles)))
	count, err := l.allIncluded()
	check(err, fmt.Sprintf("tlog proves from the tiles that entries are"+
		" included (%d proofs)", count))
	count, err = l.allConsistent()
	check(err, fmt.Sprintf("tlog proves from the tiles that checkpoints are"+
		" consistent (%d proofs)", count))
	l.wrong(verifier)
	return l.files(folder, verifier)
}

func main() {
	arguments, program := os.Args[1:], run
	if len(arguments) == 3 && arguments[0] == "tiles" {
		arguments, program = arguments[1:], runTiles
	}
	if len(arguments) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go_tlog [tiles] VKEY FOLDER")
		os.Exit(2)
	}
	if err := program(arguments[0], arguments[1]); err != nil {
		fmt.Fprintln(os.Stderr, "go_tlog:", err)
		os.Exit(1)
	}
	fmt.Println("end")
}
