import { randomUUID } from 'node:crypto';
import type { UserId } from '@parley/contracts';
import type { Connection } from 'mongoose';

/** Names of fields that say whose something is, wherever they are in a document. */
const personField = /^(?:userId|ownerId|authorId|actorId|personId|createdBy|invitedBy|by|holder|memberIds)$/;

/** As mongoose describes the fields of documents; only what is asked for here. */
interface Schema {
  eachPath(visit: (path: string, field: Field) => void): unknown;
}

interface Field {
  readonly instance: string;
  readonly schema?: Schema;
  readonly isRequired?: boolean;
  readonly enumValues?: readonly string[];
}

interface Naming {
  readonly userId: UserId;
  readonly conversationId: string;
}

/** Which collections have fields for a person, by the names of their models. */
export function personalModels(connection: Connection): string[] {
  return Object.values(connection.models)
    // A note that somebody's account ends would end it.
    .filter(({ modelName, schema }) => modelName !== 'Removal' && namesPerson(schema))
    .map(({ modelName }) => modelName);
}

/** Stores a document of somebody in every collection that has a field for a person. Ids by the names of models. */
export async function storePersonalDocuments(
  connection: Connection,
  userId: UserId,
): Promise<ReadonlyMap<string, string>> {
  const naming = { userId, conversationId: randomUUID() };
  const ids = new Map<string, string>();
  for (const name of personalModels(connection)) {
    const id = ownIds[name]?.(naming) ?? randomUUID();
    ids.set(name, id);
    const model = connection.model(name);
    await connection.collection<{ _id: string }>(model.collection.name).insertOne({
      ...documentOf(model.schema, naming),
      _id: id,
    });
  }
  const holders = [`mcp/server/holders/${userId}/tokens/`, `variables/server/${userId}/`];
  for (const _id of holders) {
    const secrets = connection.collection<{ _id: string; sealed: string; version: number }>('mcp_secrets');
    await secrets.insertOne({ _id, sealed: 'x', version: 1 });
  }
  return ids;
}

/** Collections in which something names a person, however deep. */
export async function collectionsNaming(connection: Connection, userId: UserId): Promise<string[]> {
  const naming: string[] = [];
  for (const { collection } of Object.values(connection.models)) {
    const documents: unknown[] = await connection.collection(collection.name).find({}).toArray();
    if (JSON.stringify(documents).includes(userId)) naming.push(collection.name);
  }
  return naming.toSorted();
}

function fieldsOf(schema: Schema): [string, Field][] {
  const fields: [string, Field][] = [];
  schema.eachPath((path, type) => fields.push([path, type]));
  return fields;
}

function namesPerson(schema: Schema): boolean {
  return fieldsOf(schema).some(
    ([path, field]) =>
      personField.test(path.split('.').at(-1) ?? '') || (field.schema !== undefined && namesPerson(field.schema)),
  );
}

/** Keys that are made of those of others. */
const ownIds: Readonly<Record<string, (naming: Naming) => string>> = {
  Conversation: ({ conversationId }) => conversationId,
  Participant: ({ conversationId, userId }) => `${conversationId}/${userId}`,
};

function documentOf(schema: Schema, naming: Naming): Record<string, unknown> {
  const document: Record<string, unknown> = {};
  for (const [path, field] of fieldsOf(schema)) {
    const isPerson = personField.test(path) && field.schema === undefined;
    const holdsPerson = field.schema !== undefined && namesPerson(field.schema);
    if (path !== '_id' && (isPerson || holdsPerson || field.isRequired === true)) {
      document[path] = valueOf(path, field, { ...naming, isPerson });
    }
  }
  return document;
}

function valueOf(path: string, field: Field, naming: Naming & { readonly isPerson: boolean }): unknown {
  const { userId, conversationId, isPerson } = naming;
  if (field.schema !== undefined) {
    const inner = documentOf(field.schema, naming);
    return field.instance === 'Array' ? [inner] : inner;
  }
  switch (field.instance) {
    case 'Array':
      return isPerson ? [userId] : [];
    case 'String':
      if (isPerson) return userId;
      return path === 'conversationId' ? conversationId : (field.enumValues?.at(-1) ?? randomUUID());
    case 'Number':
      return 1;
    case 'Boolean':
      return false;
    case 'Date':
      return new Date(Date.now() + (path === 'expiresAt' ? 86_400_000 : 0));
    case 'Buffer':
      return Buffer.from('x');
    default:
      return {};
  }
}
