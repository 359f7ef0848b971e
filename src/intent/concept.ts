/** A thing of the catalog that words may denote. */
export type Concept =
  | { readonly kind: 'dataset'; readonly dataset: string }
  | { readonly kind: 'column'; readonly dataset: string; readonly column: string }
  | { readonly kind: 'metric'; readonly metric: string }
  | {
      readonly kind: 'value';
      readonly dataset: string;
      readonly column: string;
      /** Of the match `contains` a part of values: all that contain it are meant. */
      readonly value: string;
      readonly match: 'exact' | 'contains' | 'near';
    };

/** A concept with how well the words say it (0 to 1) and why. */
export interface Grounding {
  readonly concept: Concept;
  readonly score: number;
  readonly evidence: string;
}

/** A stable text that is equal for equal concepts. */
export function conceptKey(concept: Concept): string {
  switch (concept.kind) {
    case 'dataset':
      return `dataset ${concept.dataset}`;
    case 'column':
      return `column ${concept.dataset}.${concept.column}`;
    case 'metric':
      return `metric ${concept.metric}`;
    case 'value':
      return `value ${concept.dataset}.${concept.column} ${concept.match === 'contains' ? '…' : ''}${concept.value}`;
  }
}

/** The concept for people: `column orders.total_amount`. */
export function conceptText(concept: Concept): string {
  switch (concept.kind) {
    case 'dataset':
      return `table ${concept.dataset}`;
    case 'column':
      return `column ${concept.dataset}.${concept.column}`;
    case 'metric':
      return `metric ${concept.metric}`;
    case 'value':
      return `${concept.match === 'contains' ? 'part' : 'value'} "${concept.value}" of ${concept.dataset}.${concept.column}`;
  }
}
