import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../../../../src/engine/duckdb-engine.js';
import type { Engine } from '../../../../src/engine/engine.js';
import { checkPlan } from '../../../../src/plan/check-plan.js';
import type { SemanticPlan } from '../../../../src/plan/query.js';
import { validatePlan } from '../../../../src/plan/validate.js';
import { textOf } from '../../../../src/proof/naive/cast.js';
import type { Table } from '../../../../src/proof/naive/value.js';
import { attributesFollow } from './attributes.js';
import type { Construct } from './construct-names.js';
import { constructsOf } from './constructs.js';
import { Coverage } from './coverage.js';
import { compared, loadTables, type Verdict } from './differential.js';
import { randomPlan } from './query.js';
import { Random } from './random.js';
import { type Case, shrunk } from './shrink.js';
import { randomWorld } from './world.js';

/** What a campaign of random plans met. */
export interface Campaign {
  /** Plans with the same rows, of which there are some. */
  readonly compared: number;
  readonly rows: number;
  /** Plans whose result has no row on either side: they differ in nothing, but do not count as compared. */
  readonly empty: number;
  readonly refused: ReadonlyMap<string, number>;
  /** Runs that stop with an error on both sides, or on one where the page lets them. */
  readonly failed: number;
  /** How many compared plans have each construct, and which pairs none has. */
  readonly met: ReadonlyMap<Construct, number>;
  readonly unmetPairs: readonly string[];
  readonly differences: readonly string[];
}

const plansOfWorld = 25;
const differencesMax = 5;
const triesMax = 1500;

/**
 * Compares `total` random plans; each of several made for a place is taken for the constructs that were rare so far.
 * `firstAlone` ends it at the first difference, told as it was found, for who only asks whether there is one.
 */
