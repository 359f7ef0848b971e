/** Words of numbers that say how much of something there is for something else, or where it stands: their sums mean nothing. */
const intensiveWords: ReadonlySet<string> = new Set(
  `pct percent percentage ratio rate share price age score rating rank grade temperature humidity pressure density speed velocity
  latitude longitude altitude elevation average avg mean median per probability index year height width depth`.split(
    /\s+/u,
  ),
);

/** What is paid for one hour, said of it: `hourly_fee`. */
const paid: ReadonlySet<string> = new Set('fee wage pay salary charge cost tariff'.split(' '));

/** Whether numbers of a column whose name has these words add up: amounts do, shares, rates and prices do not. */
export function isAdditive(words: readonly string[]): boolean {
  if (words.includes('hourly') && words.some((word) => paid.has(word))) return false;
  return !words.some((word) => intensiveWords.has(word));
}
