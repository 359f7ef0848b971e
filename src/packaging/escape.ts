/**
 * Texts of people and of data, made harmless for the format they are put into. Every emitter goes through one of these
 * (or through the YAML and JSON writers); none pastes.
 */

/** Characters that break a line or steer a display, in some format or editor: controls, separators, direction marks. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/** The text on one line: each run of white space and unprintable characters becomes one space. */
function oneLine(text: string): string {
  return text.replace(unprintable, ' ').replace(/\s+/gu, ' ').trim();
}

/** The text as lines of a comment, each begun with `marker` (`--`, `#`); no character of it can end the comment. */
export function commentLines(text: string, marker: string): string {
  const lines = text
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/u)
    .map((line) => line.replace(unprintable, ' ').trimEnd());
  return lines.map((line) => (line === '' ? marker : `${marker} ${line}`)).join('\n');
}

/** The text as one line of Markdown, which shows it as it is: no markup, HTML, table cell or list begins in it. */
export function markdownText(text: string): string {
  return oneLine(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*[\]|~$]/g, '\\$&')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/^([#+=:-])/, '\\$1')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** The text as a quoted label of a Mermaid graph: all but letters, digits and plain punctuation as character codes. */
export function mermaidLabel(text: string): string {
  const inside = oneLine(text).replace(/[^\p{L}\p{N} .,_()/+-]/gu, (character) => `#${character.codePointAt(0)};`);
  return `"${inside === '' ? ' ' : inside}"`;
}

const pythonEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** The text as a Python string literal on one line; what is not plainly printable is escaped. */
export function pythonString(text: string): string {
  const inside = text.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|[\\"]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const hexadecimal = code.toString(16);
    return (
      pythonEscapes[character] ??
      (code > 0xffff ? `\\U${hexadecimal.padStart(8, '0')}` : `\\u${hexadecimal.padStart(4, '0')}`)
    );
  });
  return `"${inside}"`;
}

/** A long text as a Python expression: one literal a line, in parentheses, at the given indentation. */
export function pythonText(text: string, indent = ''): string {
  const lines = text.split(/(?<=\n)/u);
  if (lines.length === 1) return pythonString(text);
  return ['(', ...lines.map((line) => `${indent}    ${pythonString(line)}`), `${indent})`].join('\n');
}
