"""DuckDB's answer about one file: distinct values a kind. Run by the Python of build-bench/venv; prints one line of JSON.

usage: peer_duckdb.py typed|regexp|lines dense|users|sparse PATH THREADS

typed   count(distinct) of the four columns, with their types declared, so that nothing is guessed
regexp  the same of what a pattern finds in each of these columns
lines   the same of what a pattern finds first in each line, the only way for a log

Timed is the query with its reading; not the start of Python, nor opening the (empty) database in memory.
"""
import json
import sys
import time

import duckdb

KINDS = ("cn-resident-id", "cn-mobile", "email", "bank-card")
PATTERNS = (r"[1-9][0-9]{16}[0-9Xx]", r"1[3-9][0-9]{9}", r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",
            r"[3-6][0-9]{14,18}")
DENSE = ("id_card", "mobile", "email", "bank_card")
USERS = ("idCard", "mobile", "email", "bankCard")


def source(what, shape, path):
    if what == "lines":
        return (f"read_csv('{path}', header=false, auto_detect=false, delim='\x01', quote='', escape='', "
                "columns={'line': 'VARCHAR'})")
    if shape == "dense":
        return (f"read_csv('{path}', header=true, auto_detect=false, columns={{'user_id': 'BIGINT', 'name': 'VARCHAR', "
                "'id_card': 'VARCHAR', 'mobile': 'VARCHAR', 'email': 'VARCHAR', 'bank_card': 'VARCHAR', "
                "'address': 'VARCHAR', 'created_at': 'TIMESTAMP'})")
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in USERS)
    return f"read_json('{path}', format='newline_delimited', columns={{{columns}}})"


def query(what, shape, path):
    columns = ("line",) * 4 if what == "lines" else DENSE if shape == "dense" else USERS
    if what == "typed":
        counts = [f"count(DISTINCT {column})" for column in columns]
    else:       # nothing found is the empty text, which is no identifier
        counts = [f"count(DISTINCT nullif(regexp_extract({column}, '{pattern}'), ''))"
                  for column, pattern in zip(columns, PATTERNS)]
    return f"SELECT {', '.join(counts)} FROM {source(what, shape, path)}"


def main():
    what, shape, path, threads = sys.argv[1:]
    database = duckdb.connect()
    database.execute(f"SET threads = {int(threads)}")
    database.execute("SET preserve_insertion_order = false")
    began = time.perf_counter()
    row = database.execute(query(what, shape, path)).fetchone()
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "version": duckdb.__version__, "distinct": dict(zip(KINDS, row))}))


if __name__ == "__main__":
    main()
