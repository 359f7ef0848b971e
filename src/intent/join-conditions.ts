import type { Condition } from './request-tree.js';

/** Adds conditions to a list; an alternative joins the last ones of the same kinds (`in Fall 2009 or in Spring 2010`). */
export function joinConditions(
  conditions: readonly Condition[],
  given: readonly Condition[],
  alternative: boolean,
): readonly Condition[] {
  const added = given.map((condition) => comparedAlike(condition, conditions.at(-1)));
  const last = conditions.at(-1);
  if (!alternative || last === undefined) return [...conditions, ...added];
  if (last.kind === 'either')
    return [...conditions.slice(0, -1), { kind: 'either', options: [...last.options, added] }];
  const before = conditions.slice(-added.length);
  const alike = before.length === added.length && before.every(({ kind }, index) => kind === added[index]?.kind);
  if (alike) return [...conditions.slice(0, -added.length), { kind: 'either', options: [before, added] }];
  const [first, ...rest] = added;
  return first === undefined
    ? conditions
    : [...conditions.slice(0, -1), { kind: 'either', options: [[last], [first]] }, ...rest];
}

/** `aged 24 or 25`, `a price above 10 and below 20`: what is compared was said before. */
function comparedAlike(condition: Condition, before: Condition | undefined): Condition {
  if (condition.kind !== 'compare' || condition.subject !== null || condition.nouns.length > 0) return condition;
  const said = before?.kind === 'either' ? before.options.at(-1)?.at(-1) : before;
  return said?.kind === 'compare' ? { ...condition, subject: said.subject, nouns: said.nouns } : condition;
}
