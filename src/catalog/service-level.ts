/** `24h`, `15 minutes`, `daily`, `P1D` as an ISO 8601 duration; null where it is none. */
export function durationOf(text: string): string | null {
  const trimmed = text.trim();
  if (/^P(?=\d|T\d)(\d+[YMWD])*(T(\d+[HMS])+)?$/.test(trimmed)) return trimmed;
  const words: Readonly<Record<string, string>> = { hourly: 'PT1H', daily: 'P1D', weekly: 'P7D', monthly: 'P31D' };
  const word = words[trimmed.toLowerCase()];
  if (word !== undefined) return word;
  const match = /^(\d+)\s*(s|sec|seconds?|m|min|minutes?|h|hrs?|hours?|d|days?|w|weeks?)$/i.exec(trimmed);
  if (match === null) return null;
  const amount = Number(match[1]);
  switch ((match[2] ?? '').toLowerCase()[0]) {
    case 's':
      return `PT${amount}S`;
    case 'm':
      return `PT${amount}M`;
    case 'h':
      return amount % 24 === 0 && amount > 0 ? `P${amount / 24}D` : `PT${amount}H`;
    case 'd':
      return `P${amount}D`;
    default:
      return `P${amount * 7}D`;
  }
}

/** `99%`, `0.99` or `99` as a share from 0 to 1; null where it is none. */
export function shareOf(given: string | number): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(String(given).trim());
  if (match === null) return null;
  const number = Number(match[1]);
  const isPercent = match[2] === '%' || number > 1;
  // Percents are divided with their digits kept: 99.5 % is 0.995.
  const share = isPercent ? Math.round(number * 1e10) / 1e12 : number;
  return share <= 1 ? share : null;
}
