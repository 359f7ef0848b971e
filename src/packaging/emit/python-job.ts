import { duckdbTypeOf } from '../../engine/duckdb-type.js';
import { faultyOptimizers } from '../../engine/faulty-optimizers.js';
import { orderText, quoteIdentifier } from '../../engine/sql-text.js';
import { usesAsOf } from '../../plan/as-of.js';
import type { Product } from '../../plan/product.js';
import { resultName } from '../../plan/result-name.js';
import { premiseChecks } from '../../sql/premise-sql.js';
import type { Emitter } from '../emitter.js';
import { commentLines, pythonString, pythonText } from '../escape.js';
import { block, constant, headOf, list, pythonBoolean, record, rulesConstant } from '../python-constants.js';
import { filesTokenOf, type PythonSource, pythonSourceOf } from '../python-sources.js';
import { refreshConstants } from '../refresh-constants.js';
import { ruleStatements } from '../rule-statements.js';
import { jobLogBody } from './job-log-body.js';
import { jobMainBody } from './job-main-body.js';
import { jobRefreshBody } from './job-refresh-body.js';
import { pythonJobBody } from './python-job-body.js';

const imports = `from __future__ import annotations

import argparse
import datetime
import json
import logging
import os
import re
import signal
import sys
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb`;

/** The stand-alone Python job: the same SQL, premises and rules as a build of dpb, on the duckdb package alone. */
export const emitPythonJob: Emitter = (product) => {
  const { file } = product;
  const text = [
    '#!/usr/bin/env python3',
    commentLines(headOf(file), '#'),
    `"""Builds the table of the data product ${file.name}: stand-alone, on Python 3.9 or later and the duckdb package."""`,
    '',
    imports,
    '',
    ...constantsOf(product),
    `${jobLogBody}\n${jobRefreshBody}\n${pythonJobBody}\n${jobMainBody('duckdb.Error, OSError')}`,
  ].join('\n');
  return [{ path: `etl/${file.name}.py`, text, executable: true }];
};

/** The constants in front of the body: every text is a literal of its own, nothing is pasted into code. */
function constantsOf(product: Product): readonly string[] {
  const { file, sql } = product;
  const filesToken = filesTokenOf(file.sources);
  const sources = file.sources.map((source) => sourceRecord(pythonSourceOf(source, filesToken)));
  const premises = premiseChecks(file.plan).map((check) =>
    record([
      ['id', pythonString(check.id)],
      ['description', pythonString(check.description)],
      ['sql', pythonText(check.sql, '        ')],
    ]),
  );
  const checks = ruleStatements(file).map((statement) =>
    record([
      ['relation', pythonString(statement.relation)],
      ['uses_as_of', pythonBoolean(statement.usesAsOf)],
      ['sql', pythonText(statement.sql, '        ')],
    ]),
  );
  const columns = file.model.columns.map(({ name, type }) => {
    const duckdbType = duckdbTypeOf(type);
    return `    {"name": ${pythonString(name)}, "type": ${duckdbType === null ? 'None' : pythonString(duckdbType)}},`;
  });
  return [
    `PRODUCT = ${pythonString(file.name)}`,
    `TABLE = ${pythonString(file.model.name)}`,
    `VERSION = ${pythonString(file.version)}`,
    `TIME_ZONE = ${pythonString(file.plan.time.zone)}`,
    `FAULTY_OPTIMIZERS = ${pythonString(faultyOptimizers)}`,
    '# The view name of the result, and what stands for the files of a source in its SQL: neither occurs in the sources.',
    `RESULT = ${pythonString(resultName(file.model, file.sources))}`,
    `FILES = ${pythonString(filesToken)}`,
    constant('SOURCES', 'list[dict[str, Any]]', sources),
    constant('PREMISES', 'list[dict[str, Any]]', premises),
    constant('COLUMNS', 'list[dict[str, Any]]', columns),
    rulesConstant(file),
    constant('CHECKS', 'list[dict[str, Any]]', checks),
    ...refreshConstants(product, (column) => ({
      sql: product.refresh.kind === 'incremental' ? product.refresh.sql : null,
      column: quoteIdentifier(column),
      type: duckdbTypeOf(file.model.columns.find(({ name }) => name === column)?.type ?? { kind: 'date' }) ?? 'DATE',
    })),
    `ORDER = ${pythonString(orderText(file.model.sortBy))}`,
    `PRODUCT_SQL: dict[str, Any] = {\n    "uses_as_of": ${pythonBoolean(usesAsOf(file.plan))},\n    "sql": ${pythonText(sql.trim(), '    ')},\n}`,
  ];
}

function sourceRecord({ dataset, kind, folder, files, sql, byName, probe, columns }: PythonSource): string {
  const shown = columns.map(({ name, partial, types, decimals }) => {
    const digits = decimals === null ? 'None' : `(${decimals.join(', ')})`;
    return `(${pythonString(name)}, ${pythonBoolean(partial)}, ${list(types.map(pythonString))}, ${digits})`;
  });
  return record([
    ['dataset', pythonString(dataset)],
    ['kind', pythonString(kind)],
    ['folder', folder === null ? 'None' : pythonString(folder)],
    ['files', block(files.map(pythonString), '        ')],
    ['by_name', pythonBoolean(byName)],
    ['columns', block(shown, '        ')],
    ['probe', probe === null ? 'None' : pythonString(probe)],
    ['sql', pythonString(sql)],
  ]);
}
