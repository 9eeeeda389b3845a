import type { Value } from '../../bson/value.ts';
import { renameEntry } from '../../catalogue/change-collection.ts';
import { dropCollection, findCollection } from '../../catalogue/collections.ts';
import { splitNamespace } from '../../catalogue/split-namespace.ts';
import { findView } from '../../catalogue/views.ts';
import { CommandError } from '../../server/command-error.ts';
import { wrongFieldType } from '../../server/wrong-field-type.ts';
import type { Arguments } from '../arguments.ts';
import { checkUuid, uuidBytes } from '../collection-uuid.ts';
import type { Command } from '../command.ts';

/** `renameCollection`: moves a collection to another name, also of another database, as one atomic step. */
export const renameCollection: Command = {
  kind: 'write',
  fields: ['renameCollection', 'to', 'dropTarget', 'stayTemp', 'collectionUUID'],
  run: (request, view) => {
    if (request.database !== 'admin') {
      throw new CommandError('Unauthorized', 'renameCollection may only be run against the admin database.');
    }
    const { arguments: values } = request;
    const [from, to] = [values.text('renameCollection'), values.text('to')];
    for (const [role, namespace] of Object.entries({ source: from, target: to })) {
      if (/^[^.]+\../u.test(namespace)) continue;
      throw new CommandError('InvalidNamespace', `Invalid ${role} namespace: ${namespace}`);
    }
    const dropped = dropTargetOf(values);
    const uuid = uuidBytes('renameCollection.collectionUUID', values.value('collectionUUID'));
    if (
      splitNamespace(from).database !== splitNamespace(to).database &&
      (uuid !== undefined || dropped.uuid !== undefined)
    ) {
      const option = uuid === undefined ? 'dropTarget' : 'collectionUUID';
      throw new CommandError('InvalidOptions', `The ${option} UUID is not supported between different databases`);
    }
    if (findView(view, from) !== undefined) {
      throw new CommandError('CommandNotSupportedOnView', `cannot rename view: ${from}`);
    }
    if (from === to) throw new CommandError('IllegalOperation', "Can't rename a collection to itself");
    checkUuid(view, from, uuid);
    checkUuid(view, to, dropped.uuid);
    const source = findCollection(view, from);
    if (source === undefined) {
      throw new CommandError('NamespaceNotFound', `Source collection ${from} does not exist`);
    }
    if (findView(view, to) !== undefined) {
      throw new CommandError('NamespaceExists', `a view already exists with that name: ${to}`);
    }
    const target = findCollection(view, to);
    if (target !== undefined) {
      if (!dropped.isDropped) throw new CommandError('NamespaceExists', 'target namespace exists');
      dropCollection(view, target);
    }
    renameEntry(view, source, to, target);
    return {};
  },
};

/** Whether a collection in the way is dropped, and the UUID it must have for that. */
function dropTargetOf(values: Arguments): { readonly isDropped: boolean; readonly uuid: Uint8Array | undefined } {
  const value: Value | undefined = values.value('dropTarget');
  if (value === undefined || value === null || typeof value === 'boolean') {
    return { isDropped: value === true, uuid: undefined };
  }
  if (typeof value === 'object' && !Array.isArray(value) && value.kind === 'binData') {
    return { isDropped: true, uuid: uuidBytes('renameCollection.dropTarget', value) };
  }
  throw wrongFieldType('renameCollection.dropTarget', value, 'bool', 'binData');
}
