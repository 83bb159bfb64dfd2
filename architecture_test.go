package caucus_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The map in docs/architecture.md is that of the tree: what it names is there, and every package
// and module is named, or is below a folder that is.
func TestArchitecture(t *testing.T) {
	text, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^([a-z][\w/-]*)/ +(MODULE)?`).FindAllStringSubmatch(string(text), -1)
	if len(rows) < 40 {
		t.Fatalf("found only %d folders", len(rows))
	}
	named := map[string]bool{} // whether it is a module
	for _, row := range rows {
		named[row[1]] = row[2] != ""
	}
	for folder, isModule := range named {
		if _, err := os.Stat(folder); err != nil {
			t.Error(err)
		} else if _, err := os.Stat(filepath.Join(folder, "go.mod")); (err == nil) != isModule {
			t.Errorf("%s: is a module: %v, is called one: %v", folder, err == nil, isModule)
		}
	}
	var files []string
	err = fs.WalkDir(os.DirFS("."), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{"testdata", "node_modules", ".git"}, d.Name()):
			return fs.SkipDir
		case filepath.Ext(path) == ".go":
			files = append(files, path)
			if folder := filepath.Dir(path); folder != "." && !isNamed(named, folder) {
				t.Errorf("%s is not named", folder)
			}
		case d.Name() == "go.mod" && path != "go.mod" && !named[filepath.Dir(path)]:
			t.Errorf("module %s is not named", filepath.Dir(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range regexp.MustCompile("`([\\w/]+\\.go)`").FindAllStringSubmatch(string(text), -1) {
		if !slices.ContainsFunc(files, func(path string) bool { return strings.HasSuffix("/"+path, "/"+file[1]) }) {
			t.Errorf("there is no %s", file[1])
		}
	}
}

// isNamed reports whether a folder, or one above it, is named. That there is a library says nothing
// of the packages in it.
func isNamed(named map[string]bool, folder string) bool {
	for at := folder; at != "."; at = filepath.Dir(at) {
		if _, ok := named[at]; ok {
			return at == folder || at != "socketio"
		}
	}
	return false
}
