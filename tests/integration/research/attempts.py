"""What people, and programs that pretend to be people, may try with SQL; and what must come of it.

{secret}, {private}, {analyst}, {research}, {link}, {outside}, {port} and {query} are filled in by the test: a bait file,
the private database, the two published folders, a symbolic link inside the research folder that leads out of it, a
folder that anybody may write, a port on which the test listens, and the id of somebody else's query.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Attempt:
    """outcomes: how it may end; `ok` where a result is allowed, which must not hold the bait."""

    name: str
    sql: str
    outcomes: tuple[str, ...] = ("refused",)
    catalogue: str = "research"
    seconds: float = 60.0


_ENDED = ("time", "memory", "temp")
_REFUSED_OR_WRONG = ("refused", "wrong")

FILES = [
    Attempt("read a file as text", "SELECT * FROM read_text('{secret}')"),
    Attempt("read a file as bytes", "SELECT * FROM read_blob('{secret}')"),
    Attempt("read a file as CSV", "SELECT * FROM read_csv('{secret}', header = false)"),
    Attempt("read a file as JSON", "SELECT * FROM read_json('{secret}')"),
    Attempt("read a file by its name", "FROM '{secret}'", _REFUSED_OR_WRONG),
    Attempt("read the password file", "SELECT * FROM read_csv('/etc/passwd', delim = ':')"),
    Attempt("sniff a file", "SELECT * FROM sniff_csv('{secret}')"),
    Attempt("read the private database", "SELECT * FROM read_duckdb('{private}', table_name = 'mentions')"),
    Attempt("list a folder", "SELECT * FROM glob('{outside}/*')"),
    Attempt("list the root", "SELECT * FROM glob('/*')"),
    Attempt("list upwards", "SELECT * FROM glob('{research}/../*')"),
    Attempt("read upwards", "SELECT * FROM read_text('{research}/../../secret.txt')"),
    Attempt("read upwards from the working directory", "SELECT * FROM read_text('../../../secret.txt')"),
    Attempt("follow a symbolic link", "SELECT * FROM read_text('{link}/secret.txt')", _REFUSED_OR_WRONG),
    Attempt("list through a symbolic link", "SELECT * FROM glob('{link}/*')", ("refused", "wrong", "ok")),
    Attempt("Parquet metadata of a file", "SELECT * FROM parquet_metadata('{secret}')"),
    Attempt("a file as the argument of a subquery", "SELECT (SELECT content FROM read_text('{secret}'))"),
    Attempt(
        "a file in a lateral join", "SELECT content FROM (VALUES ('{secret}')) AS t(f), read_text(f)", _REFUSED_OR_WRONG
    ),
    Attempt("a file in EXPLAIN ANALYZE", "EXPLAIN ANALYZE SELECT * FROM read_text('{secret}')"),
    Attempt("SQL as text", "SELECT * FROM query('SELECT * FROM read_text(''{secret}'')')"),
    Attempt(
        "SQL as a serialised tree",
        "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''{secret}'')'))",
    ),
    Attempt("another file by a variable", "SET VARIABLE veille_root = '{outside}'"),
]

CATALOGUES = [
    Attempt("files of the other catalogue", "SELECT * FROM read_parquet('{analyst}/segments/mentions/*/*.parquet')"),
    Attempt(
        "the other catalogue by ..", "SELECT * FROM read_parquet('{research}/../analyst/segments/mentions/*/*.parquet')"
    ),
    Attempt(
        "the other catalogue's file", "SELECT * FROM read_duckdb('{analyst}/catalog.duckdb', table_name = 'segments')"
    ),
    Attempt("attach the other catalogue", "ATTACH '{analyst}/catalog.duckdb' AS other (READ_ONLY)"),
    Attempt("attach the private database", "ATTACH '{private}' AS other (READ_ONLY)"),
    Attempt("attach a new database", "ATTACH '{outside}/new.duckdb' AS other"),
    Attempt("attach in memory", "ATTACH ':memory:' AS other"),
    Attempt("detach", "DETACH veille"),
    Attempt("use another database", "USE memory"),
    Attempt("ask for the other catalogue", "SELECT prompt FROM mentions", catalogue="analyst"),
    Attempt("ask for no catalogue", "SELECT 1", catalogue="../analyst"),
    Attempt("ask for the data folder", "SELECT 1", catalogue="."),
    Attempt("columns that are not published", "SELECT account_id, prompt FROM mentions", ("wrong",)),
]

WRITES = [
    Attempt("copy to a file", "COPY (SELECT 1 AS a) TO '{outside}/copied.csv'"),
    Attempt("copy into the catalogue's folder", "COPY (SELECT 1 AS a) TO '{research}/segments/planted.parquet'"),
    Attempt("copy inside a SELECT", "WITH x AS (COPY (SELECT 1 AS a) TO '{outside}/hidden.csv') SELECT * FROM x"),
    Attempt(
        "copy inside a SELECT into the folder",
        "SELECT * FROM (WITH x AS (COPY (SELECT 1 AS a) TO '{research}/segments/planted.csv') SELECT * FROM x)",
    ),
    Attempt("copy under EXPLAIN ANALYZE", "EXPLAIN ANALYZE COPY (SELECT 1 AS a) TO '{outside}/explained.csv'"),
    Attempt("copy from a file", "COPY status FROM '{secret}'"),
    Attempt("export everything", "EXPORT DATABASE '{outside}/exported'"),
    Attempt("import", "IMPORT DATABASE '{outside}'"),
    Attempt("create a table", "CREATE TABLE planted AS SELECT 1 AS a"),
    Attempt("create a view", "CREATE VIEW planted AS SELECT 1 AS a"),
    Attempt("create a macro", "CREATE MACRO planted() AS 1"),
    Attempt("insert", "INSERT INTO status VALUES (NULL)"),
    Attempt("insert inside a SELECT", "WITH x AS (INSERT INTO releases DEFAULT VALUES RETURNING *) SELECT * FROM x"),
    Attempt("delete", "DELETE FROM status"),
    Attempt("drop", "DROP VIEW exchanges"),
    Attempt("alter", "ALTER TABLE status ADD COLUMN planted INTEGER"),
    Attempt("a log as a file", "SELECT * FROM enable_logging(storage = 'file', storage_path = '{outside}/log')"),
    Attempt("a log by a call", "CALL enable_logging('QueryLog', storage = 'file', storage_path = '{outside}/log')"),
    Attempt("a profile as a file", "PRAGMA profiling_output = '{outside}/profile.json'"),
    Attempt("checkpoint", "CHECKPOINT"),
    Attempt("vacuum", "VACUUM"),
    Attempt("two statements", "SELECT 1; COPY (SELECT 1 AS a) TO '{outside}/second.csv'"),
    Attempt("prepared", "PREPARE p AS COPY (SELECT 1 AS a) TO '{outside}/prepared.csv'"),
    Attempt("a hidden second statement", "SELECT 1 /* ; */; -- \n DROP VIEW exchanges"),
]

ENGINE = [
    Attempt("more threads", "SET threads = 64"),
    Attempt("more memory", "SET memory_limit = '100GB'"),
    Attempt("another temporary folder", "SET temp_directory = '{outside}'"),
    Attempt("unlock", "SET lock_configuration = false"),
    Attempt("open the outside", "SET enable_external_access = true"),
    Attempt("allow a folder", "SET allowed_directories = ['/']"),
    Attempt("reset", "RESET memory_limit"),
    Attempt("a pragma", "PRAGMA threads = 64"),
    Attempt("install", "INSTALL httpfs"),
    Attempt("force install", "FORCE INSTALL httpfs FROM community"),
    Attempt("load", "LOAD httpfs"),
    Attempt("load a library", "LOAD '{outside}/evil.duckdb_extension'"),
    Attempt("a function of an extension", "SELECT * FROM sqlite_scan('{private}', 'x')", _REFUSED_OR_WRONG),
    Attempt("a secret", "CREATE SECRET s (TYPE http, BEARER_TOKEN 'x')"),
    Attempt("secrets of others", "SELECT * FROM duckdb_secrets()", ("ok",)),
    Attempt("settings", "SELECT name, value FROM duckdb_settings()", ("ok",)),
    Attempt("an external resource", "SELECT * FROM create_external_resource('a')"),
    Attempt("end the engine", "SELECT error('stop')", ("wrong",)),
]

ENVIRONMENT = [
    Attempt("the environment of the process", "SELECT * FROM read_text('/proc/self/environ')"),
    Attempt("the environment of the parent", "SELECT * FROM read_text('/proc/1/environ')"),
    Attempt("an environment variable", "SELECT getenv('VEILLE_PRIVACY__KEY')", ("wrong",)),
    Attempt("a variable of the program", "SELECT * FROM job", ("wrong",)),
    Attempt("a frame of the program", "SELECT * FROM connection", ("wrong",)),
    Attempt("memory by a pointer", "SELECT * FROM arrow_scan(1::POINTER, 2::POINTER, 3::POINTER)", ("wrong",)),
    Attempt("the web", "SELECT * FROM read_csv('http://127.0.0.1:{port}/x.csv')"),
    Attempt("the web by a name", "FROM 'https://example.org/x.parquet'"),
    Attempt("object storage", "FROM 's3://bucket/x.parquet'"),
    Attempt("the service's token", "SELECT * FROM read_text('{research}/../../api.token')"),
    Attempt("the key", "SELECT * FROM read_text('{research}/../../pseudonym.key')"),
    Attempt(
        "the record of somebody else's query",
        "SELECT * FROM read_text('{research}/../../gateway/queries/{query}.json')",
    ),
    Attempt("ask another query to end", "COPY (SELECT 1) TO '{research}/../../gateway/queries/{query}.cancel'"),
]

RUNAWAYS = [
    Attempt(
        "recursion without end",
        "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) SELECT max(a) FROM t",
        _ENDED,
    ),
    Attempt(
        "a cross join",
        "SELECT count(*) FROM range(1000000000) AS a, range(1000000000) AS b WHERE a.range <> b.range",
        _ENDED,
    ),
    Attempt(
        "a cross join of the data",
        "SELECT count(*) FROM exchanges AS a, exchanges AS b, exchanges AS c, range(1000000000)",
        _ENDED,
    ),
    Attempt("a huge string", "SELECT length(repeat('a', 2000000000))", ("memory", "time", "wrong")),
    Attempt("many huge strings", "SELECT list(repeat('a', 10000000)) FROM range(1000)", _ENDED),
    Attempt("a growing string", "SELECT string_agg(repeat('b', 1000000), '') FROM range(100000)", (*_ENDED, "wrong")),
    Attempt("a huge list", "SELECT list(i) FROM range(1000000000) AS t(i)", _ENDED),
    Attempt(
        "a sort that spills",
        "SELECT * FROM (SELECT hash(i) AS h, repeat('x', 200) AS s FROM range(30000000) AS t(i)) ORDER BY h",
        _ENDED,
    ),
    Attempt(
        "a group that spills",
        "SELECT hash(i) AS h, count(*) AS n FROM range(300000000) AS t(i) GROUP BY ALL ORDER BY n",
        _ENDED,
    ),
    Attempt("an endless result", "SELECT * FROM range(1000000000000)", ("ok", "time")),
    Attempt("wide rows", "SELECT repeat('x', 1000000) AS a FROM range(100000)", ("ok", *_ENDED)),
    Attempt(
        "slow matching",
        "SELECT count(*) FROM range(100000000) AS t(i) WHERE regexp_matches(repeat('a', 5000) || i, '(a|aa)*b')",
        _ENDED,
    ),
]

ODD = [
    Attempt("deep nesting", "SELECT " + "(" * 5000 + "1" + ")" * 5000, ("wrong", "refused", "memory", "lost", "ok")),
    Attempt("a long text", "SELECT '" + "a" * 150_000 + "'"),
    Attempt("nothing", "   "),
]

RUNAWAYS = [replace(attempt, seconds=1.5) for attempt in RUNAWAYS]
ATTEMPTS = [*FILES, *CATALOGUES, *WRITES, *ENGINE, *ENVIRONMENT, *RUNAWAYS, *ODD]