export async function campaign(seed: number, total: number, candidates: number, firstAlone = false): Promise<Campaign> {
  const enough = firstAlone ? 1 : differencesMax;
  const tally = new Tally();
  const folder = mkdtempSync(join(tmpdir(), 'dpb-naive-'));
  const engine = await openEngine({ threads: 1, memoryLimit: null });
  try {
    for (let world = 0; tally.coverage.plans < total && tally.differences.length < enough; world += 1) {
      const worldSeed = seed * 1_000_000 + world;
      const drawn = randomWorld(new Random(worldSeed));
      const { tables } = drawn;
      const shapes = tables.map(({ source }) => source);
      const isMeasured = shapes.some(({ columns }) => columns.some(({ unit = null }) => unit !== null));
      const without = isMeasured ? [] : (['unit', 'unit by row'] as const);
      await loadTables(engine, tables, world % 3 === 0 ? mkdtempSync(join(folder, 'world-')) : null);
      for (
        let place = 0;
        place < plansOfWorld && tally.coverage.plans < total && tally.differences.length < enough;
        place += 1
      ) {
        const wanted = tally.coverage.wanted(without);
        const plans = Array.from({ length: candidates }, (_, at) => worldSeed * 7919 + place * 101 + at).flatMap(
          (planSeed, at) => {
            // Every second is made without regard to what is wanted, so that plans stay as varied as they are.
            const plan = randomPlan(drawn, new Random(planSeed, at % 2 === 0 ? wanted : undefined));
            return isComparable(plan, tables) ? [{ plan, planSeed, found: constructsOf(plan, shapes) }] : [];
          },
        );
        const best = tally.coverage.rarest(plans);
        if (best === null) continue;
        const verdict = await comparedSafely(engine, { plan: best.plan, tables });
        tally.count(best.found, verdict);
        if (verdict.kind !== 'different') continue;
        tally.differences.push(
          await told(
            engine,
            { plan: best.plan, tables },
            verdict,
            `campaign ${seed}, world ${worldSeed}, plan ${best.planSeed}`,
            firstAlone ? 0 : triesMax,
          ),
        );
        await loadTables(engine, tables, null);
      }
    }
  } finally {
    engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return tally.result();
}

class Tally {
  readonly coverage = new Coverage();
  readonly differences: string[] = [];
  #rows = 0;
  #empty = 0;
  #failed = 0;
  readonly #refused = new Map<string, number>();
  count(found: readonly Construct[], verdict: Verdict): void {
    if (verdict.kind === 'failed') this.#failed += 1;
    if (verdict.kind === 'refused') increase(this.#refused, kindOfRefusal(verdict.why));
    if (verdict.kind !== 'same') return;
    // Two empty results agree too easily to count.
    if (verdict.rows === 0) this.#empty += 1;
    if (verdict.rows === 0) return;
    this.#rows += verdict.rows;
    this.coverage.add(found);
  }

  result(): Campaign {
    return {
      compared: this.coverage.plans,
      rows: this.#rows,
      empty: this.#empty,
      refused: this.#refused,
      failed: this.#failed,
      met: this.coverage.met,
      unmetPairs: this.coverage.unmetPairs(),
      differences: this.differences,
    };
  }
}

/** A refusal without the names of this plan, so that those of one kind are counted together. */
function kindOfRefusal(why: string): string {
  return why
    .replace(/"[^"]*"/g, '…')
    .replace(/condition reads .*, which/, 'condition reads …, which')
    .replace(/\(\w+\) occurs once in \w+/, '… occurs once in …')
    .replace(/(different units would be mixed): .*/, '$1');
}

/** Whether the plan is valid, and its attributes follow from its keys. */
function isComparable(plan: SemanticPlan, tables: readonly Table[]): boolean {
  const problem = thrownBy(() => {
    validatePlan(plan);
    checkPlan(
      plan,
      tables.map(({ source }) => source),
    );
  });
  return problem === null && attributesFollow(plan);
}

function thrownBy(run: () => void): unknown {
  try {
    run();
    return null;
  } catch (thrown) {
    return thrown;
  }
}

/** What the compiler throws on no purpose is a difference, too. */
async function comparedSafely(engine: Engine, { plan, tables }: Case): Promise<Verdict> {
  return compared(engine, plan, tables).catch((thrown: unknown) => ({
    kind: 'different',
    what: 'a crash',
    expected: '',
    got: String(thrown),
  }));
}

/** The difference in its smallest form, with the seeds that lead there. */
async function told(
  engine: Engine,
  found: Case,
  verdict: Extract<Verdict, { kind: 'different' }>,
  seeds: string,
  tries: number,
): Promise<string> {
  let loaded = found.tables;
  const verdictOf = async (smaller: Case): Promise<Verdict> => {
    await loadTables(
      engine,
      smaller.tables.filter((table, at) => table !== loaded[at]),
      null,
    );
    loaded = smaller.tables;
    return comparedSafely(engine, smaller);
  };
  const fails = async (smaller: Case): Promise<boolean> => {
    if (!attributesFollow(smaller.plan)) return false;
    const again = await verdictOf(smaller);
    return again.kind === 'different' && again.what === verdict.what && errorOf(again.got) === errorOf(verdict.got);
  };
  await loadTables(engine, found.tables, null);
  const smallest = await shrunk(found, fails, tries);
  const last = await verdictOf(smallest);
  const { expected, got } = last.kind === 'different' ? last : verdict;
  const datasets = smallest.tables.filter(({ source }) =>
    JSON.stringify(smallest.plan).includes(JSON.stringify(source.dataset)),
  );
  return [
    `${seeds}: ${verdict.what}`,
    `plan: ${JSON.stringify(smallest.plan)}`,
    ...datasets.map(({ source, rows }) =>
      [
        `${source.dataset}: ${source.columns.map(({ name }) => name).join(', ')}`,
        ...rows.map((row) => `  ${JSON.stringify(row.map((value) => (value === null ? null : textOf(value))))}`),
      ].join('\n'),
    ),
    `expected:\n${expected}`,
    `got:\n${got}`,
  ].join('\n');
}

/** The kind of an error of the engine, without the names and values in it; nothing for rows. */
function errorOf(got: string): string {
  return got.startsWith('[')
    ? ''
    : got
        .replaceAll(/"[^"]*"/g, '')
        .replaceAll(/[^A-Za-z ]/g, '')
        .slice(0, 90);
}

function increase(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
