/**
 * Phrases that speak to a model instead of about data. They are told to people, who may want to know who wrote them; nothing
 * depends on finding them: a model that obeys them has no effect beyond a reading.
 */
const phrases: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|rules?|prompts?|above|previous|prior)\b/iu,
  /\b(?:you are|act as|pretend to be|roleplay as)\b.{0,40}\b(?:assistant|model|admin\w*|system|developer)\b/iu,
  /\b(?:system|developer)\s*(?:prompt|message|instruction)s?\b/iu,
  /<\|?\/?(?:im_start|im_end|system|endoftext)\|?>/iu,
  /\b(?:reveal|print|repeat|send|leak|exfiltrate)\b.{0,40}\b(?:prompt|instructions?|secrets?|passwords?|keys?|catalog)\b/iu,
];

const shownMax = 5;
const lengthMax = 80;

/** The texts in what a model is shown that look like instructions to it, cut short, at most five. */
export function suspiciousTexts(shown: unknown): readonly string[] {
  const found = textsIn(shown).filter((text) => phrases.some((phrase) => phrase.test(text)));
  return [...new Set(found.map((text) => text.slice(0, lengthMax)))].slice(0, shownMax);
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
