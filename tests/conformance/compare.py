"""Compares two Parquet tables as bags of rows and prints the difference as JSON.

Arguments: two paths, each a Parquet file or a Hive-partitioned folder. The schemas must be equal in names, order and types.
"""

import json
import os
import sys

import duckdb


def source(path: str) -> str:
    pattern = os.path.join(path, "**", "*.parquet") if os.path.isdir(path) else path
    literal = pattern.replace("'", "''")
    return f"read_parquet('{literal}', hive_partitioning = {str(os.path.isdir(path)).lower()})"


def main() -> None:
    left, right = (source(path) for path in sys.argv[1:3])
    connection = duckdb.connect()

    def rows(sql: str) -> list:
        return connection.execute(sql).fetchall()

    def schema(table: str) -> list:
        return [[name, kind] for name, kind, *_ in rows(f"DESCRIBE SELECT * FROM {table}")]

    def only_in(table: str, other: str) -> int:
        return rows(f"SELECT count(*) FROM (SELECT * FROM {table} EXCEPT ALL SELECT * FROM {other})")[0][0]

    result = {
        "schemas": [schema(left), schema(right)],
        "rows": [rows(f"SELECT count(*) FROM {table}")[0][0] for table in (left, right)],
    }
    if result["schemas"][0] == result["schemas"][1]:
        result["only"] = [only_in(left, right), only_in(right, left)]
    print(json.dumps(result))


main()
