package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const height = 8
const width = 1 << height

// A tree recomputed from a log's entries: every hash of it, in the order Go's own database stores them. Nothing in it
// was read from a tile.
type tree []tlog.Hash

func (t tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		if at >= int64(len(t)) {
			return nil, fmt.Errorf("hash %d is outside the tree", at)
		}
		hashes[i] = t[at]
	}
	return hashes, nil
}

// root of the first n entries. tlog.TreeHash has none for the empty tree.
func (t tree) root(n int64) (tlog.Hash, error) {
	if n == 0 {
		return sha256.Sum256(nil), nil
	}
	return tlog.TreeHash(n, t)
}

// readEntries recomputes the tree of the first size entries from tile/entries.
func readEntries(folder string, size int64) (tree, *finding) {
	var t tree
	for n := int64(0); n*width < size; n++ {
		count := size - n*width
		if count > width {
			count = width
		}
		path := tilePath("entries", n, count)
		bundle, err := os.ReadFile(filepath.Join(folder, path))
		if err != nil {
			return nil, found("entries", "%s cannot be read: %v", path, err)
		}
		for i := int64(0); i < count; i++ {
			if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
				return nil, found("entries", "%s ends before entry %d", path, n*width+i)
			}
			length := int(binary.BigEndian.Uint16(bundle))
			hashes, err := tlog.StoredHashes(n*width+i, bundle[2:2+length], t)
			if err != nil {
				return nil, found("entries", "%s: %v", path, err)
			}
			t = append(t, hashes...)
			bundle = bundle[2+length:]
		}
		if len(bundle) > 0 {
			return nil, found("entries", "%s goes on after entry %d", path, n*width+count-1)
		}
	}
	return t, nil
}

// checkTiles compares every tile file with the recomputed tree: all that size asks for must be there, all that is there
// must be right, whether size asks for it or not.
func checkTiles(folder string, t tree, size int64) (tiles int, problems []*finding) {
	for level, hashes := 0, size; hashes > 0; level, hashes = level+1, hashes/width {
		for n := int64(0); n*width < hashes; n++ {
			count := hashes - n*width
			if count > width {
				count = width
			}
			path := tilePath(strconv.Itoa(level), n, count)
			if _, err := os.Stat(filepath.Join(folder, path)); err != nil {
				problems = append(problems, found("tile", "%s is missing", path))
			}
		}
	}
	root := filepath.Join(folder, "tile")
	if _, err := os.Stat(root); size == 0 && os.IsNotExist(err) {
		return 0, nil
	}
	filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(folder, file)
		path := filepath.ToSlash(name)
		if err != nil {
			problems = append(problems, found("tile", "%s cannot be read: %v", path, err))
			return nil
		}
		if entry.IsDir() || strings.HasPrefix(path, "tile/entries/") {
			return nil
		}
		if err := checkTile(file, path, t, size); err != nil {
			problems = append(problems, found("tile", "%s %v", path, err))
		}
		tiles++
		return nil
	})
	return tiles, problems
}

func checkTile(file, path string, t tree, size int64) error {
	// Go's paths have the height in them; the standard's do not.
	tile, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", height, strings.TrimPrefix(path, "tile/")))
	if err != nil || tile.L < 0 {
		return fmt.Errorf("is not the path of a tile")
	}
	if tile.L > 7 || tile.N*width+int64(tile.W) > size>>uint(height*tile.L) {
		return fmt.Errorf("is no tile of a tree of %d", size)
	}
	want, err := tlog.ReadTileData(tile, t)
	if err != nil {
		return err
	}
	have, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.Equal(want, have) {
		return fmt.Errorf("is not the tile of the entries")
	}
	return nil
}

// tilePath is the standard's path of a tile or bundle of count hashes or entries (c2sp.org/tlog-tiles).
func tilePath(level string, n, count int64) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if count < width {
		path += fmt.Sprintf(".p/%d", count)
	}
	return "tile/" + level + "/" + path
}
