package ballotfile

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// ReadFolder reads an election from the files of a folder, which voting machines export
// it: of Dominion, or of Hart with a file for each ballot. If there is only one file that can
// be read, as in the archives that forms give out, it is read as [Reader.Read] does.
func (o Reader) ReadFolder(name string, files fs.FS) (*File, error) {
	refuse := func(format string, args ...any) error {
		return &Error{name, 1, 1, fmt.Sprintf(format, args...)}
	}
	all, err := listed(files)
	if err != nil {
		return nil, err
	}
	only := func(is func(string) bool) []string {
		return slices.DeleteFunc(slices.Clone(all), func(file string) bool { return !is(file) })
	}
	exports, cvrs, others := only(isDominion), only(isHart), only(isTable)
	switch {
	case len(exports) > 0 && (o.Format == Dominion || o.Format == "" && len(cvrs) == 0):
		return finished(o.readDominion(name, files, exports))
	case len(cvrs) > 0 && (o.Format == Hart || o.Format == "" && len(exports)+len(others) == 0):
		return finished(o.readHartFolder(name, files, cvrs))
	case o.Format == Dominion:
		return nil, refuse("There is no CvrExport.json here: count the folder of the export.")
	case o.Format == Hart:
		return nil, refuse("There is no cast vote record here, a file in XML.")
	case len(exports)+len(cvrs) == 0 && len(others) == 1:
		return o.readOne(name, files, others[0])
	case len(all) == 0:
		return nil, refuse("There are no files here.")
	case len(exports)+len(cvrs)+len(others) == 0:
		return nil, refuse("There is no file here that can be read, only such as %s.", quote([]byte(all[0])))
	}
	return nil, refuse("There are several files here, and no single export of Hart or Dominion: count one of %s.", and(quoteAll(slices.Concat(exports, cvrs, others))))
}

// listed returns all files of a folder and those below, but hidden ones.
func listed(files fs.FS) (all []string, err error) {
	err = fs.WalkDir(files, ".", func(file string, entry fs.DirEntry, err error) error {
		hidden := strings.HasPrefix(path.Base(file), ".") && file != "." || entry != nil && entry.Name() == "__MACOSX"
		switch {
		case err != nil:
			return err
		case hidden && entry.IsDir():
			return fs.SkipDir
		case !hidden && !entry.IsDir():
			all = append(all, file)
		}
		return nil
	})
	return all, err
}

// isHart reports whether a file may be a record of Hart; files ending in .sig.xml are
// signatures of others.
func isHart(file string) bool {
	name := strings.ToLower(file)
	return strings.HasSuffix(name, ".xml") && !strings.HasSuffix(name, ".sig.xml")
}

// isTable reports whether a file may be an election of its own.
func isTable(file string) bool {
	extensions := []string{".blt", ".json", ".csv", ".tsv", ".xlsx", ".soc", ".soi", ".toc", ".toi", ".cat", ".abif"}
	return slices.Contains(extensions, strings.ToLower(path.Ext(file))) && !isDominion(file)
}

func (o Reader) readHartFolder(name string, files fs.FS, cvrs []string) (*File, error) {
	h := newHart(name)
	for _, cvr := range cvrs {
		file, err := files.Open(cvr)
		if err != nil {
			return nil, err
		}
		err = h.read(path.Join(name, cvr), decode(buffered(file)))
		_ = file.Close() // it was read
		if err != nil {
			return nil, err
		}
	}
	return h.election(o.Contest)
}

func (o Reader) readOne(name string, files fs.FS, one string) (*File, error) {
	file, err := files.Open(one)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	f, err := o.Read(path.Join(name, one), file)
	if err == nil {
		f.Notes = append(f.Notes, fmt.Sprintf("The file read is %s.", quote([]byte(one))))
	}
	return f, err
}

func buffered(r io.Reader) *bufio.Reader { return bufio.NewReaderSize(r, 1<<16) }

// isWorkbook reports whether an archive is the workbook of a spreadsheet.
func isWorkbook(archive *zip.Reader) bool {
	return slices.ContainsFunc(archive.File, func(f *zip.File) bool { return strings.HasPrefix(f.Name, "xl/") })
}
