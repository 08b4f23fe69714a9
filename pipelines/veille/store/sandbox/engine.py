"""The engine of a locked process: one thread until the process is locked, no file but the catalogue's, nothing to be set."""

from pathlib import Path

import duckdb

from veille.store.attach import attach
from veille.store.sandbox.job import CATALOGUE, SandboxJob
from veille.store.sql import literal


def connect(job: SandboxJob) -> duckdb.DuckDBPyConnection:
    """An empty engine without a thread of its own: a thread that exists before the kernel's lock would keep all rights.

    DuckDB looks at the machine's memory when it starts, so this comes before the files are given up.
    """
    return duckdb.connect(
        config={
            "threads": "1",
            "async_threads": "0",
            "memory_limit": f"{job.memory_mib}MiB",
            "temp_directory": job.temporary,
            "max_temp_directory_size": f"{job.temp_mib}MiB",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_persistent_secrets": "false",
            "python_enable_replacements": "false",
        }
    )


def open_catalogue(job: SandboxJob, connection: duckdb.DuckDBPyConnection) -> None:
    """Use the catalogue, read-only, under a configuration that nothing can change any more; after the lock."""
    connection.execute(f"SET threads = {job.threads}")
    attach(connection, Path(job.folder) / CATALOGUE)
    connection.execute(f"SET VARIABLE veille_root = {literal(job.folder)}")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_directories = [{literal(job.folder + '/')}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
