import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';

const folder = fileURLToPath(new URL('../../fixtures/schemas/openlineage', import.meta.url));

interface Schema {
  readonly $id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const read = (path: string): Schema => JSON.parse(readFileSync(`${folder}/${path}`, 'utf8')) as Schema;

const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  formats: {
    uuid: /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i,
    uri: (text: string) => URL.canParse(text) && /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/.test(text),
    'date-time': (text: string) =>
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)),
  },
});
const facets = readdirSync(`${folder}/facets`).map((name) => read(`facets/${name}`));
for (const schema of facets) ajv.addSchema(schema);
const isEvent = ajv.compile(read('OpenLineage.json'));

/** What the published schemas have against the event: its own, and that of each facet in it, which must be one of theirs. */
export function faultsOf(event: unknown): readonly string[] {
  isEvent(event);
  const faults = (isEvent.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  const look = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (/^(facets|inputFacets|outputFacets)$/.test(key)) facetsOf(inner, `${path}/${key}`);
      look(inner, `${path}/${key}`);
    }
  };
  const facetsOf = (holder: object, path: string): void => {
    for (const [name, content] of Object.entries(holder) as [string, { _schemaURL?: string }][]) {
      const url = content._schemaURL?.split('#')[0];
      const schema = facets.find(({ $id, properties }) => $id === url && Object.hasOwn(properties, name));
      if (schema === undefined) faults.push(`${path}/${name} follows no published schema of that name (${url})`);
      else if (!ajv.validate(schema.$id, { [name]: content }))
        faults.push(...(ajv.errors ?? []).map(({ instancePath, message }) => `${path}${instancePath} ${message}`));
    }
  };
  look(event, '');
  return faults;
}
