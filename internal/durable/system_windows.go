package durable

import "os"

// SyncNames does nothing: the file system keeps its own journal of names.
func SyncNames(string) error { return nil }

// Inherit does nothing: what is made in a directory has its permissions.
func Inherit(*os.File) error { return nil }
