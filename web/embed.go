// Package web holds the web client, as Vite builds it into the folder dist.
package web

import (
	"embed"
	"io/fs"
)

// The folder dist is not in the repository, and a pattern that matches nothing does
// not compile. So the pattern is one that also matches index.html, the source of the
// page, which is always there; it is not used.
//
//go:embed all:[di]*
var files embed.FS

// Files returns the built client: index.html, and under assets what it loads, by
// names that change with their content. It is nil if the client was not built when
// this program was compiled.
func Files() fs.FS {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		return nil
	}
	if _, err := fs.Stat(dist, "index.html"); err != nil {
		return nil
	}
	return dist
}
