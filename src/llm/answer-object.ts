import { isTooDeep } from '../plan/json-schema.js';

/** The JSON object in the text of an answer, also where it stands between fences; null where there is none that is fit to be looked at. */
export function answerObject(text: string): Readonly<Record<string, unknown>> | null {
  const inner = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/u.exec(text)?.[1] ?? text;
  let value: unknown;
  try {
    value = JSON.parse(inner);
  } catch {
    return null;
  }
  return isObject(value) && !isTooDeep(value) ? value : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
