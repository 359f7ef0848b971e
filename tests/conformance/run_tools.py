"""Runs the tools that judge a product on many products in one process; prints one JSON line for each product and tool.

Argument: a JSON file with a list of {"name", "definition", "gold", "data", "as_of"}: the folder of the definition, the gold Parquet
file, the folder above the sources and the as-of date. The working folder is the workspace, against which contracts name their data.
"""

import contextlib
import io
import json
import pathlib
import runpy
import sys
import traceback

from datacontract.data_contract import DataContract
from dataproduct.cli import app
from typer.testing import CliRunner


def contract(definition: pathlib.Path, act: str) -> dict:
    run = getattr(DataContract(data_contract_file=str(definition / "contract.odcs.yaml")), act)()
    result = str(getattr(run.result, "value", run.result))
    bad = [
        f"{check.name}: {check.reason}" for check in run.checks or []
        if str(getattr(check.result, "value", check.result)) not in ("passed", "info", "warning")
    ]
    return {"ok": result in ("passed", "warning") and not bad, "result": result, "checks": len(run.checks or []), "bad": bad}


def great_expectations(definition: pathlib.Path, product: dict) -> dict:
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        code = runpy.run_path(str(definition / "great_expectations" / "run.py"))["main"]([product["gold"], "--data", product["data"], "--as-of", product["as_of"]])
    lines = [json.loads(line) for line in output.getvalue().splitlines() if line.startswith("{")]
    # Of a source warnings may speak up: rows of the samples and of random tables break some. All else holds.
    suite = json.loads((definition / "great_expectations" / "suite.json").read_text("utf-8"))
    gold = {expectation["meta"]["rule"] for expectation in suite["expectations"]}
    bad = [
        line for line in lines
        if line["state"] == "not checked" or (line["state"] == "fails" and (line["severity"] == "critical" or line["rule"] in gold))
    ]
    return {"ok": code == 0 and len(lines) > 0 and not bad, "code": code, "checks": len(lines), "bad": bad}


def data_product(definition: pathlib.Path) -> dict:
    result = CliRunner().invoke(app, ["lint", str(definition / "data-product.yaml")])
    return {"ok": result.exit_code == 0, "code": result.exit_code, "output": result.output[-500:]}


def main() -> None:
    products = json.loads(pathlib.Path(sys.argv[1]).read_text("utf-8"))
    for product in products:
        definition = pathlib.Path(product["definition"])
        tools = {
            "datacontract lint": lambda definition=definition: contract(definition, "lint"),
            "datacontract test": lambda definition=definition: contract(definition, "test"),
            "great_expectations": lambda definition=definition, product=product: great_expectations(definition, product),
            "dataproduct lint": lambda definition=definition: data_product(definition),
        }
        for tool, act in tools.items():
            try:
                with contextlib.redirect_stderr(io.StringIO()):
                    outcome = act()
            except Exception:
                outcome = {"ok": False, "error": traceback.format_exc()[-1500:]}
            sys.stdout.write(json.dumps({"name": product["name"], "tool": tool, **outcome}, default=str) + "\n")
            sys.stdout.flush()


main()
