// Check proofs of inclusion with Go's tlog, and say how long one takes: the
// best of some rounds, in microseconds.
//
// usage: main FILE, as tests/bench/proof.c writes it.
package main

import (
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

const rounds = 50

type known struct {
	index int64
	leaf  tlog.Hash
	path  tlog.RecordProof
}

func hash(text string) tlog.Hash {
	hash, err := tlog.ParseHash(text)
	if err != nil {
		log.Fatal(err)
	}
	return hash
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		log.Fatal(err)
	}
	return n
}

func main() {
	log.SetFlags(0)
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	head := strings.Fields(lines[0])
	size, root := number(head[0]), hash(head[1])
	var all []known
	for _, line := range lines[1:] {
		words := strings.Fields(line)
		one := known{index: number(words[0]), leaf: hash(words[1])}
		for _, word := range words[2:] {
			one.path = append(one.path, hash(word))
		}
		all = append(all, one)
	}
	best := time.Hour
	for round := 0; round < rounds; round++ {
		start := time.Now()
		for _, one := range all {
			err := tlog.CheckRecord(one.path, size, root, one.index, one.leaf)
			if err != nil {
				log.Fatal(err)
			}
		}
		if took := time.Since(start); took < best {
			best = took
		}
	}
	fmt.Printf("%.3f\n", float64(best.Nanoseconds())/1e3/float64(len(all)))
}
