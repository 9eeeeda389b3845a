import { collating } from '../bson/active-collation.ts';
import type { Collation } from '../bson/collation.ts';
import type { Value } from '../bson/value.ts';
import type { View, WriteView } from '../catalogue/catalogue-state.ts';
import { collationOption } from '../query/collation.ts';
import { CommandError } from '../server/command-error.ts';
import type { Arguments } from './arguments.ts';
import type { Command, Request } from './command.ts';

/**
 * Runs work for a command or statement under the collation it names, else under the default of its collection or
 * view; `{locale: 'simple'}` asks for the binary order. Cursors opened by the work keep the collation. A view takes no
 * other collation than its own: OptionNotSupportedOnView (MongoDB manual, "Collation", "Views").
 */
export function underCollation<T>(view: View, namespace: string, values: Arguments, work: () => T): T {
  return collating(collationOf(view, namespace, values.optionalDocument('collation')), work);
}

function collationOf(view: View, namespace: string, named: Value | undefined): Collation | undefined {
  const catalogue = view.catalogue();
  const virtual = catalogue.views.get(namespace);
  if (virtual === undefined) return collationOption(named, catalogue.get(namespace)?.collation);
  const own = collationOption(virtual.options.get('collation'), undefined);
  if (collationOption(named, own) === own) return own;
  throw new CommandError('OptionNotSupportedOnView', `Cannot override a view's default collation: ${namespace}`);
}

/** A command on the collection its first field names, made to run under its collation. */
export function collated(command: Command): Command {
  if (command.kind === 'read') {
    const { run } = command;
    return {
      ...command,
      run: (request: Request, view: View) =>
        underCollation(view, targetOf(request), request.arguments, () => run(request, view)),
    };
  }
  if (command.kind === 'plain') return command;
  const { run } = command;
  return {
    ...command,
    run: (request: Request, view: WriteView) =>
      underCollation(view, targetOf(request), request.arguments, () => run(request, view)),
  };
}

/** The same for a command that is only explained; an update or delete has its collation in its one statement. */
export function underExplainedCollation<T>(view: View, request: Request, work: () => T): T {
  const { arguments: values, name } = request;
  const batch = name === 'update' ? 'updates' : name === 'delete' ? 'deletes' : undefined;
  const own = batch === undefined ? values.optionalDocument('collation') : values.documents(batch)[0]?.get('collation');
  return collating(collationOf(view, targetOf(request), own), work);
}

function targetOf({ arguments: values, name, database }: Request): string {
  const target = values.value(name);
  return typeof target === 'string' ? `${database}.${target}` : '';
}
