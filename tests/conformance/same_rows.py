"""Compares tables as specs/semantics.md says under "The same rows"; prints one JSON line for each comparison.

Argument: a JSON file with a list of {"name", "left", "right", "ulps"}. A side is {"parquet": path} (a file or a Hive-partitioned
folder) or {"database": path, "table": name}. Rows are bags. Exact columns must agree by hash; DOUBLE columns by at most so many
units in the last place.
"""

import json
import math
import os
import struct
import sys

import duckdb


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def relation(connection: duckdb.DuckDBPyConnection, side: dict, alias: str) -> str:
    if "database" in side:
        path = side["database"].replace("'", "''")
        connection.execute(f"ATTACH '{path}' AS {alias} (READ_ONLY)")
        return f"{alias}.main.{quoted(side['table'])}"
    path = side["parquet"]
    folder = os.path.isdir(path)
    pattern = (os.path.join(path, "**", "*.parquet") if folder else path).replace("'", "''")
    return f"read_parquet('{pattern}', hive_partitioning = {str(folder).lower()})"


def place(value: float) -> int:
    """The position of a DOUBLE among all of them: neighbours differ by 1, both zeros are one."""
    bits = struct.unpack("<q", struct.pack("<d", value))[0]
    return bits if bits >= 0 else -(bits & 0x7FFFFFFFFFFFFFFF)


def distance(left: "float | None", right: "float | None") -> float:
    if left is None or right is None:
        return 0 if left is right else math.inf
    if math.isnan(left) or math.isnan(right):
        return 0 if math.isnan(left) and math.isnan(right) else math.inf
    if math.isinf(left) or math.isinf(right):
        return 0 if left == right else math.inf
    return abs(place(left) - place(right))


def compare(left: dict, right: dict) -> dict:
    connection = duckdb.connect()
    sides = [relation(connection, left, "left_side"), relation(connection, right, "right_side")]
    schemas = [[row[:2] for row in connection.execute(f"DESCRIBE SELECT * FROM {side}").fetchall()] for side in sides]
    counts = [connection.execute(f"SELECT count(*) FROM {side}").fetchone()[0] for side in sides]
    result = {"schemas": schemas, "rows": counts}
    if schemas[0] != schemas[1]:
        return result
    exact = [quoted(name) for name, kind in schemas[0] if kind != "DOUBLE"]
    floats = [quoted(name) for name, kind in schemas[0] if kind == "DOUBLE"]
    row = f"hash({', '.join(exact)})" if exact else "0"
    result["hashes"] = [str(connection.execute(f"SELECT coalesce(sum({row}::HUGEINT), 0) FROM {side}").fetchone()[0]) for side in sides]
    if floats and counts[0] == counts[1]:
        columns = ", ".join([row, *floats])
        ordered = [connection.execute(f"SELECT {columns} FROM {side} ORDER BY ALL").fetchall() for side in sides]
        pairs = zip(*ordered, strict=True)
        result["ulps"] = max((distance(a, b) for one, two in pairs for a, b in zip(one[1:], two[1:], strict=True)), default=0)
    return result


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        comparisons = json.load(file)
    for comparison in comparisons:
        try:
            outcome = compare(comparison["left"], comparison["right"])
            same = (
                outcome["schemas"][0] == outcome["schemas"][1]
                and outcome["rows"][0] == outcome["rows"][1]
                and outcome["hashes"][0] == outcome["hashes"][1]
                and outcome.get("ulps", 0) <= comparison["ulps"]
            )
            if "ulps" in outcome and math.isinf(outcome["ulps"]):
                outcome["ulps"] = "infinite"
        except duckdb.Error as error:
            same, outcome = False, {"error": str(error)}
        print(json.dumps({"name": comparison["name"], "same": same, **outcome}, default=str))


main()
