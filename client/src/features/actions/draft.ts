import type { ActionSetSettings } from '@parley/contracts';
import type { Description } from './description.ts';

type ActionAuthKind = ActionSetSettings['auth']['kind'];

/** An action set while somebody fills it in. */
export interface ActionDraft {
  /** Absent until one was read. */
  readonly description: Description | undefined;
  readonly title: string;
  readonly serverUrl: string;
  /** By `operationId`. */
  readonly enabled: ReadonlySet<string>;
  readonly auth: ActionAuthKind;
  readonly secret: string;
  readonly header: string;
}

/** As many operations as one set may switch on. */
export const mostEnabled = 200;
/** UTF-16 units. */
const longestTitle = 60;

/** A new action set. */
export const blankDraft: ActionDraft = {
  description: undefined,
  title: '',
  serverUrl: '',
  enabled: new Set(),
  auth: 'none',
  secret: '',
  header: '',
};

/** A stored action set, to be changed. */
export function draftOf(settings: ActionSetSettings, description: Description): ActionDraft {
  const { title, serverUrl = '', enabled, auth } = settings;
  const header = auth.kind === 'none' ? '' : (auth.header ?? '');
  return { description, title, serverUrl, enabled: new Set(enabled), auth: auth.kind, secret: '', header };
}

/** The draft after another description was read: what somebody wrote or chose stays, where it still makes sense. */
export function withDescription(draft: ActionDraft, description: Description): ActionDraft {
  const { description: old, title, serverUrl, enabled } = draft;
  const ids = description.operations.map(({ operationId }) => operationId);
  const known = new Set(old?.operations.map(({ operationId }) => operationId));
  // What is new in it is chosen where everything was, as in a first description.
  const takesNew = [...known].every((operationId) => enabled.has(operationId));
  const chosen = ids.filter((operationId) =>
    known.has(operationId) ? enabled.has(operationId) : takesNew && ids.length <= mostEnabled,
  );
  return {
    ...draft,
    description,
    title: title === titleOf(old) ? titleOf(description) : title,
    serverUrl: serverUrl === (old?.serverUrl ?? '') ? (description.serverUrl ?? '') : serverUrl,
    enabled: new Set(chosen),
  };
}

/** The draft in the shape of settings, to be parsed. What was left empty is absent. */
export function settingsOf({ description, title, serverUrl, enabled, auth, secret, header }: ActionDraft): object {
  const address = serverUrl.trim();
  return {
    title,
    specification: description?.specification ?? '',
    ...(address === '' ? {} : { serverUrl: address }),
    enabled: [...enabled],
    auth: {
      kind: auth,
      ...(auth === 'none' || secret === '' ? {} : { secret }),
      ...(auth === 'header' && header.trim() !== '' ? { header: header.trim() } : {}),
    },
  };
}

function titleOf(description: Description | undefined): string {
  return description?.title.trim().slice(0, longestTitle) ?? '';
}
