import type { ProductFile } from '../plan/product.js';
import { yamlText } from './yaml-text.js';

const head = `The definition of a data product: edit it, review it, commit it. All other files of this folder are made from it;
\`dpb build\` makes the data from it and never reads the words of the request again.`;

/** The text of a product file: deterministic YAML under a short comment. Reading it back gives an equal `ProductFile`. */
export function renderProductFile(file: ProductFile): string {
  const {
    dpb,
    name,
    version,
    title,
    request,
    reading,
    assumptions,
    useCaseId,
    owner,
    sla,
    plan,
    model,
    rules,
    sources,
  } = file;
  return yamlText(
    { dpb, name, version, title, request, reading, assumptions, useCaseId, owner, sla, plan, model, rules, sources },
    head,
  );
}
