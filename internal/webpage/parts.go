package webpage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// manifestFile is where the build says what it made of each source file.
const manifestFile = ".vite/manifest.json"

// parts are the pieces of the client, by their source files.
type parts map[string]struct {
	File    string   `json:"file"`
	Imports []string `json:"imports"`
}

func readParts(web fs.FS) (parts, error) {
	data, err := fs.ReadFile(web, manifestFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var list parts
	if err == nil {
		err = json.Unmarshal(data, &list)
	}
	if err != nil {
		return nil, fmt.Errorf("webpage: read the list of parts: %w", err)
	}
	return list, nil
}

// pageSources are the pages that are pieces of their own. That of a poll begins in the first piece.
var pageSources = map[string][]string{
	"/":         {"src/welcome/welcome-page.tsx"},
	"/create":   {"src/create/create-page.tsx"},
	"/present/": {"src/present/present-page.tsx"},
	"/embed/":   {"src/results/embed-page.tsx"},
}

func localeSource(l Locale) string { return "src/locales/" + string(l) + ".po" }

// early returns the files that a page loads first, beside the piece that the HTML names itself:
// without being told a browser learns of them one after the other.
func (list parts) early(path string, locale Locale) []string {
	sources := []string{localeSource(locale)}
	if second := strings.IndexByte(strings.TrimPrefix(path, "/"), '/'); second >= 0 {
		path = path[:second+2]
	}
	var files []string
	for _, source := range append(sources, pageSources[path]...) {
		files = list.collect(files, source)
	}
	return files
}

// collect appends the file of a source and of all that it imports.
func (list parts) collect(files []string, source string) []string {
	part, ok := list[source]
	if !ok || source == "index.html" || slices.Contains(files, part.File) {
		return files
	}
	files = append(files, part.File)
	for _, imported := range part.Imports {
		files = list.collect(files, imported)
	}
	return files
}
