import { firstDay, lastDay } from './calendar.mjs';
import { customerOnDay } from './customers.mjs';
import { oneOf, weighted } from './random.mjs';

/** Campaigns 1 to 60 start every twelve days; 61 to 64 are drafts that start after the data ends. */
const campaignCount = 64;
const runningCount = 60;
const daysBetweenStarts = 12;

const themes = [
  'Spring Refresh',
  'Summer Splash',
  'Back to School',
  'Black Week',
  'New Year Reset',
  'Garden Days',
].concat(['Flash Friday', 'Loyalty Boost', 'First Order', 'Win-Back', 'Café Moments', 'Weekend Deals']);

/** A campaign without any event and without orders: every tenth one, and the drafts. */
export const silentCampaign = (id) => `(${id} % 10 = 4 OR ${id} > ${runningCount})`;

/** The campaign an order of a day counts for: one of the two that started last. */
export const campaignOnDay = (dayNo, row, salt) =>
  `least(${runningCount}, greatest(1, 1 + ${dayNo} // ${daysBetweenStarts} - pick(${row}, ${salt}, 2)))`;

export const campaigns = {
  name: 'marketing_campaigns',
  owner: 'marketing',
  freshness: 'monthly',
  description: 'Planned and past marketing campaigns with their channel, run time and budget.',
  orderBy: 'campaign_id',
  columns: [
    ['campaign_id', 'INTEGER', false, 'Number of the campaign'],
    ['campaign_name', 'VARCHAR', false, 'Working title of the campaign'],
    ['channel', 'VARCHAR', false, 'Medium the campaign runs on'],
    ['objective', 'VARCHAR', true, 'What the campaign is meant to achieve'],
    ['start_date', 'DATE', false, 'First day of the campaign'],
    ['end_date', 'DATE', true, 'Last day of the campaign; missing when it is open-ended'],
    ['budget', 'DECIMAL(12,2)', true, 'Planned spend in EUR, for work and media; missing until approved'],
    ['campaign_status', 'VARCHAR', false, 'draft, running or ended'],
  ],
  select: () => `
    WITH dated AS (
      SELECT n, DATE '${firstDay}' + ((n - 1) * ${daysBetweenStarts})::INTEGER AS start_date,
        24 + pick(n, 301, 40) AS days, n % 20 = 9 AS open_ended
      FROM range(1, ${campaignCount + 1}) AS r(n)
    )
    SELECT n AS campaign_id,
      ${oneOf(themes, 'n', 302)} || ' ' || year(start_date) || '-' || lpad(n::VARCHAR, 2, '0') AS campaign_name,
      ${weighted(
        [
          ['email', 30],
          ['search', 25],
          ['social', 25],
          ['display', 12],
          ['affiliate', 8],
        ],
        'n',
        303,
      )} AS channel,
      ${weighted(
        [
          ['awareness', 30],
          ['acquisition', 35],
          ['retention', 30],
          [undefined, 5],
        ],
        'n',
        304,
      )} AS objective,
      start_date,
      CASE WHEN NOT open_ended THEN start_date + days::INTEGER END AS end_date,
      CASE WHEN n <= ${runningCount + 2} THEN money(60000 + pick_small(n, 305, 60) * 5000) END AS budget,
      CASE WHEN n > ${runningCount} THEN 'draft'
        WHEN open_ended OR start_date + days::INTEGER > DATE '${lastDay}' THEN 'running' ELSE 'ended' END AS campaign_status
    FROM dated`,
};

const eventTypes = [
  ['impression', 910],
  ['click', 60],
  ['conversion', 14],
  ['unsubscribe', 8],
  ['bounce', 8],
];

/** Cost of an event in ten-thousandths of a EUR; only views and clicks are paid for. */
const costUnits = `CASE event_type
  WHEN 'impression' THEN 120 + pick(n, 316, 400) WHEN 'click' THEN 4000 + pick_small(n, 316, 30000) ELSE 0 END`;

export const marketingEvents = {
  name: 'marketing_events',
  owner: 'marketing',
  freshness: 'hourly',
  description: 'What people did with campaign messages: one row per view, click, conversion, unsubscribe or bounce.',
  orderBy: 'event_id',
  columns: [
    ['event_id', 'BIGINT', false, 'Number of the event'],
    ['campaign_id', 'INTEGER', false, 'Campaign the message belongs to; a few campaigns were since deleted'],
    ['customer_id', 'BIGINT', true, 'Customer who acted; missing for people not logged in'],
    ['event_type', 'VARCHAR', false, 'impression, click, conversion, unsubscribe or bounce'],
    ['event_time', 'TIMESTAMP', false, 'When it happened, UTC'],
    ['device_type', 'VARCHAR', true, 'Kind of device, where known'],
    ['event_cost', 'DECIMAL(10,4)', true, 'What we pay for the event in EUR; missing until billed'],
  ],
  select: ({ events, customers }) => `
    WITH talking AS (
      SELECT campaign_id, start_date, (start_date - DATE '${firstDay}')::BIGINT AS day_no,
        row_number() OVER (ORDER BY campaign_id) - 1 AS slot, count(*) OVER () AS slots,
        least(coalesce(end_date, DATE '${lastDay}'), DATE '${lastDay}') - start_date + 1 AS days
      FROM marketing_campaigns WHERE NOT ${silentCampaign('campaign_id')}
    ), numbered AS (
      SELECT n, ${weighted(eventTypes, 'n', 311)} AS event_type FROM range(${events}) AS r(n)
    ), placed AS (
      SELECT n, event_type, campaign_id, day_no, least(
          start_date::TIMESTAMP + to_seconds(pick(n, 313, days * 86400) + CASE WHEN pick(n, 317, 100) = 0 THEN 864000 ELSE 0 END),
          TIMESTAMP '${lastDay} 23:59:59') AS event_time
      FROM numbered JOIN talking
        ON slot = (pick(n, 312, 1000) * pick(n, 318, 1000) * slots // 1000000 * 17) % slots
    )
    SELECT row_number() OVER (ORDER BY event_time, n) AS event_id,
      CASE WHEN pick(n, 314, 1000) < 3 THEN 900 + pick(n, 319, 5) ELSE campaign_id END AS campaign_id,
      CASE WHEN pick(n, 315, 100) < 62 THEN ${customerOnDay(customers, 'day_no', 'n', 320)} END AS customer_id,
      event_type, event_time,
      ${weighted(
        [
          ['mobile', 560],
          ['desktop', 310],
          ['tablet', 90],
          [undefined, 40],
        ],
        'n',
        321,
      )} AS device_type,
      CASE WHEN pick(n, 322, 100) >= 1 THEN ((${costUnits}) * 0.0001::DECIMAL(5, 4))::DECIMAL(10, 4) END AS event_cost
    FROM placed`,
};
