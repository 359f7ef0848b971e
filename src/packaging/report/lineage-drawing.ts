import type { Product } from '../../plan/product.js';
import { htmlShort, htmlText } from './html.js';

/** Wider tables are drawn as one box: so many lines can no longer be followed. */
const columnsMax = 25;

const width = 480;
const boxWidth = 180;
const rowHeight = 34;

/**
 * The lineage as a drawing: sources to the left, columns of the gold table to the right; solid where values go into a
 * column, dashed where a source only decides which rows there are.
 */
export function lineageDrawing({ file, lineage }: Product): string {
  const { columns, name } = file.model;
  const isWide = columns.length > columnsMax;
  const targets = isWide ? [`gold.${name}`] : columns.map((column) => column.name);
  const placeOf = (column: string): number => (isWide ? 0 : targets.indexOf(column));
  const sources = file.sources.map(({ dataset }) => dataset);
  const rows = Math.max(sources.length, targets.length);
  const y = (at: number, count: number): number => rowHeight * (at + 0.5 + (rows - count) / 2);
  const lines = sources.flatMap((dataset, from) => {
    const kinds = new Map<number, boolean>();
    for (const { column, from: origins } of lineage)
      for (const origin of origins) {
        const to = placeOf(column);
        if (origin.dataset === dataset && to >= 0) kinds.set(to, kinds.get(to) === true || origin.kind === 'direct');
      }
    return [...kinds].map(([to, isDirect]) => curve(y(from, sources.length), y(to, targets.length), isDirect));
  });
  const boxes = [
    ...sources.map((text, at) => box(0, y(at, sources.length), text)),
    ...targets.map((text, at) => box(width - boxWidth, y(at, targets.length), text)),
  ];
  const words = lineage.map(({ column, from }) => {
    const direct = [...new Set(from.filter(({ kind }) => kind === 'direct').map(({ dataset }) => dataset))];
    return `${column} from ${direct.length === 0 ? 'the rows that count' : direct.join(', ')}`;
  });
  return `<figure><svg viewBox="0 0 ${width} ${rows * rowHeight}" role="img" aria-labelledby="lineage-title lineage-words">
<title id="lineage-title">Where the columns come from</title><desc id="lineage-words">${htmlText(words.join('; '))}</desc>
${[...lines, ...boxes].join('\n')}
</svg><figcaption>Solid: values go into the column. Dashed: it decides which rows count.</figcaption></figure>`;
}

function curve(from: number, to: number, isDirect: boolean): string {
  const [start, end] = [boxWidth, width - boxWidth];
  const middle = width / 2;
  const path = `M${start} ${from}C${middle} ${from} ${middle} ${to} ${end} ${to}`;
  return `<path class="${isDirect ? 'edge' : 'edge indirect'}" d="${path}"/>`;
}

function box(x: number, y: number, text: string): string {
  return `<g><title>${htmlText(text)}</title><rect class="box" x="${x + 1}" y="${y - 13}" width="${boxWidth - 2}" height="26" rx="4"/><text class="label" x="${x + 8}" y="${y + 4.5}">${htmlShort(text, 19)}</text></g>`;
}
