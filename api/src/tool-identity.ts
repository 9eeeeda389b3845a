import { createHash } from 'node:crypto';

/** What every model's vendor takes as the length of a tool's name. */
const longest = 64;
/** Schemas are objects that stay as long as their server's list of tools; each is written out once. */
const schemaHashes = new WeakMap<object, string>();

/** A name that models take (`[A-Za-z0-9_-]{1,64}`); one that had to be shortened ends in a short hash of `ref`. */
export function toolName(wanted: string, ref: string): string {
  const name = withoutForeign(wanted);
  return name === '' || name.length > longest ? hashedName(name, ref) : name;
}

/** The same for a name that another tool has, too. */
export function hashedName(wanted: string, ref: string): string {
  const hash = sha256(ref).slice(0, 8);
  return `${withoutForeign(wanted).slice(0, longest - hash.length - 1)}_${hash}`;
}

/** What people called something, as a part of a tool's name; `otherwise` when no letter of it can be. */
export function slug(title: string, otherwise: string): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '');
  return plain === '' ? otherwise : plain;
}

/** What a tool is, in a SHA-256 over its name, description and schema: who allowed it is asked anew when this changes. */
export function toolDigest(name: string, description: string, inputSchema: Readonly<Record<string, unknown>>): string {
  let schemaHash = schemaHashes.get(inputSchema);
  if (schemaHash === undefined) {
    schemaHash = sha256(JSON.stringify(inputSchema));
    schemaHashes.set(inputSchema, schemaHash);
  }
  return sha256(JSON.stringify([name, description, schemaHash]));
}

function withoutForeign(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
