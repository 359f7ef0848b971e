import { firstDay, lastDay } from './calendar.mjs';
import { customerOnDay } from './customers.mjs';
import { oneOf, weighted } from './random.mjs';

const issueTypes = [
  ['late_delivery', 260],
  ['damaged_item', 170],
  ['wrong_item', 110],
  ['refund', 230],
  ['payment', 120],
  ['other', 110],
];
const agents = ['Ada', 'Björn', 'Carmen', 'Dinesh', 'Elif', 'Femi', 'Greta', 'Hugo'];

/** One order may have up to three tickets; returned orders have them often. */
const ticketsOfOrder = `CASE
  WHEN status = 'returned' AND pick(order_id, 601, 100) < 38 THEN 1 + pick(order_id, 602, 3)
  WHEN pick(order_id, 601, 100) < 8 THEN 1 + pick_small(order_id, 602, 3) ELSE 0 END`;

/** Minutes until a ticket is solved; urgent ones are quicker. A wrong clock makes a few end before they begin. */
const minutesToSolve = `CASE WHEN pick(k, 612, 700) = 0 THEN -1 - pick(k, 613, 600) ELSE
  (CASE priority WHEN 'P1' THEN 45 WHEN 'P2' THEN 180 WHEN 'P3' THEN 600 ELSE 1500 END) + pick_small(k, 614, 9000) END`;

export const tickets = {
  name: 'support_tickets',
  owner: 'customer_care',
  freshness: 'daily',
  description: 'Questions and complaints to customer care, one row per ticket; an order may have several.',
  orderBy: 'ticket_id',
  columns: [
    ['ticket_id', 'VARCHAR', false, 'Number of the ticket'],
    ['customer_id', 'BIGINT', true, 'Customer who asked; missing for guests'],
    ['order_id', 'BIGINT', true, 'Order the ticket is about; missing for general questions'],
    ['created_at', 'TIMESTAMP', false, 'When the ticket was opened, UTC'],
    ['resolved_at', 'TIMESTAMP', true, 'When the ticket was solved, UTC; missing while it is not'],
    ['ticket_status', 'VARCHAR', false, 'open, waiting_on_customer, resolved or closed'],
    ['priority', 'VARCHAR', false, 'Code of the urgency, P1 (critical) to P4 (low)'],
    ['issue_type', 'VARCHAR', false, 'What the ticket is about'],
    ['contact_channel', 'VARCHAR', false, 'How the customer got in touch'],
    ['agent_name', 'VARCHAR', true, 'Who handles the ticket; missing until assigned'],
    ['first_response_minutes', 'INTEGER', true, 'Minutes until the first answer; missing when none was given'],
    ['satisfaction_score', 'INTEGER', true, 'Rating by the customer, 1 (poor) to 5 (good); most give none'],
  ],
  select: ({ customers, looseTickets }) => `
    WITH asked AS (
      SELECT order_id * 4 + t AS k, customer_id, order_id,
        order_date + to_minutes(30 + pick(order_id * 4 + t, 603, 40000)) AS created_at
      FROM orders, range(3) AS r(t) WHERE t < ${ticketsOfOrder}
      UNION ALL
      SELECT n AS k, ${customerOnDay(customers, 'pick(n, 604, 700)', 'n', 605)} AS customer_id, NULL AS order_id,
        TIMESTAMP '${firstDay}' + to_days(pick(n, 604, 700)::INTEGER) + to_seconds(pick(n, 606, 86400)) AS created_at
      FROM range(${looseTickets}) AS r(n)
    ), sorted AS (
      SELECT *, ${weighted(
        [
          ['P1', 4],
          ['P2', 16],
          ['P3', 55],
          ['P4', 25],
        ],
        'k',
        607,
      )} AS priority,
        row_number() OVER (ORDER BY created_at, k) AS n
      FROM asked WHERE created_at <= TIMESTAMP '${lastDay} 23:59:59'
    ), solved AS (
      SELECT *, created_at + to_minutes(${minutesToSolve}) AS solved_at FROM sorted
    ), open AS (
      SELECT *, solved_at > TIMESTAMP '${lastDay} 23:59:59' OR pick(k, 608, 100) < 3 AS is_open FROM solved
    )
    SELECT 'T-' || lpad(n::VARCHAR, 7, '0') AS ticket_id, customer_id, order_id, created_at, priority,
      CASE WHEN NOT is_open THEN solved_at END AS resolved_at,
      CASE WHEN is_open THEN ${weighted(
        [
          ['open', 60],
          ['waiting_on_customer', 40],
        ],
        'k',
        609,
      )}
        ELSE ${weighted(
          [
            ['resolved', 30],
            ['closed', 70],
          ],
          'k',
          609,
        )} END AS ticket_status,
      ${weighted(issueTypes, 'k', 610)} AS issue_type,
      ${weighted(
        [
          ['email', 38],
          ['chat', 34],
          ['phone', 22],
          ['social', 6],
        ],
        'k',
        611,
      )} AS contact_channel,
      CASE WHEN pick(k, 615, 100) >= 4 THEN ${oneOf(agents, 'k', 616)} END AS agent_name,
      CASE WHEN pick(k, 617, 100) >= 5 THEN 1 + pick_small(k, 618, 480) END AS first_response_minutes,
      CASE WHEN NOT is_open AND pick(k, 619, 100) < 46 THEN
        (${weighted(
          [
            ['5', 44],
            ['4', 27],
            ['3', 12],
            ['2', 7],
            ['1', 10],
          ],
          'k',
          620,
        )})::INTEGER END AS satisfaction_score
    FROM open`,
};
