import { generationIdSchema, ProblemError } from '@parley/contracts';
import type { FileRef, GenerationId, QueuedPrompt } from '@parley/contracts';
import { useQuery } from '@tanstack/react-query';
import { use, useMemo } from 'react';
import { explainError } from '../../lib/explain-error.ts';
import { useTexts } from '../../lib/i18n/use-texts.ts';
import { generationQuery } from '../../lib/query/queries.ts';
import { showToast } from '../../ui/toast-store.ts';
import type { LineItem } from './composer/prompt-line.tsx';
import type { PendingTurn } from './live/turn-store.ts';
import { ChatPeopleContext, otherAuthor } from './people/chat-people.ts';
import type { Words } from './use-chat-actions.ts';
import type { useConversation } from './use-conversation.ts';

/** Stands for a generation that does not exist; it is never asked for. */
const nilId = generationIdSchema.parse('00000000-0000-0000-0000-000000000000');
const noQueue: readonly QueuedPrompt[] = [];

export interface PromptLineOptions {
  readonly conversation: ReturnType<typeof useConversation>;
  /** Puts a text back into the composer, and files beside it. */
  readonly write: (words: Words) => void;
  /** Asks as if the text had been typed and sent. */
  readonly ask: (words: Words) => void;
  /** Adds a text to the answer that is being written. */
  readonly steer: (text: string) => void;
}

/** What waits around a chat's newest answer: the server's queue and this browser's outbox. */
export function usePromptLine({ conversation, write, ask, steer }: PromptLineOptions): LineItem[] {
  const texts = useTexts();
  const people = use(ChatPeopleContext);
  const { live, line: unsent, leaf, path, run, canSteer, elsewhere } = conversation;
  const leafId = leaf?.role === 'assistant' ? leaf.generationId : undefined;
  const hasQueue = leafId !== undefined && (run !== 'idle' || leaf?.status === 'stopped' || leaf?.status === 'failed');
  const current = useQueue(hasQueue ? leafId : undefined);
  // What was left behind by an answer that was stopped stays in sight when the conversation goes on.
  const halted = useMemo(
    () => path.findLast(({ message }) => message !== leaf && isHalted(message))?.message.generationId,
    [path, leaf],
  );
  const left = useQueue(halted);

  const remove = async (behind: GenerationId, id: GenerationId): Promise<boolean> => {
    try {
      await live.unqueue(behind, id);
      return true;
    } catch (error) {
      const isBegun = error instanceof ProblemError && error.code === 'queued-prompt-started';
      showToast(isBegun ? { text: texts.chat.line.begun } : { text: explainError(error, texts), tone: 'danger' });
      return false;
    }
  };
  /** A file that another device attached; its name shows once the question is in the chat. */
  const unnamed = (id: FileRef['id']): FileRef => ({
    id,
    name: texts.chat.composer.files.unnamed,
    mimeType: '',
    size: 0,
  });
  const removeThen = (behind: GenerationId, id: GenerationId, then: () => void) => async () => {
    if (await remove(behind, id)) then();
  };
  /** The server begins with it at once, and with the rest of its queue afterwards. */
  const begin = async (behind: GenerationId, prompt: QueuedPrompt) => {
    try {
      await live.beginQueued(behind, prompt);
    } catch (error) {
      showToast({ text: explainError(error, texts), tone: 'danger' });
    }
  };

  const queuedItem = (behind: GenerationId, prompt: QueuedPrompt): LineItem => {
    const { generationId: id, text, files: fileIds = [], quotes = [] } = prompt;
    const words = { text, quotes, files: fileIds.map((fileId) => live.attached.known(fileId) ?? unnamed(fileId)) };
    const isLeaf = behind === leafId;
    const author = otherAuthor(people, prompt);
    // Only whoever wrote it goes on with it; the owner of the chat may take it out.
    const isOwn = author === undefined;
    const send = isLeaf ? () => void begin(behind, prompt) : () => void removeThen(behind, id, () => ask(words))();
    return {
      id,
      text,
      files: fileIds.length,
      author: author?.name,
      state: isLeaf && run !== 'idle' ? 'queued' : 'stranded',
      onSend: run === 'idle' && isOwn ? send : undefined,
      // What is added to an answer brings nothing along.
      onSteer:
        isLeaf && isOwn && canSteer && fileIds.length === 0 && quotes.length === 0
          ? () => void removeThen(behind, id, () => steer(text))()
          : undefined,
      onEdit: isOwn ? () => void removeThen(behind, id, () => write(words))() : undefined,
      onRemove: isOwn || people.owner === undefined ? () => void remove(behind, id) : undefined,
    };
  };
  const unsentItem = (turn: PendingTurn): LineItem => {
    const { generationId: id, prompt, state, cause } = turn;
    const takeBack = () => live.turns.drop(id);
    const isSending = state === 'sending';
    return {
      id,
      text: prompt.text,
      files: prompt.files?.length ?? 0,
      state: isSending ? 'sending' : state === 'failed' ? 'refused' : 'offline',
      reason: state === 'failed' ? explainError(cause, texts) : undefined,
      onSend: isSending ? undefined : () => live.turns.retry(id),
      onEdit: isSending
        ? undefined
        : () => {
            takeBack();
            write({ text: prompt.text, files: prompt.files ?? [], quotes: prompt.quotes ?? [] });
          },
      onRemove: isSending ? undefined : takeBack,
    };
  };
  const waiting = new Set([...unsent, ...elsewhere].map(({ generationId }) => generationId));
  const listed = (behind: GenerationId | undefined, queue: readonly QueuedPrompt[]) =>
    behind === undefined
      ? []
      : queue.filter(({ generationId }) => !waiting.has(generationId)).map((prompt) => queuedItem(behind, prompt));
  return [...listed(halted, left), ...listed(leafId, current), ...[...unsent, ...elsewhere].map(unsentItem)];
}

function isHalted({ role, status }: { readonly role: string; readonly status: string }): boolean {
  return role === 'assistant' && (status === 'stopped' || status === 'failed');
}

function useQueue(id: GenerationId | undefined): readonly QueuedPrompt[] {
  const { data } = useQuery({ ...generationQuery(id ?? nilId), enabled: id !== undefined });
  return (id === undefined ? undefined : data?.queue) ?? noQueue;
}
