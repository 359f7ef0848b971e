import { createHash } from 'node:crypto';
import { isNumeric, isTemporal, typeText } from '../../plan/data-type.js';
import { type Evidence, type ToldVerdict, toldVerdict, verdictCounts } from '../../plan/evidence.js';
import type { GoldColumn, Product, ProductFile } from '../../plan/product.js';
import { columnLogic } from '../column-logic.js';
import { type Chart, chartFigure } from './chart.js';
import { htmlTable, htmlText, shownNumber } from './html.js';
import { lineageDrawing } from './lineage-drawing.js';
import { reportStyle } from './style.js';

/** What the page of a build is made from. */
export interface Report {
  readonly product: Product;
  readonly buildId: string;
  readonly evidence: Evidence;
  readonly rows: number;
  /** The first rows of the gold table as text, in the order of its columns; null is no value. */
  readonly firstRows: readonly (readonly (string | null)[])[];
  /** What is drawn, or why nothing is. */
  readonly chart: Chart | string;
}

/** What stands in the place of personal data. */
const hidden = '<span class="hidden">hidden</span>';

/**
 * The page of a build for people: one file that asks for nothing else, may run nothing (its policy allows its own style
 * alone), and holds no clock, path or machine. Values of columns with personal data are not in it.
 */
export function reportHtml(report: Report): string {
  const { file } = report.product;
  const sections = sectionsOf(report);
  const style = createHash('sha256').update(reportStyle).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${style}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${htmlText(file.title)}, ${htmlText(report.evidence.asOf)}</title>
<link rel="icon" href="data:,">
<style>${reportStyle}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<h1 dir="auto">${htmlText(file.title)}</h1>
<p dir="auto">${htmlText(file.reading)}</p>
${facts(report)}
<nav aria-label="Sections"><ul>${sections.map(({ id, title }) => `<li><a href="#${id}">${title}</a></li>`).join('')}</ul></nav>
</header>
<main id="main">
${sections.map(({ id, title, body }) => `<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>\n${body}\n</section>`).join('\n')}
</main>
<footer><p>Made by dpb. <code>dpb verify ${htmlText(file.name)} --build ${htmlText(report.buildId)}</code> proves it again.</p></footer>
</body>
</html>
`;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: string;
}

function sectionsOf(report: Report): readonly Section[] {
  const { product, evidence, chart } = report;
  const { file } = product;
  return [
    { id: 'reading', title: 'Reading', body: reading(file) },
    { id: 'chart', title: 'Chart', body: typeof chart === 'string' ? `<p>${htmlText(chart)}</p>` : chartFigure(chart) },
    { id: 'rows', title: 'First rows', body: firstRows(report) },
    { id: 'lineage', title: 'Lineage', body: lineageDrawing(product) },
    { id: 'quality', title: 'Quality', body: quality(file, evidence) },
    { id: 'evidence', title: 'Evidence', body: evidenceTable(evidence) },
    { id: 'dictionary', title: 'Dictionary', body: dictionary(product) },
    {
      id: 'sql',
      title: 'SQL',
      body: `<pre tabindex="0" role="region" aria-label="SQL of the product"><code>${htmlText(product.sql)}</code></pre>`,
    },
  ];
}

function facts({ product, evidence, rows, buildId }: Report): string {
  const { owner, model, version } = product.file;
  const contact = owner.contact === null ? '' : ` (${owner.contact})`;
  const proofs = [...verdictCounts(evidence)].map(([told, count]) => `${count} ${verdict(told)}`).join(', ');
  const items: readonly (readonly [string, string])[] = [
    ['As of', htmlText(evidence.asOf)],
    ['Table', `gold.${htmlText(model.name)}, version ${htmlText(version)}: ${htmlText(model.grainText)}`],
    ['Rows', shownNumber(String(rows))],
    ['Owner', htmlText(`${owner.name}${contact}`)],
    ['Evidence', proofs],
    ['Build', htmlText(buildId)],
  ];
  return `<dl>${items.map(([term, text]) => `<dt>${term}</dt><dd dir="auto">${text}</dd>`).join('')}</dl>`;
}

function verdict(told: ToldVerdict): string {
  const style = { proved: 'proved', failed: 'failed', warning: 'open', not_applicable: 'hidden', not_shown: 'open' }[
    told
  ];
  return `<span class="${style}">${told.replaceAll('_', ' ')}</span>`;
}

function reading({ request, assumptions }: ProductFile): string {
  const assumed = assumptions.map(({ text }) => `<li dir="auto">${htmlText(text)}</li>`).join('');
  const list = assumed === '' ? '<p>Nothing had to be assumed.</p>' : `<p>Assumed:</p><ul>${assumed}</ul>`;
  return `<p>Asked for:</p><blockquote dir="auto">${htmlText(request)}</blockquote>${list}`;
}

function firstRows({ product, firstRows: rows, rows: all }: Report): string {
  const { columns } = product.file.model;
  if (rows.length === 0) return '<p>The table has no rows.</p>';
  const numeric = new Set(columns.flatMap(({ type }, at) => (isNumeric(type) ? [at] : [])));
  const cells = rows.map((row) =>
    row.map((value, at) => {
      const column = columns[at];
      if (column === undefined || column.pii !== null) return hidden;
      if (value === null) return '<span class="hidden">no value</span>';
      const text = htmlText(numeric.has(at) ? shownNumber(value) : value);
      return isTemporal(column.type) ? `<span class="whole">${text}</span>` : text;
    }),
  );
  const head = columns.map(({ label, unit }) => htmlText(unit === null ? label : `${label} (${unit})`));
  const shown = rows.length < all ? `The first ${rows.length} of ${shownNumber(String(all))} rows` : 'All rows';
  const isPersonal = columns.some(({ pii }) => pii !== null);
  return htmlTable(isPersonal ? `${shown}; personal data is hidden` : shown, head, cells, numeric);
}

function quality({ rules }: ProductFile, { entries }: Evidence): string {
  if (rules.length === 0) return '<p>The product has no rules.</p>';
  const rows = rules.map((rule) => {
    const entry = entries.find(({ id }) => id === `rule.${rule.id}`);
    const counts =
      entry?.kind === 'rule'
        ? `${shownNumber(String(entry.facts.failingRows))} of ${shownNumber(String(entry.facts.checkedRows))}`
        : '';
    return [
      htmlText(rule.description),
      rule.target.kind === 'gold' ? 'gold' : htmlText(rule.target.dataset),
      rule.severity,
      entry === undefined ? '' : verdict(toldVerdict(entry)),
      counts,
    ];
  });
  return htmlTable(
    'Rules: an error blocks publication, a warning is reported',
    ['What must hold', 'On', 'Severity', 'Outcome', 'Rows that fail'],
    rows,
    new Set([4]),
  );
}

function evidenceTable({ entries }: Evidence): string {
  const rows = entries
    .filter(({ kind }) => kind !== 'rule')
    .map((entry) => [htmlText(entry.title), verdict(toldVerdict(entry)), htmlText(entry.why ?? '')]);
  return htmlTable('What was proved of this build', ['Claim', 'Outcome', 'Why'], rows);
}

function dictionary({ file, lineage }: Product): string {
  const rows = file.model.columns.map((column) => {
    const from = lineage.find((entry) => entry.column === column.name)?.from ?? [];
    const direct = from.filter(({ kind }) => kind === 'direct').map((edge) => `${edge.dataset}.${edge.column}`);
    return [
      `<code>${htmlText(column.name)}</code>`,
      htmlText(meaningOf(column)),
      htmlText(typeText(column.type)),
      column.nullable ? 'yes' : 'no',
      htmlText(columnLogic(file.plan, column.name) ?? ''),
      htmlText([...new Set(direct)].join(', ')),
    ];
  });
  return htmlTable('Columns', ['Column', 'Meaning', 'Type', 'May be empty', 'Computed as', 'From'], rows);
}

function meaningOf({ label, description, unit, pii }: GoldColumn): string {
  const notes = [...(unit === null ? [] : [`unit: ${unit}`]), ...(pii === null ? [] : [`personal data: ${pii}`])];
  const words = description === '' ? label : description;
  return notes.length === 0 ? words : `${words} (${notes.join('; ')})`;
}
