import { createHash } from 'node:crypto';

/** The namespace of all ids that dpb makes of names, so that they are not those that others make of the same names. */
const ownNamespace = 'c2a3a5d4-5b0e-5f7c-9d55-0d3f6b1c7e21';

/** The UUID of version 5 (RFC 9562: SHA-1 of a namespace and a name) of `name`: the same name is the same id everywhere. */
export function uuidOfName(name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(ownNamespace.replaceAll('-', ''), 'hex'))
    .update(name, 'utf8')
    .digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex').slice(0, 32);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
