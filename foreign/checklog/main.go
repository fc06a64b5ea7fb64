// Checklog checks a transparency log that lies in a folder as static files, without any code of the product that wrote
// it: the hashing, the proofs and the notes are those of golang.org/x/mod. It never uses that library's TileHashReader,
// which below version 0.40.0 leaves tiles unchecked (CVE-2026-56865); every hash here is recomputed from the entries.
//
//	checklog -policy FILE -log FOLDER [-old FILE]... [-proof FILE.tlog-proof -entry FILE]
//
// The policy must come from somebody else than the log. It prints one line for each finding, or one line saying what was
// checked. It exits with 0 when all of it holds, 1 when something does not, 2 when it was asked wrongly.
package main

import (
	"encoding/base64"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// A finding is one thing that does not hold.
type finding struct{ code, what string }

func found(code, format string, args ...interface{}) *finding {
	return &finding{code, fmt.Sprintf(format, args...)}
}

type paths []string

func (p *paths) String() string        { return strings.Join(*p, " ") }
func (p *paths) Set(path string) error { *p = append(*p, path); return nil }

func main() {
	policyFile := flag.String("policy", "", "whose signatures are needed (c2sp.org/tlog-policy)")
	folder := flag.String("log", "", "folder with checkpoint and tile/")
	proofFile := flag.String("proof", "", "a .tlog-proof of one entry")
	entryFile := flag.String("entry", "", "the bytes of that entry")
	var old paths
	flag.Var(&old, "old", "signed checkpoints kept from before, one or several in a file; may be repeated")
	flag.Parse()
	if *policyFile == "" || *folder == "" || (*proofFile == "") != (*entryFile == "") || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	text, err := os.ReadFile(*policyFile)
	exitOn(err)
	policy, err := parsePolicy(text)
	exitOn(err)

	said, problems := policy.checkLog(*folder, old, *proofFile, *entryFile)
	for _, problem := range problems {
		fmt.Printf("%s: BAD %s: %s\n", *folder, problem.code, problem.what)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
	fmt.Printf("%s: ok: %s\n", *folder, said)
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "checklog:", err)
		os.Exit(2)
	}
}

// checkLog checks everything, and says what it was.
func (p *policy) checkLog(folder string, old paths, proofFile, entryFile string) (string, []*finding) {
	signed, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return "", []*finding{found("malformed", "%v", err)}
	}
	newest, problem := p.open(signed)
	if problem != nil {
		return "", []*finding{problem}
	}
	var problems []*finding
	if !p.met(newest.witnessed) {
		problems = append(problems, found("quorum", "%v: that is not the quorum %s", newest, p.quorum))
	}
	entries, problem := readEntries(folder, newest.N)
	if problem != nil {
		return "", append(problems, problem)
	}
	if root, err := entries.root(newest.N); err != nil || root != newest.Hash {
		problems = append(problems, found("root", "the entries have the root %v, signed is %v", root, newest.Hash))
	}
	tiles, wrong := checkTiles(folder, entries, newest.N)
	problems = append(problems, wrong...)
	checked := 0
	for _, file := range old {
		n, wrong := p.checkOld(file, newest, entries)
		checked += n
		problems = append(problems, wrong...)
	}
	said := fmt.Sprintf("%v; %d tiles, %d older checkpoints", newest, tiles, checked)
	if proofFile != "" {
		index, problem := p.checkProof(proofFile, entryFile, newest, entries)
		if problem != nil {
			problems = append(problems, problem)
		}
		said += fmt.Sprintf(", proof of entry %d", index)
	}
	return said, problems
}

// checkOld checks that each checkpoint of a file was signed by the log and is a beginning of the newest.
func (p *policy) checkOld(file string, newest *checkpoint, entries tree) (int, []*finding) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, []*finding{found("malformed", "%v", err)}
	}
	notes, err := splitNotes(string(text))
	if err != nil {
		return 0, []*finding{found("malformed", "%s: %v", file, err)}
	}
	var problems []*finding
	for i, one := range notes {
		older, problem := p.open([]byte(one))
		if problem == nil {
			problem = isBeginning(older, newest, entries)
		}
		if problem != nil {
			problem.what = fmt.Sprintf("%s, checkpoint %d: %s", file, i+1, problem.what)
			problems = append(problems, problem)
		}
	}
	return len(notes), problems
}

// isBeginning says what, if anything, speaks against older being the tree that newest grew from.
func isBeginning(older, newest *checkpoint, entries tree) *finding {
	if older.origin != newest.origin {
		return found("origin", "it is of %s", older.origin)
	}
	if older.N > newest.N {
		return found("consistency", "it has %d entries, the log %d", older.N, newest.N)
	}
	if root, err := entries.root(older.N); err != nil || root != older.Hash {
		return found("consistency", "at %d the log has the root %v, signed was %v", older.N, root, older.Hash)
	}
	if older.N == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(newest.N, older.N, entries)
	if err == nil {
		err = tlog.CheckTree(proof, newest.N, newest.Hash, older.N, older.Hash)
	}
	if err != nil {
		return found("consistency", "from %d to %d: %v", older.N, newest.N, err)
	}
	return nil
}

// checkProof checks a proof as one who has nothing but the policy and the entry does, and then that its checkpoint is of
// this log.
func (p *policy) checkProof(proofFile, entryFile string, newest *checkpoint, entries tree) (int64, *finding) {
	text, err := os.ReadFile(proofFile)
	exitOn(err)
	entry, err := os.ReadFile(entryFile)
	exitOn(err)
	index, hashes, signed, err := parseProof(string(text))
	if err != nil {
		return 0, found("proof", "%v", err)
	}
	proved, problem := p.open([]byte(signed))
	if problem != nil {
		return index, problem
	}
	if !p.met(proved.witnessed) {
		return index, found("quorum", "the proof's %v: that is not the quorum %s", proved, p.quorum)
	}
	if index >= proved.N {
		return index, found("proof", "entry %d is outside a log of %d", index, proved.N)
	}
	if err := tlog.CheckRecord(hashes, proved.N, proved.Hash, index, tlog.RecordHash(entry)); err != nil {
		return index, found("proof", "entry %d: %v", index, err)
	}
	return index, isBeginning(proved, newest, entries)
}

// parseProof reads a proof file (c2sp.org/tlog-proof).
func parseProof(text string) (index int64, hashes tlog.RecordProof, signed string, err error) {
	malformed := fmt.Errorf("malformed proof")
	head, signed, whole := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !whole || lines[0] != "c2sp.org/tlog-proof@v1" {
		return 0, nil, "", malformed
	}
	lines = lines[1:]
	if len(lines) > 0 && strings.HasPrefix(lines[0], "extra ") {
		if _, err := base64.StdEncoding.DecodeString(lines[0][len("extra "):]); err != nil {
			return 0, nil, "", malformed
		}
		lines = lines[1:]
	}
	if len(lines) == 0 || !strings.HasPrefix(lines[0], "index ") {
		return 0, nil, "", malformed
	}
	number := lines[0][len("index "):]
	index, err = strconv.ParseInt(number, 10, 64)
	if err != nil || index < 0 || strconv.FormatInt(index, 10) != number {
		return 0, nil, "", malformed
	}
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return 0, nil, "", malformed
		}
		hashes = append(hashes, hash)
	}
	return index, hashes, signed, nil
}
