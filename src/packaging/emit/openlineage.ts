import type { Emitter } from '../emitter.js';
import { definitionEvent, eventsText } from '../openlineage/events.js';

/** The lineage of the definition as an event of OpenLineage, ready to be sent; each build has the events of its run. */
export const emitOpenLineage: Emitter = (product) => [
  { path: 'lineage/openlineage.json', text: eventsText(definitionEvent(product)), executable: false },
];
