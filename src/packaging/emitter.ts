import type { Product } from '../plan/product.js';
import type { EmittedFile } from '../plan/run-state.js';

/** Writes one artifact: a pure function of the product, so that the same product gives the same bytes. */
export type Emitter = (product: Product) => readonly EmittedFile[];
