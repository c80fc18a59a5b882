package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A published folder (c2sp.org/tlog-tiles), read as a stranger reads it.
type published struct {
	folder string
	flip   string // The name of a file that is read with one bit changed.
	read   map[string][]byte
}

func (p *published) file(name string) ([]byte, error) {
	data, found := p.read[name]
	if !found {
		var err error
		if data, err = os.ReadFile(filepath.Join(p.folder,
			name)); err != nil {
			return nil, err
		}
		p.read[name] = data
	}
	if name == p.flip {
		return flipped(data, len(data)-1), nil
	}
	return data, nil
}

// name is tlog's own path without the height, which is always 8 here.
func name(tile tlog.Tile) string {
	return "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
}

func (p *published) Height() int                     { return height }
func (p *published) SaveTiles([]tlog.Tile, [][]byte) {}
func (p *published) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	list := make([][]byte, len(tiles))
	for i, tile := range tiles {
		data, err := p.file(name(tile))
		if err != nil {
			return nil, err
		}
		list[i] = data
	}
	return list, nil
}

// bundles reads every entry: lengths of two bytes, each before its entry.
func (p *published) bundles(size int64) (lines [][]byte, err error) {
	for start := int64(0); start < size; start += 1 << height {
		width := size - start
		if width > 1<<height {
			width = 1 << height
		}
		path := name(tlog.Tile{H: height, N: start >> height, W: int(width)})
		data, err := p.file(strings.Replace(path, "tile/0/",
			"tile/entries/", 1))
		if err != nil {
			return nil, err
		}
		for ; width > 0; width-- {
			if len(data) < 2 {
				return nil, fmt.Errorf("a bundle ends at entry %d",
					len(lines))
			}
			length := int(binary.BigEndian.Uint16(data))
			if len(data) < 2+length {
				return nil, fmt.Errorf("entry %d is cut", len(lines))
			}
			lines = append(lines, data[2:2+length])
			data = data[2+length:]
		}
		if len(data) > 0 {
			return nil, fmt.Errorf("bytes after entry %d", len(lines)-1)
		}
	}
	return lines, nil
}

// records proves every entry from the tiles, each of which tlog holds against
// the root before it believes it.
func (p *published) records(tree tlog.Tree, lines [][]byte) error {
	for seq := range lines {
		proof, err := tlog.ProveRecord(tree.N, int64(seq),
			tlog.TileHashReader(tree, p))
		if err != nil {
			return fmt.Errorf("entry %d: %w", seq, err)
		}
		if err = tlog.CheckRecord(proof, tree.N, tree.Hash, int64(seq),
			tlog.RecordHash(lines[seq])); err != nil {
			return fmt.Errorf("entry %d: %w", seq, err)
		}
	}
	return nil
}

// exact compares the files with the tiles that tlog makes of the lines.
func (p *published) exact(lines [][]byte) (count int, err error) {
	var computed hashes
	for seq, line := range lines {
		more, err := tlog.StoredHashes(int64(seq), line, computed)
		if err != nil {
			return count, err
		}
		computed = append(computed, more...)
	}
	for _, tile := range tlog.NewTiles(height, 0, int64(len(lines))) {
		wanted, err := tlog.ReadTileData(tile, computed)
		if err != nil {
			return count, err
		}
		data, err := p.file(name(tile))
		if err != nil {
			return count, err
		}
		if !bytes.Equal(wanted, data) {
			return count, fmt.Errorf("%s differs", name(tile))
		}
		count++
	}
	return count, nil
}

func runTiles(vkey, folder string) error {
	p := &published{folder: folder, read: make(map[string][]byte)}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return err
	}
	data, err := p.file("checkpoint")
	if err != nil {
		return err
	}
	tree, err := open(data, verifier)
	check(err, "note opens the published checkpoint")
	if err != nil {
		return err
	}
	lines, err := p.bundles(tree.N)
	check(err, fmt.Sprintf("%d entries are in the bundles", len(lines)))
	if err != nil {
		return err
	}
	check(p.records(tree, lines), "tlog proves every one from the tiles")
	count, err := p.exact(lines)
	check(err, fmt.Sprintf("the %d files of tiles are exactly tlog's", count))
	for _, tile := range tlog.NewTiles(height, 0, tree.N) {
		p.flip = name(tile)
		check(refused(p.records(tree, lines)),
			p.flip+" with one bit changed is refused")
	}
	p.flip = ""
	middle := lines[len(lines)/2]
	lines[len(lines)/2] = flipped(middle, len(middle)/2)
	check(refused(p.records(tree, lines)),
		"an entry with one bit changed is refused")
	return nil
}
