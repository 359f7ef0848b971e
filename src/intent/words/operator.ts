import type { AggregateFunction, ComparisonOperator, TimePart, TimeUnit } from '../../plan/query.js';

/** Which ends of a stretch of time were named: the other is its beginning, or today. */
export type SpanEnds = 'both' | 'end' | 'start';

export type Direction = 'ascending' | 'descending';

/** Whether a comparison holds with all of several values or with some of them. */
export type Quantifier = 'all' | 'some';

/** What a word or phrase of English does in a request, whatever the data are about. */
export type Operator =
  | {
      readonly kind: 'aggregate';
      readonly function: Extract<AggregateFunction, 'sum' | 'avg' | 'min' | 'max' | 'median' | 'stddev'>;
    }
  | { readonly kind: 'count' }
  /** `how many times`: counts what happened, whatever it is. */
  | { readonly kind: 'times' }
  /** After a number: `used more than 5 times`. */
  | { readonly kind: 'times_unit' }
  /** `twice`. */
  | { readonly kind: 'times_number'; readonly value: string }
  /** `how many items`, `amount of`: counts things, but sums a number. */
  | { readonly kind: 'quantity' }
  | { readonly kind: 'distinct' }
  /** `nouns`: what a column would be called that it compares (`older than`). */
  | {
      readonly kind: 'compare';
      readonly operator: ComparisonOperator;
      readonly nouns?: readonly string[];
      /** `more than all`, `more than at least one`. */
      readonly quantifier?: Quantifier;
      /** `more rooms than`: what is compared stands between. */
      readonly apart?: boolean;
    }
  /** Behind what is compared: `more rooms than`. */
  | { readonly kind: 'than'; readonly quantifier: Quantifier | null }
  /** After a number: `two or more`. */
  | { readonly kind: 'suffix_compare'; readonly operator: ComparisonOperator }
  | { readonly kind: 'between' }
  | { readonly kind: 'text_match'; readonly position: 'anywhere' | 'start' | 'end' }
  | { readonly kind: 'superlative'; readonly direction: Direction; readonly nouns: readonly string[] }
  /** `oldest`: orders by a column whose name says one of the nouns; `reversed` are nouns that order the other way. */
  | {
      readonly kind: 'adjective';
      readonly direction: Direction;
      readonly nouns: readonly string[];
      readonly reversed: readonly string[];
    }
  | { readonly kind: 'frequent'; readonly direction: Direction }
  | { readonly kind: 'top'; readonly direction: Direction }
  | { readonly kind: 'negate' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'group' }
  /** `divided by`: what follows is the lower side of a ratio, where it can be one. */
  | { readonly kind: 'divide' }
  | { readonly kind: 'each' }
  | { readonly kind: 'order' }
  /** `along`: what such an order is of, where nothing is named (`in alphabetical order`). */
  | { readonly kind: 'direction'; readonly direction: Direction; readonly along?: 'name' | 'time' }
  | { readonly kind: 'ratio' }
  /** `parts`: of a whole that is shown by them (`the proportion of each kind`). */
  | { readonly kind: 'share'; readonly factor: 1 | 100; readonly parts?: boolean }
  | {
      readonly kind: 'growth';
      readonly against: 'previous_period' | 'same_period_last_year';
      readonly as: 'difference' | 'rate' | 'percent';
      readonly unit: TimeUnit | null;
    }
  | { readonly kind: 'running_total' }
  | { readonly kind: 'grain'; readonly unit: TimeUnit }
  /** `the month`: says again what the request groups by, or asks for it to be shown. */
  | { readonly kind: 'period'; readonly unit: TimeUnit }
  /** A part of the calendar that comes around, to group by: `by day of week`. */
  | { readonly kind: 'cycle'; readonly part: TimePart }
  /** `days between`, `time to`, `days since`. */
  | { readonly kind: 'span'; readonly ends: SpanEnds; readonly unit: TimeUnit | null }
  /** `3 days`: a length of time. */
  | { readonly kind: 'length'; readonly amount: string; readonly unit: TimeUnit }
  /** `in hours`: how a length of time is told. */
  | { readonly kind: 'unit'; readonly unit: TimeUnit }
  | { readonly kind: 'time_trend' }
  | { readonly kind: 'every' }
  /** What a chart's bars or axes stand for: `x` what it is by, `y` what it measures. */
  | { readonly kind: 'axis'; readonly axis: 'x' | 'y' }
  /** How the result is drawn: it changes nothing in the data asked for. */
  | { readonly kind: 'chart'; readonly pie: boolean }
  /** All columns of a thing. */
  | { readonly kind: 'everything' }
  | { readonly kind: 'and' }
  | { readonly kind: 'or' }
  | { readonly kind: 'of' }
  | { readonly kind: 'possessive' }
  | { readonly kind: 'is' }
  /** Opens a condition: `with`, `whose`, `that have`, `where`. */
  | { readonly kind: 'where' }
  /** `in`, `for`, `from`: a condition or a scope follows. */
  | { readonly kind: 'preposition' }
  /** `who`, `where`, `when`, `how old` as questions after a kind of column. */
  /** `degree`: it may also ask how much of a named column there is (`how high is the salary`). */
  | { readonly kind: 'question'; readonly nouns: readonly string[]; readonly degree?: true }
  /** `and show`, `return`, a full stop: what follows is shown again. */
  /** `verb`: only where a clause begins. */
  | { readonly kind: 'show'; readonly verb: boolean }
  | { readonly kind: 'pronoun' };

export type OperatorEntry = readonly [phrase: string, operator: Operator];

/** The operator, once for each of `phrases`. */
export function phrases(operator: Operator, text: string): readonly OperatorEntry[] {
  return text.split('|').map((phrase) => [phrase.trim(), operator] as const);
}
