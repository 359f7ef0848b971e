// A star of six tables, and twelve plans over it beside the best SQL that a person would write for the same arithmetic: the same
// joins, exact sums, types and order. What `tests/bench/plans.mjs` times. Of the forms that were tried the fastest stands here
// (joins, IN and EXISTS, IS NOT NULL that says what is known anyway). Folding facts by key or day before they are joined or
// grouped is other arithmetic, and a bet on the data: it takes a quarter of the time for sums by month, twice as long
// for sums by month and article.
import {
  all,
  among,
  atLeast,
  average,
  below,
  count,
  countDistinct,
  equal,
  groups,
  is,
  isOneOf,
  notAmong,
  output,
  planOf,
  ratio,
  rows,
  sum,
  truncate,
} from './lifted/notation.mjs';

/** Statements that make the tables; `size` rows of facts, of which some lead nowhere. */
export function tablesOf(size) {
  const members = { buyers: 50_000, articles: 2_000, outlets: 300, campaigns: 40, channels: 8 };
  const dimension = (name, columns) =>
    `CREATE TABLE ${name} AS SELECT CAST(i AS INTEGER) AS id, ${columns} FROM range(${members[name]}) AS t(i)`;
  const reference = (name, salt) => {
    const key = `hash(i * 7 + ${salt}) % ${Math.ceil(members[name] * 1.02)}`;
    return `CASE WHEN hash(i + ${salt}) % 50 = 0 THEN NULL ELSE CAST(${key} AS INTEGER) END`;
  };
  return [
    dimension(
      'buyers',
      "'b' || i AS name, CASE WHEN i % 40 > 0 THEN 'area ' || i % 40 END AS area, DATE '2015-01-01' + CAST(i % 3000 AS INTEGER) AS joined_on",
    ),
    dimension('articles', "'article ' || i AS name, 'group ' || i % 25 AS sort"),
    dimension('outlets', "'outlet ' || i AS name, 'city ' || i % 60 AS city"),
    dimension('campaigns', "'campaign ' || i AS name"),
    dimension('channels', "'channel ' || i AS name"),
    `CREATE TABLE takings AS SELECT i AS id, ${reference('buyers', 1)} AS buyer_id, ${reference('articles', 2)} AS article_id,
      ${reference('outlets', 3)} AS outlet_id, ${reference('campaigns', 4)} AS campaign_id, ${reference('channels', 5)} AS channel_id,
      DATE '2022-01-01' + CAST(hash(i + 6) % 1095 AS INTEGER) AS day, CAST(hash(i + 7) % 9 AS INTEGER) AS pieces,
      CAST(hash(i + 8) % 100000 / 100 AS DECIMAL(12,2)) AS amount, hash(i + 9) % 5000 / 10 AS weight,
      CASE WHEN hash(i + 10) % 6 = 0 THEN 'void' ELSE 'done' END AS state FROM range(${size}) AS t(i)`,
    `CREATE TABLE goods_back AS SELECT i AS id, ${reference('buyers', 11)} AS buyer_id, ${reference('articles', 12)} AS article_id,
      DATE '2022-01-01' + CAST(hash(i + 16) % 1095 AS INTEGER) AS day, CAST(hash(i + 18) % 9000 / 100 AS DECIMAL(12,2)) AS amount
      FROM range(${Math.ceil(size / 10)}) AS t(i)`,
  ];
}

const numbers = { integer: (bits) => ({ kind: 'integer', bits }), text: { kind: 'text' }, date: { kind: 'date' } };
const money = { kind: 'decimal', precision: 12, scale: 2 };
const shapes = {
  buyers: { id: numbers.integer(32), name: numbers.text, area: numbers.text, joined_on: numbers.date },
  articles: { id: numbers.integer(32), name: numbers.text, sort: numbers.text },
  outlets: { id: numbers.integer(32), name: numbers.text, city: numbers.text },
  campaigns: { id: numbers.integer(32), name: numbers.text },
  channels: { id: numbers.integer(32), name: numbers.text },
  takings: {
    id: numbers.integer(64),
    buyer_id: numbers.integer(32),
    article_id: numbers.integer(32),
    outlet_id: numbers.integer(32),
    campaign_id: numbers.integer(32),
    channel_id: numbers.integer(32),
    day: numbers.date,
    pieces: numbers.integer(32),
    amount: money,
    weight: { kind: 'double' },
    state: numbers.text,
  },
  goods_back: {
    id: numbers.integer(64),
    buyer_id: numbers.integer(32),
    article_id: numbers.integer(32),
    day: numbers.date,
    amount: money,
  },
};

/** The tables as sources of plans. */
export const sources = Object.entries(shapes).map(([dataset, columns]) => ({
  dataset,
  description: '',
  owner: null,
  format: { kind: 'parquet' },
  files: [`${dataset}.parquet`],
  columns: Object.entries(columns).map(([name, type]) => ({
    name,
    type,
    nullable: name !== 'id',
    description: '',
    pii: null,
    ...(name === 'weight' ? { fractionDigits: 1 } : {}),
  })),
  keys: [['id']],
  freshness: null,
}));

