import type { ProductFile } from '../plan/product.js';

/** Identifiers that the descriptors of a product share. They follow from names alone, so that they stay over versions. */
export function productId({ name }: ProductFile): string {
  return `urn:dpb:product:${name}`;
}

/** The identifier of the contract of the product's table. */
export function contractId({ name }: ProductFile): string {
  return `urn:dpb:contract:${name}`;
}

/** The identifier under which a product asks for a source; the name of the dataset is percent-encoded. */
export function sourceContractId(dataset: string): string {
  return `urn:dpb:source:${encodeURIComponent(Buffer.from(dataset, 'utf8').toString('utf8'))}`;
}

/** The team of one, the owner, as both Bitol standards write it. */
export function teamOf({ owner }: ProductFile): { readonly members: readonly Readonly<Record<string, string>>[] } {
  return { members: [{ username: owner.contact ?? owner.name, name: owner.name, role: 'owner' }] };
}
