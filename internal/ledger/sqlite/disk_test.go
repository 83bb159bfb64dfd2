package sqlite_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/caucus-live/caucus/internal/ledger/sqlite"
)

// A disk stands between a ledger and its database and write-ahead log. It can
// be full, it can fail to sync, and it knows what a loss of power would leave.
// It takes the place of the methods that SQLite calls on its open files.
type disk struct {
	dir string

	mu    sync.Mutex // guards the fields below
	open  map[uintptr]openFile
	files map[string]*platter
}

// An openFile is one of SQLite's handles.
type openFile struct {
	real    sqlite3.Tsqlite3_io_methods
	platter *platter
}

// A platter is what a file holds for sure, and what was written to it since it
// was synced: any part of that may be there as well.
type platter struct {
	synced  []byte
	written []written
	syncs   int
	limit   int64 // at which the file cannot grow; 0 for no limit
	fails   bool  // to sync
}

// A written is one write, or with no data a truncation.
type written struct {
	data   []byte
	offset int64
}

// apply carries out writes on the content of a file.
func apply(content []byte, all []written) []byte {
	for _, w := range all {
		end := int(w.offset) + len(w.data)
		if w.data == nil {
			content = content[:min(end, len(content))]
			continue
		}
		if end > len(content) {
			content = append(content, make([]byte, end-len(content))...)
		}
		copy(content[w.offset:], w.data)
	}
	return content
}

// inserted is the disk under test: SQLite's methods have no receiver.
var inserted atomic.Pointer[disk]

// insertDisk puts a disk under an idle ledger.
func insertDisk(t *testing.T, l *sqlite.Ledger, dir string) *disk {
	t.Helper()
	d := &disk{dir: dir, open: make(map[uintptr]openFile), files: make(map[string]*platter)}
	for _, name := range []string{"ledger.db", "ledger.db-wal"} {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		d.files[name] = &platter{synced: content}
	}
	tls := libc.NewTLS()
	defer tls.Close()
	for _, conn := range l.Connections() {
		if _, err := conn.ExecContext(t.Context(), "SELECT * FROM state"); err != nil { // opens the files
			t.Fatal(err)
		}
		if err := conn.Raw(func(driver any) error {
			db := uintptr(reflect.ValueOf(driver).Elem().FieldByName("db").Uint())
			d.interpose(t, tls, db, sqlite3.SQLITE_FCNTL_FILE_POINTER, "ledger.db")
			d.interpose(t, tls, db, sqlite3.SQLITE_FCNTL_JOURNAL_POINTER, "ledger.db-wal")
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	inserted.Store(d)
	return d
}

// interpose gives one of SQLite's handles methods that ask the disk first.
func (d *disk) interpose(t *testing.T, tls *libc.TLS, db uintptr, which int32, name string) {
	t.Helper()
	mainName, err := libc.CString("main")
	if err != nil {
		t.Fatal(err)
	}
	defer libc.Xfree(tls, mainName)
	answer := libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(uintptr(0))))
	defer libc.Xfree(tls, answer)
	if rc := sqlite3.Xsqlite3_file_control(tls, db, mainName, which, answer); rc != sqlite3.SQLITE_OK {
		t.Fatalf("no handle for %s: %d", name, rc)
	}
	handle := *(*uintptr)(at(answer))
	file := (*sqlite3.Tsqlite3_file)(at(handle))
	real := *(*sqlite3.Tsqlite3_io_methods)(at(file.FpMethods))
	methods := real
	methods.FxWrite, methods.FxSync, methods.FxTruncate = pointer(diskWrite), pointer(diskSync), pointer(diskTruncate)
	file.FpMethods = libc.Xmalloc(tls, libc.Tsize_t(unsafe.Sizeof(methods))) // as long as the process
	*(*sqlite3.Tsqlite3_io_methods)(at(file.FpMethods)) = methods
	d.open[handle] = openFile{real, d.files[name]}
}

// fill makes the disk full when a file has got a size, or gives it room with 0.
func (d *disk) fill(name string, limit int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.files[name].limit = limit
}

// fail makes syncs of a file fail, or not.
func (d *disk) fail(name string, fails bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.files[name].fails = fails
}

// syncs returns how often a file was synced.
func (d *disk) syncs(name string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.files[name].syncs
}

// losePower makes in dir what may be left when the machine stops now: all that
// was synced, and any part of the rest.
func (d *disk) losePower(t *testing.T, dir string, random *rand.Rand) {
	t.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	for name, p := range d.files {
		var kept []written
		for _, w := range p.written {
			if random.IntN(2) == 0 {
				continue
			}
			if sectors := len(w.data) / 512; sectors > 0 && random.IntN(4) == 0 {
				w.data = w.data[:512*random.IntN(sectors+1)] // torn
			}
			kept = append(kept, w)
		}
		if err := os.WriteFile(filepath.Join(dir, name), apply(slices.Clone(p.synced), kept), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	copyFile(t, d.dir, dir, "ledger.lock")
}

func diskWrite(tls *libc.TLS, handle, data uintptr, n int32, offset int64) int32 {
	d := inserted.Load()
	d.mu.Lock()
	defer d.mu.Unlock()
	file := d.open[handle]
	room := int64(n)
	if limit := file.platter.limit; limit != 0 {
		room = min(room, max(0, limit-offset))
	}
	write := *(*func(*libc.TLS, uintptr, uintptr, int32, int64) int32)(unsafe.Pointer(&struct{ f uintptr }{file.real.FxWrite}))
	if room > 0 {
		if rc := write(tls, handle, data, int32(room), offset); rc != sqlite3.SQLITE_OK {
			return rc
		}
		file.platter.written = append(file.platter.written, written{slices.Clone(libc.GoBytes(data, int(room))), offset})
	}
	if room < int64(n) {
		return sqlite3.SQLITE_FULL
	}
	return sqlite3.SQLITE_OK
}

func diskTruncate(tls *libc.TLS, handle uintptr, size int64) int32 {
	d := inserted.Load()
	d.mu.Lock()
	defer d.mu.Unlock()
	file := d.open[handle]
	file.platter.written = append(file.platter.written, written{nil, size})
	truncate := *(*func(*libc.TLS, uintptr, int64) int32)(unsafe.Pointer(&struct{ f uintptr }{file.real.FxTruncate}))
	return truncate(tls, handle, size)
}

func diskSync(tls *libc.TLS, handle uintptr, flags int32) int32 {
	d := inserted.Load()
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.open[handle].platter
	if p.fails {
		return sqlite3.SQLITE_IOERR_FSYNC
	}
	p.synced, p.written = apply(p.synced, p.written), nil
	p.syncs++
	return sqlite3.SQLITE_OK // the test is about what SQLite asks for, not about this machine's disk
}

// at is what SQLite keeps at an address.
func at(address uintptr) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&address)) // memory that Go does not manage
}

// pointer is a function as SQLite keeps it.
func pointer(f any) uintptr {
	return (*[2]uintptr)(unsafe.Pointer(&f))[1]
}

func copyFile(t *testing.T, from, to, name string) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(from, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}
