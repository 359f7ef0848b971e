import { openEngine } from '../engine/duckdb-engine.js';
import type { Engine } from '../engine/engine.js';
import { quoteIdentifier, quoteLiteral, verbatimGlob } from '../engine/sql-text.js';
import type { Chart } from '../packaging/report/chart.js';
import { isNumeric, isTemporal } from '../plan/data-type.js';
import type { GoldColumn, ProductFile } from '../plan/product.js';

/** What the page of a build shows of its gold table. */
export interface ReportData {
  readonly firstRows: readonly (readonly (string | null)[])[];
  readonly chart: Chart | string;
}

const rowsShown = 20;
const pointsMax = 400;
const barsMax = 12;

/** Reads the first rows of a gold table, and what a chart of it shows. Personal data is not read at all. */
export async function readReportData(file: ProductFile, goldPath: string): Promise<ReportData> {
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  try {
    const gold = `read_parquet([${quoteLiteral(verbatimGlob(goldPath))}])`;
    const cells = file.model.columns.map(({ name, pii }) => (pii === null ? textOf(name) : 'NULL'));
    const { rows } = await engine.query(`SELECT ${cells.join(', ')} FROM ${gold} LIMIT ${rowsShown}`);
    return { firstRows: rows.map((row) => row.map(cellText)), chart: await chartOf(engine, file, gold) };
  } finally {
    engine.close();
  }
}

function textOf(name: string): string {
  return `CAST(${quoteIdentifier(name)} AS VARCHAR)`;
}

function cellText(value: string | number | boolean | null): string | null {
  return value === null ? null : String(value);
}

/** A line over time, or bars of the largest; in words why there is neither. */
async function chartOf(engine: Engine, { model }: ProductFile, gold: string): Promise<Chart | string> {
  const measures = model.columns.filter(({ role, type }) => role === 'measure' && isNumeric(type));
  const keys = model.columns.filter(({ name }) => model.grain.includes(name));
  if (measures.length === 0) return 'The table has no number to draw.';
  if (keys.length === 0) return 'The table has no groups to draw: its rows are all there is.';
  const time = keys.find(({ type }) => isTemporal(type));
  if (time !== undefined) {
    const measure = keys.length === 1 ? measures[0] : measures.find(({ additivity }) => additivity === 'additive');
    if (measure === undefined)
      return 'No measure may be added up over the other keys, so that none is drawn over time.';
    return lineOf(engine, time, measure, keys, gold);
  }
  if (keys.some(({ pii }) => pii !== null)) return 'The rows are named by personal data, so that none is drawn.';
  const [measure] = measures;
  return measure === undefined ? '' : barsOf(engine, { model, keys, measure, gold });
}

async function lineOf(
  engine: Engine,
  time: GoldColumn,
  measure: GoldColumn,
  keys: readonly GoldColumn[],
  gold: string,
): Promise<Chart | string> {
  const [at, value] = [quoteIdentifier(time.name), quoteIdentifier(measure.name)];
  const { rows } = await engine.query(
    `SELECT CAST(moment AS VARCHAR), CAST(total AS DOUBLE), CAST(total AS VARCHAR) FROM
     (SELECT ${at} AS moment, sum(${value}) AS total FROM ${gold} WHERE ${at} IS NOT NULL GROUP BY 1)
     WHERE total IS NOT NULL AND isfinite(CAST(total AS DOUBLE)) ORDER BY moment DESC LIMIT ${pointsMax}`,
  );
  if (rows.length < 2) return 'There are not two points in time to draw a line between.';
  const others = keys.filter(({ name }) => name !== time.name).map(({ label }) => label);
  const over = others.length === 0 ? '' : `, all of ${others.join(' and ')} together`;
  return {
    kind: 'line',
    title: `${measure.label} by ${time.label}${over}${rows.length < pointsMax ? '' : `, the last ${pointsMax}`}`,
    unit: measure.unit,
    points: pointsOf(rows).toReversed(),
  };
}

interface BarsOf {
  readonly model: ProductFile['model'];
  readonly keys: readonly GoldColumn[];
  readonly measure: GoldColumn;
  readonly gold: string;
}

async function barsOf(engine: Engine, { model, keys, measure, gold }: BarsOf): Promise<Chart | string> {
  const names = model.columns.filter(({ role, pii }) => role === 'attribute' && pii === null);
  const labels = [...names, ...keys].slice(0, 3);
  const value = quoteIdentifier(measure.name);
  const label = labels.map(({ name }) => `coalesce(${textOf(name)}, '(no value)')`).join(`, ' · ', `);
  const { rows } = await engine.query(
    `SELECT concat(${label}), CAST(${value} AS DOUBLE), CAST(${value} AS VARCHAR) FROM ${gold}
     WHERE ${value} IS NOT NULL AND isfinite(CAST(${value} AS DOUBLE))
     ORDER BY ${value} DESC, ${keys.map(({ name }) => `${quoteIdentifier(name)} NULLS LAST`).join(', ')} LIMIT ${barsMax}`,
  );
  if (rows.length === 0) return 'There are no values to draw.';
  const all = rows.length < barsMax ? '' : `, the ${barsMax} largest`;
  return {
    kind: 'bars',
    title: `${measure.label} by ${keys.map((key) => key.label).join(' and ')}${all}`,
    unit: measure.unit,
    points: pointsOf(rows),
  };
}

function pointsOf(rows: readonly (readonly (string | number | boolean | null)[])[]): Chart['points'] {
  return rows.map(([label, value, shown]) => ({ label: String(label), value: Number(value), shown: String(shown) }));
}
