package main

import (
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A checkpoint as its log signed it, and which witnesses of the policy cosigned it.
type checkpoint struct {
	tlog.Tree
	origin    string
	witnessed map[string]bool
}

func (c *checkpoint) String() string {
	names := make([]string, 0, len(c.witnessed))
	for name := range c.witnessed {
		names = append(names, name)
	}
	sort.Strings(names)
	return fmt.Sprintf("%s at %d, cosigned by %d (%s)", c.origin, c.N, len(names), strings.Join(names, ", "))
}

// open reads a signed checkpoint. The log must be one of the policy and must have signed it; no line of a known key
// may be wrong. It does not ask for the quorum.
func (p *policy) open(signed []byte) (*checkpoint, *finding) {
	text := string(signed)
	if i := strings.LastIndex(text, "\n\n"); i >= 0 {
		text = text[:i+1]
	}
	c, err := parseCheckpoint(text)
	if err != nil {
		return nil, found("malformed", "%v", err)
	}
	var known []note.Verifier
	for _, key := range p.logs {
		if key.Name() == c.origin {
			known = append(known, key)
		}
	}
	if len(known) == 0 {
		return nil, found("origin", "the policy knows no log %q", c.origin)
	}
	logKeys := len(known)
	names := map[note.Verifier]string{}
	for _, w := range p.witnesses {
		known = append(known, w.key)
		names[w.key] = w.name
	}
	opened, err := note.Open(signed, note.VerifierList(known...))
	var invalid *note.InvalidSignatureError
	switch {
	case errors.As(err, &invalid):
		return nil, found("signature", "the line of %s+%08x does not verify", invalid.Name, invalid.Hash)
	case err != nil:
		return nil, found("signature", "%v", err)
	case opened.Text != text:
		return nil, found("malformed", "the note says something else than its beginning")
	}
	signedBy := func(key note.Verifier) bool {
		for _, sig := range opened.Sigs {
			if sig.Name == key.Name() && sig.Hash == key.KeyHash() {
				return true
			}
		}
		return false
	}
	isOfLog := false
	for _, key := range known[:logKeys] {
		isOfLog = isOfLog || signedBy(key)
	}
	if !isOfLog {
		return nil, found("signature", "%s has not signed it", c.origin)
	}
	for _, key := range known[logKeys:] {
		if signedBy(key) {
			c.witnessed[names[key]] = true
		}
	}
	return c, nil
}

// parseCheckpoint reads the text of a checkpoint (c2sp.org/tlog-checkpoint); tlog.ParseTree reads only the one of Go's
// own database.
func parseCheckpoint(text string) (*checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return nil, fmt.Errorf("a checkpoint has three lines")
	}
	for _, line := range lines[:len(lines)-1] {
		if line == "" {
			return nil, fmt.Errorf("a line is empty")
		}
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return nil, fmt.Errorf("%q is no size", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return nil, fmt.Errorf("%q is no root", lines[2])
	}
	return &checkpoint{tlog.Tree{N: size, Hash: root}, lines[0], map[string]bool{}}, nil
}

// splitNotes takes apart a file of signed checkpoints, one after another with a blank line between: checkpoints have no
// blank line of their own.
func splitNotes(text string) ([]string, error) {
	parts := strings.Split(strings.TrimSuffix(text, "\n"), "\n\n")
	if len(parts)%2 != 0 {
		return nil, fmt.Errorf("not a sequence of signed notes")
	}
	var notes []string
	for i := 0; i < len(parts); i += 2 {
		notes = append(notes, parts[i]+"\n\n"+parts[i+1]+"\n")
	}
	return notes, nil
}
