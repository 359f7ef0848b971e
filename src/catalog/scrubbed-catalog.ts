import { scrubForms } from '../support/secrets.js';
import type { Catalog } from './catalog.js';

type CatalogContent = Omit<Catalog, 'id'>;

/**
 * The catalog with all that people wrote in it free of what has the form of a secret: descriptions, other names, notes. It is
 * cleaned before anything is kept, so that nothing that is made of it has to be.
 */
export function scrubbedCatalog(content: CatalogContent): CatalogContent {
  const all = (texts: readonly string[]): readonly string[] => texts.map(scrubForms);
  const described = <Part extends { readonly description: string }>(part: Part): Part => ({
    ...part,
    description: scrubForms(part.description),
  });
  const named = <Part extends { readonly description: string; readonly synonyms: readonly string[] }>(
    part: Part,
  ): Part => ({ ...described(part), synonyms: all(part.synonyms) });
  return {
    ...content,
    datasets: content.datasets.map((dataset) => ({
      ...named(dataset),
      owner: orNull(dataset.owner),
      domain: orNull(dataset.domain),
      columns: dataset.columns.map((column) => ({ ...named(column), unit: orNull(column.unit) })),
    })),
    terms: content.terms.map((term) => ({
      ...term,
      synonyms: all(term.synonyms),
      definition: scrubForms(term.definition),
      domain: orNull(term.domain),
      steward: orNull(term.steward),
    })),
    metrics: content.metrics.map((metric) => ({
      ...named(metric),
      label: scrubForms(metric.label),
      unit: orNull(metric.unit),
    })),
    rules: content.rules.map(described),
    owners: content.owners.map((owner) => ({ ...owner, contact: orNull(owner.contact) })),
    warnings: all(content.warnings),
    unreadable: content.unreadable.map(({ path, reason }) => ({ path, reason: scrubForms(reason) })),
  };
}

function orNull(text: string | null): string | null {
  return text === null ? null : scrubForms(text);
}
