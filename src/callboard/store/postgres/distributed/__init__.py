"""The store on PostgreSQL that spreads over several machines, Citus or YugabyteDB: what is said
otherwise there. Decision record 0014 and docs/explanation/distributed-postgresql.md say why.
"""

from callboard.store.postgres.distributed.store import DistributedStore

__all__ = ["DistributedStore"]
