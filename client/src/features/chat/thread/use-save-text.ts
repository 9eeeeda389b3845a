import { messageRoutes, messageText, ProblemError } from '@parley/contracts';
import type { Message } from '@parley/contracts';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../../lib/api/call.ts';
import { explainError } from '../../../lib/explain-error.ts';
import { useTexts } from '../../../lib/i18n/use-texts.ts';
import { useTurnTexts } from '../../../lib/i18n/use-turn-texts.ts';
import { messagesQuery } from '../../../lib/query/queries.ts';
import { settleMessage } from '../live/message-cache.ts';

/** One text of a message, as it was found and as it is to be. `part` is its place in an answer. */
export interface TextEdit {
  readonly part?: number;
  readonly text: string;
  readonly was: string;
}

/** `changed`: somebody else has changed the text of `part` meanwhile, and which one stays is to be decided. */
export type SaveState =
  | { readonly kind: 'editing' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'changed'; readonly part: number | undefined; readonly theirs: string };

/** Longest text the server compares with. */
const longestCompared = 1_000_000;

/** Saves texts of a message in place, those that were changed; `onSaved` once all of them are. */
export function useSaveText(message: Message, onSaved: () => void) {
  const texts = useTexts();
  const { editor } = useTurnTexts();
  const client = useQueryClient();
  const [state, setState] = useState<SaveState>({ kind: 'editing' });

  const save = async (edits: readonly TextEdit[]) => {
    setState({ kind: 'saving' });
    for (const edit of edits) {
      if (edit.text === edit.was) continue;
      try {
        settleMessage(client, await saveOne(message, edit));
      } catch (error) {
        setState(await explain(error, edit));
        return;
      }
    }
    onSaved();
  };

  const explain = async (error: unknown, { part }: TextEdit): Promise<SaveState> => {
    const isGone = error instanceof ProblemError && error.code === 'message-not-found';
    if (isGone) return { kind: 'failed', reason: editor.gone };
    if (error instanceof ProblemError && error.code === 'message-changed') {
      const theirs = await readText(client, message, part);
      if (theirs !== undefined) return { kind: 'changed', part, theirs };
    }
    return { kind: 'failed', reason: `${editor.failed} ${explainError(error, texts)}` };
  };

  return { state, save };
}

function saveOne({ id: messageId, conversationId: id }: Message, { text, was, part }: TextEdit): Promise<Message> {
  const body = {
    text,
    ...(was.length > longestCompared ? {} : { was }),
    ...(part === undefined ? {} : { part }),
  };
  return call(messageRoutes.edit, { params: { id, messageId }, body });
}

/** What a text is by now; `undefined` when that cannot be had. */
async function readText(client: QueryClient, message: Message, part: number | undefined): Promise<string | undefined> {
  try {
    const query = messagesQuery(message.conversationId);
    const found = (await client.fetchQuery({ ...query, staleTime: 0, retry: false })).find(
      ({ id }) => id === message.id,
    );
    if (!found || part === undefined) return found && messageText(found);
    const held = found.parts[part];
    return held?.type === 'text' ? held.text : undefined;
  } catch {
    return undefined;
  }
}
