"""The store on SQLite: one file, one engine, one writer thread.

Theory: SQLite has one writer at a time, so there is one connection that writes, in a thread of its
own, and it commits what has come in meanwhile as one group: one flush to disk serves many steps.
Readers have connections of their own and never wait for it, nor it for them (write-ahead log).

Invariants: an answer leaves only after its commit is on disk; one engine process has the file; the
log is copied into the database off the commit path.
"""