const toBuyers = 'buyer_id -> buyers.id';
const toArticles = 'article_id -> articles.id';
const star = [
  toBuyers,
  toArticles,
  'outlet_id -> outlets.id',
  'campaign_id -> campaigns.id',
  'channel_id -> channels.id',
];
const month = truncate('month', 'day');
const done = is('state', 'done');
const revenue = sum('amount');
const keep = (query) => ({ ...query, unmatched: 'keep' });
const largest = (query, limit) => ({ ...query, limit: { count: 3, per: [], ties: 'cut', ...limit } });
const loyal = (least) =>
  groups('takings', { by: 'buyer_id', measures: { n: count() }, hidden: 'n', having: atLeast(output('n'), least) });

const monthSql = "CAST(date_trunc('month', day) AS DATE)";

/** Each plan beside its SQL by hand. */
export const pairs = [
  {
    name: 'totals by area',
    plan: keep(
      groups('takings', { joins: [toBuyers], by: 'buyers.area', where: done, measures: { revenue, n: count() } }),
    ),
    sql: `SELECT area, sum(amount) AS revenue, count(*) AS n FROM takings LEFT JOIN buyers ON buyer_id = buyers.id
      WHERE state = 'done' GROUP BY area ORDER BY area NULLS LAST`,
  },
  {
    name: 'the whole star',
    plan: keep(
      groups('takings', {
        joins: star,
        by: {
          month,
          area: 'buyers.area',
          sort: 'articles.sort',
          city: 'outlets.city',
          campaign: 'campaigns.name',
          channel: 'channels.name',
        },
        where: all(isOneOf('channels.name', 'channel 1', 'channel 2'), is('outlets.city', 'city 7'), done),
        measures: { revenue, pieces: sum('pieces') },
      }),
    ),
    sql: `SELECT ${monthSql} AS month, area, sort, city, ca.name AS campaign, ch.name AS channel, sum(amount) AS revenue, CAST(sum(pieces) AS BIGINT) AS pieces
      FROM takings t LEFT JOIN buyers b ON buyer_id = b.id LEFT JOIN articles a ON article_id = a.id JOIN outlets o ON outlet_id = o.id
      LEFT JOIN campaigns ca ON campaign_id = ca.id JOIN channels ch ON channel_id = ch.id
      WHERE ch.name IN ('channel 1', 'channel 2') AND city = 'city 7' AND state = 'done' GROUP BY ALL
      ORDER BY month NULLS LAST, area NULLS LAST, sort NULLS LAST, city NULLS LAST, campaign NULLS LAST, channel NULLS LAST`,
  },
  {
    name: 'three dimensions, fine',
    plan: keep(
      groups('takings', {
        joins: [toBuyers, toArticles],
        by: { day: 'day', area: 'buyers.area', sort: 'articles.sort' },
        measures: { revenue, n: count(), pieces: sum('pieces') },
      }),
    ),
    sql: `SELECT day, area, sort, sum(amount) AS revenue, count(*) AS n, CAST(sum(pieces) AS BIGINT) AS pieces
      FROM takings LEFT JOIN buyers ON buyer_id = buyers.id LEFT JOIN articles ON article_id = articles.id
      GROUP BY ALL ORDER BY day NULLS LAST, area NULLS LAST, sort NULLS LAST`,
  },
  {
    name: 'a ratio by month',
    plan: groups('takings', {
      by: { month },
      where: done,
      measures: { each: ratio(revenue, countDistinct('outlet_id')) },
    }),
    sql: `SELECT ${monthSql} AS month, sum(amount) / nullif(count(DISTINCT outlet_id), 0) AS each FROM takings WHERE state = 'done'
      GROUP BY 1 ORDER BY 1 NULLS LAST`,
  },
  {
    name: 'the ten best',
    plan: groups('takings', {
      joins: [toArticles],
      by: { article: 'articles.name' },
      measures: { revenue },
      order: 'revenue descending',
      limit: 10,
    }),
    sql: `SELECT articles.name AS article, sum(amount) AS revenue FROM takings JOIN articles ON article_id = articles.id
      GROUP BY 1 ORDER BY revenue DESC NULLS LAST, article NULLS LAST LIMIT 10`,
  },
  {
    name: 'three best of each area',
    plan: largest(
      groups('takings', {
        joins: [toBuyers, toArticles],
        by: { area: 'buyers.area', article: 'articles.name' },
        measures: { revenue },
        order: 'revenue descending',
      }),
      { per: ['area'] },
    ),
    sql: `SELECT area, article, revenue FROM (
        SELECT area, articles.name AS article, sum(amount) AS revenue, FROM takings JOIN buyers ON buyer_id = buyers.id
        JOIN articles ON article_id = articles.id GROUP BY 1, 2)
      QUALIFY row_number() OVER (PARTITION BY area ORDER BY revenue DESC NULLS LAST, area NULLS LAST, article NULLS LAST) <= 3
      ORDER BY revenue DESC NULLS LAST, area NULLS LAST, article NULLS LAST`,
  },
  {
    name: 'buyers by month',
    plan: groups('takings', {
      by: { month },
      measures: { buyers: countDistinct('buyer_id'), weight: sum('weight'), mean: average('weight') },
    }),
    sql: `SELECT ${monthSql} AS month, count(DISTINCT buyer_id) AS buyers, CAST(sum(CAST(weight AS DECIMAL(38,1))) AS DOUBLE) AS weight,
      avg(CAST(weight AS DECIMAL(38,1))) AS mean FROM takings GROUP BY 1 ORDER BY 1 NULLS LAST`,
  },
  {
    name: 'a share of all',
    plan: groups('takings', {
      joins: [toArticles],
      by: 'articles.sort',
      measures: { part: { kind: 'share', of: revenue, within: [], factor: 100 } },
    }),
    sql: `SELECT sort, sum(amount) / nullif(sum(sum(amount)) OVER (), 0) * 100 AS part FROM takings JOIN articles ON article_id = articles.id
      GROUP BY 1 ORDER BY 1 NULLS LAST`,
  },
  {
    name: 'growth by month and sort',
    plan: groups('takings', {
      joins: [toArticles],
      by: { month, sort: 'articles.sort' },
      measures: {
        revenue,
        growth: { kind: 'change', of: revenue, time: 'month', against: 'previous_period', as: 'percent' },
      },
    }),
    sql: `WITH months AS (SELECT ${monthSql} AS month, sort, sum(amount) AS revenue FROM takings JOIN articles ON article_id = articles.id GROUP BY 1, 2),
      beside AS (SELECT *, max(revenue) OVER (PARTITION BY sort ORDER BY month RANGE BETWEEN INTERVAL 1 MONTH PRECEDING AND INTERVAL 1 MONTH PRECEDING) AS earlier FROM months)
      SELECT month, sort, revenue, (revenue - earlier) / nullif(earlier, 0) * 100 AS growth FROM beside ORDER BY month NULLS LAST, sort NULLS LAST`,
  },
  {
    name: 'of loyal buyers',
    plan: groups('takings', { by: { month }, where: all(among('buyer_id', loyal(200)), done), measures: { revenue } }),
    sql: `SELECT ${monthSql} AS month, sum(amount) AS revenue FROM takings
      WHERE buyer_id IN (SELECT buyer_id FROM takings WHERE buyer_id IS NOT NULL GROUP BY 1 HAVING count(*) >= 200) AND state = 'done'
      GROUP BY 1 ORDER BY 1 NULLS LAST`,
  },
  {
    name: 'what nobody brought back',
    plan: groups('takings', {
      joins: [toArticles],
      by: { article: 'articles.name' },
      where: all(
        notAmong('buyer_id', rows('goods_back', { show: 'buyer_id', where: below('amount', 5) })),
        equal('pieces', 3),
      ),
      measures: { revenue },
      order: 'revenue descending',
      limit: 20,
    }),
    sql: `SELECT articles.name AS article, sum(t.amount) AS revenue FROM takings t
      ANTI JOIN goods_back g ON g.buyer_id = t.buyer_id AND g.amount < 5 JOIN articles ON article_id = articles.id WHERE pieces = 3
      GROUP BY 1 ORDER BY revenue DESC NULLS LAST, article NULLS LAST LIMIT 20`,
  },
  {
    name: 'two facts side by side',
    plan: keep({
      ...groups('takings', { by: { sort: 'articles.sort' } }),
      tables: ['takings', 'goods_back', 'articles'].map((id) => ({ id, dataset: id })),
      joins: ['takings', 'goods_back'].map((from) => ({
        from,
        to: 'articles',
        on: [{ from: 'article_id', to: 'id' }],
        cardinality: 'many_to_one',
      })),
      measures: ['takings', 'goods_back'].map((home, at) => ({
        name: ['revenue', 'brought_back'][at],
        label: home,
        description: '',
        shown: true,
        unit: null,
        definition: { ...sum({ kind: 'column', table: home, column: 'amount' }), home },
      })),
    }),
    sql: `WITH out_going AS (SELECT sort, sum(amount) AS revenue FROM takings LEFT JOIN articles ON article_id = articles.id GROUP BY 1),
      coming AS (SELECT sort, sum(amount) AS brought_back FROM goods_back LEFT JOIN articles ON article_id = articles.id GROUP BY 1)
      SELECT coalesce(o.sort, c.sort) AS sort, revenue, brought_back FROM out_going o FULL JOIN coming c ON o.sort IS NOT DISTINCT FROM c.sort
      ORDER BY 1 NULLS LAST`,
  },
].map((pair) => ({ ...pair, plan: planOf(pair.plan) }));
