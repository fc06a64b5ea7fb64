package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// A policy says whose signatures a checkpoint needs (c2sp.org/tlog-policy).
type policy struct {
	logs      []note.Verifier
	witnesses []witness
	groups    map[string]group
	quorum    string
}

type witness struct {
	name string // in the policy; the key has a name of its own
	key  note.Verifier
}

// A group has witnessed a checkpoint when at least need of its members have.
type group struct {
	need    int
	members []string
}

// parsePolicy reads a policy file. Whatever the standard does not allow is an error.
func parsePolicy(text []byte) (*policy, error) {
	for _, c := range text {
		if c < ' ' && c != '\t' && c != '\n' || c == 0x7f {
			return nil, fmt.Errorf("control character %#x", c)
		}
	}
	p := &policy{groups: map[string]group{}}
	r := reader{policy: p, defined: map[string]bool{}, grouped: map[string]bool{}, keys: map[string]bool{}}
	for i, line := range strings.Split(string(text), "\n") {
		items := strings.FieldsFunc(line, func(c rune) bool { return c == ' ' || c == '\t' })
		if len(items) == 0 || strings.HasPrefix(items[0], "#") {
			continue
		}
		if err := r.line(items); err != nil {
			return nil, fmt.Errorf("line %d: %v", i+1, err)
		}
	}
	if p.quorum == "" {
		return nil, fmt.Errorf("no quorum line")
	}
	return p, nil
}

type reader struct {
	*policy
	defined map[string]bool // witnesses and groups share one space of names
	grouped map[string]bool // each name is a member of at most one group
	keys    map[string]bool
}

func (r *reader) line(items []string) error {
	switch kind, n := items[0], len(items); {
	case kind == "log" && (n == 2 || n == 3):
		key, err := note.NewVerifier(items[1])
		if err != nil {
			return err
		}
		r.logs = append(r.logs, key)
		return r.keyOnce("log", items[1])
	case kind == "witness" && (n == 3 || n == 4):
		key, err := newCosigner(items[2])
		if err != nil {
			return err
		}
		r.witnesses = append(r.witnesses, witness{items[1], key})
		if err := r.keyOnce("witness", items[2]); err != nil {
			return err
		}
		return r.define(items[1])
	case kind == "group" && n >= 4:
		return r.group(items[1], items[2], items[3:])
	case kind == "quorum" && n == 2:
		if r.quorum != "" {
			return fmt.Errorf("a second quorum")
		}
		if items[1] != "none" && !r.defined[items[1]] {
			return fmt.Errorf("%s is not defined", items[1])
		}
		r.quorum = items[1]
		return nil
	}
	return fmt.Errorf("not a line of a policy")
}

func (r *reader) group(name, threshold string, members []string) error {
	for _, member := range members {
		if !r.defined[member] {
			return fmt.Errorf("%s is not defined", member)
		}
		if r.grouped[member] {
			return fmt.Errorf("%s is a member twice", member)
		}
		r.grouped[member] = true
	}
	need, err := strconv.Atoi(threshold)
	switch {
	case threshold == "any":
		need = 1
	case threshold == "all":
		need = len(members)
	case err != nil || strconv.Itoa(need) != threshold || need < 1 || need > len(members):
		return fmt.Errorf("%s of %d members", threshold, len(members))
	}
	r.groups[name] = group{need, members}
	return r.define(name)
}

func (r *reader) define(name string) error {
	if name == "none" || r.defined[name] {
		return fmt.Errorf("the name %s is taken", name)
	}
	r.defined[name] = true
	return nil
}

// keyOnce refuses two keys that are one, whatever they are called.
func (r *reader) keyOnce(kind, vkey string) error {
	key := kind + strings.SplitN(vkey, "+", 3)[2] // a base64 text may itself hold a plus
	if r.keys[key] {
		return fmt.Errorf("the same key a second time")
	}
	r.keys[key] = true
	return nil
}

// met says whether the witnesses in signed, by their names in the policy, are the quorum. note.Open is content with one
// good signature of anybody, so this count is the verifier's own duty.
func (p *policy) met(signed map[string]bool) bool {
	return p.quorum == "none" || p.witnessed(p.quorum, signed)
}

func (p *policy) witnessed(name string, signed map[string]bool) bool {
	g, isGroup := p.groups[name]
	if !isGroup {
		return signed[name]
	}
	have := 0
	for _, member := range g.members {
		if p.witnessed(member, signed) {
			have++
		}
	}
	return have >= g.need
}

// A cosigner verifies the lines of one witness (c2sp.org/tlog-cosignature, Ed25519): eight bytes of time, then a
// signature over that time and the text.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

const algCosignatureV1 = 4

func newCosigner(vkey string) (*cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("malformed verifier key")
	}
	typed, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(typed) != 33 || typed[0] != algCosignatureV1 {
		return nil, fmt.Errorf("not the key of an Ed25519 cosigner")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), typed...))
	hash := binary.BigEndian.Uint32(sum[:])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, fmt.Errorf("the key id is not that of the key")
	}
	return &cosigner{parts[0], hash, typed[1:]}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }
func (c *cosigner) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	if time > 1<<63-1 {
		return false
	}
	var said bytes.Buffer
	fmt.Fprintf(&said, "cosignature/v1\ntime %d\n", time)
	said.Write(text)
	return ed25519.Verify(c.key, said.Bytes(), sig[8:])
}
