/**
 * Makes the sample data: seven shop datasets as Parquet and a small utility company as CSV.
 *
 *   node data/make-sample.mjs [--scale N] [--out DIR] [--utility DIR | --no-utility]
 *
 * Every value is a function of a row number and a constant, so the same version of DuckDB writes the
 * same bytes each time: no clock, no random source, no locale, one thread, sorted rows.
 * `--scale N` multiplies orders, customers, events, interactions and tickets; products and campaigns stay.
 */
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { calendarSql } from './sample/calendar.mjs';
import { customers } from './sample/customers.mjs';
import { interactions } from './sample/interactions.mjs';
import { campaigns, marketingEvents } from './sample/marketing.mjs';
import { orders } from './sample/orders.mjs';
import { products } from './sample/products.mjs';
import { randomMacros } from './sample/random.mjs';
import { tickets } from './sample/tickets.mjs';
import { writeUtility } from './sample/utility.mjs';
import { createTable, writeDataset } from './sample/write.mjs';

const here = dirname(fileURLToPath(import.meta.url));

/** Later datasets read the tables of earlier ones, so the order matters. */
const datasets = [products, customers, campaigns, orders, marketingEvents, interactions, tickets];

/** The sizes that the datasets are made to. */
function sizesFor(scale) {
  return {
    orders: 100_000 * scale,
    customers: 12_000 * scale,
    events: 70_000 * scale,
    sessions: 45_000 * scale,
    looseTickets: 3_000 * scale,
  };
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string', default: '1' },
      out: { type: 'string', default: resolve(here, 'bronze') },
      utility: { type: 'string', default: resolve(here, '..', 'fixtures', 'utility', 'bronze') },
      'no-utility': { type: 'boolean', default: false },
    },
  });
  const scale = Number(values.scale);
  if (!Number.isInteger(scale) || scale < 1 || scale > 500) {
    throw new Error(`--scale must be a whole number from 1 to 500, not ${values.scale}`);
  }
  return {
    scale,
    out: resolve(values.out),
    utility: values['no-utility'] ? undefined : resolve(values.utility),
  };
}

async function main() {
  const { scale, out, utility } = readArguments();
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const sizes = sizesFor(scale);
  for (const macro of randomMacros) await connection.run(macro);
  await connection.run(calendarSql(sizes.orders));
  for (const dataset of datasets) {
    await createTable(connection, dataset, sizes);
    const { rows, bytes } = await writeDataset(connection, dataset, out);
    console.error(`${dataset.name}: ${rows} rows, ${bytes} bytes`);
  }
  connection.closeSync();
  if (utility !== undefined) {
    for (const { file, rows } of writeUtility(utility)) console.error(`${file}: ${rows} rows`);
  }
}

await main();
