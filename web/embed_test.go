package web_test

import (
	"io/fs"
	"os"
	"testing"

	"github.com/caucus-live/caucus/web"
)

// The program holds what is in dist when it is compiled, and nothing without one.
func TestFiles(t *testing.T) {
	want, err := os.ReadFile("dist/index.html")
	files := web.Files()
	if err != nil {
		if files != nil {
			t.Error("Files is not nil although the client is not built")
		}
		return
	}
	if files == nil {
		t.Fatal("Files is nil although the client is built")
	}
	got, err := fs.ReadFile(files, "index.html")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("index.html is not the one that was built")
	}
}
