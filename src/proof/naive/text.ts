/** The characters of a text: its code points. */
export function charactersOf(value: string): readonly string[] {
  return [...value];
}

/** "`lower` and `upper` map each character to one character": mappings to several are not taken. */
export function lowerCase(value: string): string {
  return charactersOf(value)
    .map((character) => charactersOf(character.toLowerCase())[0] ?? character)
    .join('');
}

/** The counterpart of `lowerCase`; a character whose upper case would be several stays, but "ß to ẞ". */
export function upperCase(value: string): string {
  return charactersOf(value)
    .map((character) => {
      if (character === 'ß') return 'ẞ';
      const upper = charactersOf(character.toUpperCase());
      return upper.length === 1 ? (upper[0] ?? character) : character;
    })
    .join('');
}

/** "`trim` removes spaces (U+0020) at both ends." */
export function trimmed(value: string): string {
  return value.replace(/^ +/, '').replace(/ +$/, '');
}

/** "`substring(text, start, length)` counts characters from 1": those at the positions start to start + length − 1 that exist. */
export function substring(value: string, start: bigint, length: bigint | null): string {
  return charactersOf(value)
    .filter((_, at) => {
      const position = BigInt(at + 1);
      return position >= start && (length === null || position < start + length);
    })
    .join('');
}

/** "`%` any text, `_` one character, `\` takes the next one literally; `ignoreCase` folds by Unicode." */
export function matchesPattern(value: string, pattern: string, ignoreCase: boolean): boolean {
  const fold = ignoreCase ? lowerCase : (same: string): string => same;
  return matchesFrom(charactersOf(fold(value)), charactersOf(fold(pattern)));
}

function matchesFrom(value: readonly string[], pattern: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return value.length === 0;
  if (first === '%') return value.some((_, at) => matchesFrom(value.slice(at), rest)) || matchesFrom([], rest);
  const [literal, after] = first === '\\' ? [rest[0], rest.slice(1)] : [first, rest];
  const isAnyCharacter = first === '_';
  return value.length > 0 && (isAnyCharacter || value[0] === literal) && matchesFrom(value.slice(1), after);
}
