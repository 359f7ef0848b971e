import { htmlShort, htmlText, shownNumber } from './html.js';

/** What a chart shows: points in the order of time, or bars from the first. Values are for drawing alone. */
export interface Chart {
  readonly kind: 'line' | 'bars';
  readonly title: string;
  /** What is counted in, or null. */
  readonly unit: string | null;
  readonly points: readonly { readonly label: string; readonly value: number; readonly shown: string }[];
}

const width = 480;
const left = 64;
const right = 12;

/** The chart as a figure with an inline drawing, told in words for who does not see it. */
export function chartFigure(chart: Chart): string {
  const unit = chart.unit === null ? '' : ` (${chart.unit})`;
  const title = htmlText(`${chart.title}${unit}`);
  return `<figure><svg viewBox="0 0 ${width} ${heightOf(chart)}" role="img" aria-labelledby="chart-title chart-words">
<title id="chart-title">${title}</title><desc id="chart-words">${htmlText(wordsOf(chart))}</desc>
${chart.kind === 'line' ? lineOf(chart) : barsOf(chart)}
</svg><figcaption>${title}</figcaption></figure>`;
}

function heightOf({ kind, points }: Chart): number {
  return kind === 'line' ? 250 : points.length * barHeight + 8;
}

function wordsOf({ kind, points }: Chart): string {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) return 'No values.';
  const most = points.reduce((best, point) => (point.value > best.value ? point : best), first);
  const said = ({ label, shown }: Chart['points'][number]): string => `${shownNumber(shown)} at ${label}`;
  if (kind === 'bars') return points.map(({ label, shown }) => `${label}: ${shownNumber(shown)}`).join('; ');
  return `${points.length} points, from ${said(first)} to ${said(last)}; the most is ${said(most)}.`;
}

const top = 12;
const bottom = 220;

function lineOf({ points }: Chart): string {
  const ticks = ticksOf(points.map(({ value }) => value));
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  const x = (at: number): number => left + ((width - left - right) * at) / Math.max(points.length - 1, 1);
  const y = (value: number): number => bottom - ((bottom - top) * (value - low)) / (high - low || 1);
  const grid = ticks.map(
    (tick) =>
      `<line class="grid" x1="${left}" x2="${width - right}" y1="${round(y(tick))}" y2="${round(y(tick))}"/><text class="axis" text-anchor="end" x="${left - 6}" y="${round(y(tick) + 4)}">${compact(tick)}</text>`,
  );
  const path = points.map(({ value }, at) => `${at === 0 ? 'M' : 'L'}${round(x(at))} ${round(y(value))}`).join('');
  const labels = shownPlaces(points.length).map((at) => {
    const anchor = at === 0 ? 'start' : at === points.length - 1 ? 'end' : 'middle';
    return `<text class="axis" text-anchor="${anchor}" x="${round(x(at))}" y="${bottom + 20}">${htmlShort(points[at]?.label ?? '', 16)}</text>`;
  });
  const dots = points.length > 40 ? [] : points.map(({ value }, at) => dotAt(x(at), y(value)));
  return [...grid, `<path class="line" d="${path}"/>`, ...dots, ...labels].join('\n');
}

function dotAt(x: number, y: number): string {
  return `<circle class="dot" cx="${round(x)}" cy="${round(y)}" r="3"/>`;
}

/** First, middle and last, as far as there are so many. */
function shownPlaces(count: number): readonly number[] {
  const places = count > 2 ? [0, Math.floor((count - 1) / 2), count - 1] : [0, count - 1];
  return [...new Set(places)].filter((place) => place >= 0);
}

const barHeight = 40;

function barsOf({ points }: Chart): string {
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const x = (value: number): number => ((width - 2) * (value - low)) / (high - low || 1);
  return points
    .map(({ label, value, shown }, at) => {
      const from = Math.min(x(0), x(value));
      const length = Math.max(Math.abs(x(value) - x(0)), 1);
      const y = at * barHeight;
      return `<text class="label" x="0" y="${y + 15}">${htmlShort(label, 40)}</text><text class="label" text-anchor="end" x="${width}" y="${y + 15}">${htmlText(shownNumber(shown))}</text><rect class="bar" x="${round(from)}" y="${y + 20}" width="${round(length)}" height="12" rx="2"/>`;
    })
    .join('\n');
}

/** Four to seven round values around all of `values`; from 0 where none is far from it. */
function ticksOf(values: readonly number[]): readonly number[] {
  const most = Math.max(...values);
  const least = Math.min(...values);
  const low = least > 0 && least > most / 2 ? least : Math.min(0, least);
  const span = most - low || Math.abs(most) || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => span / size <= 5) ?? span;
  const first = Math.floor(low / step);
  const last = Math.ceil((low + span) / step);
  return Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
}

/** A value of an axis in a few characters: `1.5M`. */
function compact(value: number): string {
  const scale = [1e12, 1e9, 1e6, 1e3].find((size) => Math.abs(value) >= size) ?? 1;
  const letter = { 1e12: 'T', 1e9: 'G', 1e6: 'M', 1e3: 'k' }[scale] ?? '';
  return `${Number((value / scale).toPrecision(4))}${letter}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
