import { z } from 'zod';
import { answerObject } from '../../llm/answer-object.js';
import { askWithRepairs, type Judgement, type Outcome } from '../../llm/ask-with-repairs.js';
import type { Question } from '../../llm/llm-settings.js';
import { typeText } from '../../plan/data-type.js';
import { jsonSchemaOf } from '../../plan/json-schema.js';
import type { GoldTable, QualityRule, RuleCheck, SourceTable } from '../../plan/product.js';
import { canonicalJson } from '../../support/canonical-json.js';
import { compareText } from '../../support/text-order.js';

/** Words for people: one line, no markup, no link, nothing that a template, a shell or a page reads as its own. */
const plainText = z
  .string()
  .min(1)
  .max(300)
  .regex(/^(?!.*(?::\/\/|www\.))[^\p{C}\p{Zl}\p{Zp}<>{}[\]`\\|$@#]*$/u);
const column = z.string().min(1).max(200);
const described = { description: plainText };

const ruleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('not_null'), column, ...described }).strict(),
  z
    .object({
      kind: z.literal('range'),
      column,
      min: z.union([z.string().max(40), z.null()]),
      max: z.union([z.string().max(40), z.null()]),
      ...described,
    })
    .strict(),
  z
    .object({
      kind: z.literal('accepted_values'),
      column,
      values: z.array(z.string().max(200)).min(1).max(50),
      ...described,
    })
    .strict(),
  z.object({ kind: z.literal('unique'), columns: z.array(column).min(1).max(8), ...described }).strict(),
  z
    .object({
      kind: z.literal('compare'),
      left: column,
      operator: z.enum(['eq', 'ne', 'lt', 'le', 'gt', 'ge']),
      right: column,
      ...described,
    })
    .strict(),
]);

const answerSchema = z
  .object({
    description: z.union([plainText, z.null()]),
    columns: z
      .array(
        z
          .object({ name: column, label: z.union([plainText, z.null()]), description: z.union([plainText, z.null()]) })
          .strict(),
      )
      .max(200),
    rules: z.array(ruleSchema).max(10),
  })
  .strict();

/** The JSON Schema of what a model proposes for a product. */
export function describeAnswerSchema(): Readonly<Record<string, unknown>> {
  return jsonSchemaOf(answerSchema);
}

/** Words and rules that a model proposes; all columns are of the table. */
export interface Proposals {
  readonly description: string | null;
  readonly columns: readonly {
    readonly name: string;
    readonly label: string | null;
    readonly description: string | null;
  }[];
  /** Warnings over the gold table, ready to be tried. */
  readonly rules: readonly QualityRule[];
}

/** Asks for words and rules of the table. Names, types and descriptions are shown, never values. What `ask` raises is passed on. */
export function askForProposals(
  model: GoldTable,
  sources: readonly SourceTable[],
  ask: (question: Question) => Promise<string>,
): Promise<Outcome<Proposals>> {
  const data = canonicalJson({
    table: {
      name: model.name,
      description: model.description,
      rows: model.grainText,
      columns: model.columns.map(shown),
    },
    sources: sources.map(({ dataset, description, columns }) => ({
      dataset,
      description,
      columns: columns.map(shown),
    })),
  });
  const asked = { purpose: 'describe', schema: describeAnswerSchema(), data, ask } as const;
  return askWithRepairs<Proposals>(asked, async (text) => judged(text, model));
}

function shown({ name, type, description }: SourceTable['columns'][number] | GoldTable['columns'][number]): object {
  return { name, type: typeText(type), ...(description === '' ? {} : { description: description.slice(0, 300) }) };
}

function judged(text: string, model: GoldTable): Judgement<Proposals> {
  const answer = answerSchema.safeParse(answerObject(text));
  if (!answer.success) return { kind: 'problem', problem: z.prettifyError(answer.error) };
  const known = new Set(model.columns.map(({ name }) => name));
  const named = [...answer.data.columns.map(({ name }) => name), ...answer.data.rules.flatMap(columnsOf)];
  const stranger = named.find((name) => !known.has(name));
  if (stranger !== undefined)
    return { kind: 'problem', problem: `The table has no column ${JSON.stringify(stranger)}.` };
  const { description, columns, rules } = answer.data;
  return { kind: 'fit', fit: { description, columns, rules: rules.map(ruleOf) } };
}

type Proposed = z.infer<typeof ruleSchema>;

function columnsOf(rule: Proposed): readonly string[] {
  if (rule.kind === 'unique') return rule.columns;
  return rule.kind === 'compare' ? [rule.left, rule.right] : [rule.column];
}

function ruleOf(rule: Proposed, place: number): QualityRule {
  return {
    id: `gold.proposed.${place + 1}`,
    target: { kind: 'gold' },
    check: checkOf(rule),
    severity: 'warning',
    description: rule.description,
    origin: 'model',
  };
}

function checkOf(rule: Proposed): RuleCheck {
  if (rule.kind === 'compare') {
    const side = (name: string) => ({ kind: 'column', table: 'row', column: name }) as const;
    const { operator, left, right } = rule;
    return { kind: 'condition', condition: { kind: 'comparison', operator, left: side(left), right: side(right) } };
  }
  const { description: _description, ...check } = rule;
  return check.kind === 'accepted_values' ? { ...check, values: check.values.toSorted(compareText) } : check;
}
