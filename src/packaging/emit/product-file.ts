import type { Emitter } from '../emitter.js';
import { renderProductFile } from '../product-file.js';

/** The product file itself: what `dpb build` reads. */
export const emitProductFile: Emitter = ({ file }) => [
  { path: `${file.name}.dpb.yaml`, text: renderProductFile(file), executable: false },
];
