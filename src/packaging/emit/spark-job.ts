import { usesAsOf } from '../../plan/as-of.js';
import type { Product, ProductFile, SparkSql } from '../../plan/product.js';
import { resultName } from '../../plan/result-name.js';
import { identifierText } from '../../sql/dialect.js';
import { saidOrRefused, sparkDialect, sparkTypeName } from '../../sql/dialect-spark.js';
import { premiseChecks } from '../../sql/premise-sql.js';
import { doubleTextFunction } from '../../sql/spark-cast.js';
import { assertNever } from '../../support/assert-never.js';
import type { Emitter } from '../emitter.js';
import { commentLines, pythonString, pythonText } from '../escape.js';
import { block, constant, headOf, list, pythonBoolean, record, rulesConstant } from '../python-constants.js';
import { refreshConstants } from '../refresh-constants.js';
import { ruleStatements } from '../rule-statements.js';
import { type SparkSource, simpleTypeName, sparkSourceOf } from '../spark-sources.js';
import { jobLogBody } from './job-log-body.js';
import { jobMainBody } from './job-main-body.js';
import { jobRefreshBody } from './job-refresh-body.js';
import { sparkJobBody } from './spark-job-body.js';
import { sparkRefreshBody } from './spark-refresh-body.js';
import { sparkSwapBody } from './spark-swap-body.js';

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
from typing import Any

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession`;

/**
 * The PySpark job: the same plan, premises and rules in Spark SQL, for spark-submit. No file where Spark cannot say something
 * of them exactly: the README says what.
 */
export const emitSparkJob: Emitter = (product) => {
  const job = sparkJobOf(product);
  return job.kind === 'said' ? [{ path: `spark/${product.file.name}.py`, text: job.sql, executable: true }] : [];
};

/** The text of the job, or why there is none. */
export function sparkJobOf(product: Product): SparkSql {
  const { file, spark } = product;
  switch (spark.kind) {
    case 'refused':
      return spark;
    case 'said':
      return saidOrRefused(() =>
        [
          '#!/usr/bin/env python3',
          commentLines(headOf(file), '#'),
          `"""Builds the table of the data product ${file.name} with Spark 3.5 or later: for spark-submit, on a cluster or local[*]."""`,
          '',
          imports,
          '',
          ...constantsOf(product, spark.sql),
          `${jobLogBody}\n${jobRefreshBody}\n${sparkJobBody}\n${sparkSwapBody}\n${sparkRefreshBody}\n${jobMainBody('PySparkException, Py4JError, OSError')}`,
        ].join('\n'),
      );
    default:
      return assertNever(spark);
  }
}

/** The constants in front of the body: every text is a literal of its own, nothing is pasted into code. */
function constantsOf(product: Product, sql: string): readonly string[] {
  const { file } = product;
  const premises = premiseChecks(file.plan, sparkDialect).map((check) =>
    record([
      ['id', pythonString(check.id)],
      ['description', pythonString(check.description)],
      ['sql', pythonText(check.sql, '        ')],
    ]),
  );
  const statements = ruleStatements(file, sparkDialect);
  const checks = statements.map((statement) =>
    record([
      ['relation', pythonString(statement.relation)],
      ['uses_as_of', pythonBoolean(statement.usesAsOf)],
      ['sql', pythonText(statement.sql, '        ')],
    ]),
  );
  const sources = file.sources.map(sparkSourceOf);
  const written = [sql, ...statements.map((statement) => statement.sql)];
  return [
    `PRODUCT = ${pythonString(file.name)}`,
    `TABLE = ${pythonString(file.model.name)}`,
    `VERSION = ${pythonString(file.version)}`,
    `TIME_ZONE = ${pythonString(file.plan.time.zone)}`,
    '# The view of the result, as SQL writes its name: no source has it.',
    `RESULT = ${pythonString(identifierText(resultName(file.model, file.sources), sparkDialect))}`,
    constant('SOURCES', 'list[dict[str, Any]]', sources.map(sourceRecord)),
    constant('PREMISES', 'list[dict[str, Any]]', premises),
    constant('COLUMNS', 'list[tuple[str, str | None]]', columnsOf(file)),
    partitionConstant(file),
    rulesConstant(file),
    constant('CHECKS', 'list[dict[str, Any]]', checks),
    '# Whether the SQL writes a DOUBLE as text, for which Spark has no function that always takes the shortest form.',
    `WRITES_DOUBLES = ${pythonBoolean(written.some((text) => text.includes(doubleTextFunction)))}`,
    ...refreshConstants(product, (column) => ({
      sql: product.refresh.kind === 'incremental' ? product.refresh.spark : null,
      column: identifierText(column, sparkDialect),
      type: sparkTypeName(file.model.columns.find(({ name }) => name === column)?.type ?? { kind: 'date' }),
    })),
    `PRODUCT_SQL: dict[str, Any] = {\n    "uses_as_of": ${pythonBoolean(usesAsOf(file.plan))},\n    "sql": ${pythonText(sql.trim(), '    ')},\n}`,
  ];
}

/** Names and Spark types of the result; None for types that only the engine of the sources knows. */
function columnsOf({ model }: ProductFile): readonly string[] {
  return model.columns.map(({ name, type }) => {
    const isShown = type.kind === 'time' || type.kind === 'other';
    const own = isShown ? 'None' : pythonString(simpleTypeName(type));
    return `    (${pythonString(name)}, ${own}),`;
  });
}

/** The period that the table may be split by, in a column of its own. */
function partitionConstant({ model }: ProductFile): string {
  if (model.partitionBy === null) return 'PARTITION: dict[str, str] | None = None';
  const { column, unit } = model.partitionBy;
  const taken = new Set(model.columns.map(({ name }) => name.toLowerCase()));
  let name = `${column}_${unit}`;
  while (taken.has(name.toLowerCase())) name = `${name}_`;
  const fields = [
    ['column', identifierText(column, sparkDialect)],
    ['unit', unit],
    ['name', name],
    ['quoted', identifierText(name, sparkDialect)],
  ] as const;
  const items = fields.map(([key, value]) => `    ${pythonString(key)}: ${pythonString(value)},`);
  return `PARTITION: dict[str, str] | None = {\n${items.join('\n')}\n}`;
}

function sourceRecord({ dataset, view, kind, folder, files, inOrder, options, columns }: SparkSource): string {
  const shown = columns.map(({ name, partial, types, decimals }) => {
    const digits = decimals === null ? 'None' : `(${decimals.join(', ')})`;
    return `(${pythonString(name)}, ${pythonBoolean(partial)}, ${list(types.map(pythonString))}, ${digits})`;
  });
  const given = options.map(([name, value]) => `            ${pythonString(name)}: ${pythonString(value)},`);
  const texts = (items: readonly string[]): string => block(items.map(pythonString), '        ');
  return record([
    ['dataset', pythonString(dataset)],
    ['view', pythonString(view)],
    ['kind', pythonString(kind)],
    ['folder', folder === null ? 'None' : pythonString(folder)],
    ['files', texts(files)],
    ['in_order', texts(inOrder)],
    ['options', given.length === 0 ? '{}' : ['{', ...given, '        }'].join('\n')],
    ['columns', block(shown, '        ')],
    ['select', texts(columns.map(({ sql }) => sql))],
    ['nothing', texts(columns.map(({ nothing }) => nothing))],
  ]);
}
