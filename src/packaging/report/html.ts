/** Characters that steer a display or have no shape: controls, direction marks, separators, lone surrogates, unassigned. */
const unprintable = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The text as HTML shows it, in content as in a quoted attribute: no markup, reference or turn of direction begins in it. */
export function htmlText(text: string): string {
  return text.replace(unprintable, '\ufffd').replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** The text cut to so many characters, as HTML. */
export function htmlShort(text: string, most: number): string {
  const characters = [...text];
  return htmlText(characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`);
}

/** A table that can be scrolled by itself, by keyboard too; cells are HTML. Columns of `numeric` are set to the right. */
export function htmlTable(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: ReadonlySet<number> = new Set(),
): string {
  const place = (at: number): string => (numeric.has(at) ? ' class="number"' : '');
  const cells = (row: readonly string[]): string =>
    row
      .map((cell, at) =>
        at === 0 ? `<th scope="row" dir="auto"${place(at)}>${cell}</th>` : `<td dir="auto"${place(at)}>${cell}</td>`,
      )
      .join('');
  const columns = head.map((name, at) => `<th scope="col" dir="auto"${place(at)}>${name}</th>`).join('');
  return `<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${columns}</tr></thead>
<tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n')}</tbody></table></div>`;
}

/** A number in full with its thousands set apart, the same in every locale; other text as it is. */
export function shownNumber(text: string): string {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(text);
  if (match === null) return text;
  const [, sign = '', whole = '', fraction = ''] = match;
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction}`;
}
