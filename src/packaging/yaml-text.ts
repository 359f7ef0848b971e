import { Document, isCollection, isMap, isScalar, isSeq, type Node, Scalar, visit } from 'yaml';
import { commentLines } from './escape.js';

/** Characters that YAML forbids, that some readers take for line ends, or that do not survive a round trip unescaped. */
const needsEscape = /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00a0\ufeff\ufffe\uffff]/u;

/** Those of them that the YAML writer leaves as they are in quoted text. */
const rawInQuotes = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\u00a0\ufeff\ufffe\uffff]/gu;

/** Maps and lists of scalars alone go on one line when they are no longer than this. */
const flowLengthMax = 100;

/**
 * `value` as a YAML 1.2 document under a comment, in which text that YAML 1.1 (which dbt and other tools in Python read) would
 * take for a boolean, number or date is quoted too. The same value gives the same bytes; reading it gives the same value,
 * whatever characters its texts hold. Keys keep their order; what is undefined is left out.
 */
export function yamlText(value: unknown, comment: string): string {
  const document = new Document(value, { version: '1.2', compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && needsQuotes(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
    Collection: (_key, node, path) => {
      if (path.length > 1 && isShort(node)) node.flow = true;
    },
  });
  const text = document.toString({ lineWidth: 0, indent: 2, flowCollectionPadding: false });
  return `${commentLines(comment, '#')}\n${text.replace(rawInQuotes, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}`;
}

/** Trailing blanks and carriage returns would be folded away; some readers take no tab outside of quotes. */
function needsQuotes(text: string): boolean {
  return needsEscape.test(text) || text.includes('\t') || (text.includes('\n') && /[ \t]\n|^\s|\s\s$/.test(text));
}

function isShort(node: Node): boolean {
  if (!isCollection(node) || !hasLeavesOnly(node)) return false;
  return JSON.stringify(node.toJSON()).length <= flowLengthMax;
}

/** Scalars on one line, or short collections of them: a type, a literal, a column reference. */
function hasLeavesOnly(node: Node): boolean {
  const isLeaf = (inner: unknown): boolean =>
    isScalar(inner)
      ? !(typeof inner.value === 'string' && inner.value.includes('\n'))
      : isMap(inner) && inner.items.every(({ value }) => isScalar(value));
  if (isMap(node)) return node.items.every(({ value }) => isLeaf(value));
  return isSeq(node) && node.items.every(isScalar);
}
