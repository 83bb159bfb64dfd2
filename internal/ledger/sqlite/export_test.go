package sqlite

import "database/sql"

// Connections returns those that write to the files: the writer's and the
// checkpointer's. They may be used while no call is under way.
func (l *Ledger) Connections() []*sql.Conn { return []*sql.Conn{l.writing, l.copying} }
