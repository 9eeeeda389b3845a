import { messageText } from '@parley/contracts';
import type { FileRef, GenerationId, Message, MessageId } from '@parley/contracts';
import type { PendingTurn } from '../live/turn-store.ts';
import type { PathNode } from './visible-path.ts';

const noFiles: FileRef[] = [];

/** A question and the message it continues. */
export interface AskedQuestion {
  readonly text: string;
  /** What it brings along. */
  readonly files: readonly FileRef[];
  readonly parentId: MessageId | null;
}

export interface QuestionTurn {
  readonly kind: 'question';
  readonly key: string;
  readonly text: string;
  readonly files: readonly FileRef[];
  readonly createdAt: string;
  /** Absent until the server has it. */
  readonly message?: Message;
  readonly siblings: readonly MessageId[];
}

export interface AnswerTurn {
  readonly kind: 'answer';
  readonly key: string;
  readonly endpoint: string | undefined;
  readonly model: string | undefined;
  /** Absent until the server has the question. */
  readonly message?: Message;
  /** The turn as it was sent, while the server does not have it. */
  readonly pending?: PendingTurn;
  /** What "try again" asks. */
  readonly question: AskedQuestion | undefined;
}

export type Turn = QuestionTurn | AnswerTurn;

/**
 * What a thread shows: the messages of a path, then the turns on their way. One that is being sent replaces what followed
 * the message it continues; one that failed waits at the end. Keys stay the same when a pending turn becomes messages.
 */
export function threadTurns(path: readonly PathNode[], pending: readonly PendingTurn[]): Turn[] {
  const sending = pending.find(({ state }) => state !== 'failed');
  const parent = path.findIndex(({ message }) => message.id === sending?.parentMessageId);
  const shown = sending ? path.slice(0, parent + 1) : path;
  return [...messageTurns(shown), ...pending.flatMap(pendingTurns)];
}

/** Whether the message list holds a turn already, so that showing it as pending would show it twice. */
export function isListed(turn: PendingTurn, messages: readonly Message[]): boolean {
  return messages.some(({ generationId }) => generationId === turn.generationId);
}

function messageTurns(path: readonly PathNode[]): Turn[] {
  return path.map(({ message, siblings }, index): Turn => {
    const { id, createdAt, endpoint, model, generationId } = message;
    if (message.role === 'user') {
      const answer = path[index + 1]?.message.generationId;
      return {
        kind: 'question',
        key: answer === undefined ? id : questionKey(answer),
        text: messageText(message),
        files: messageFiles(message),
        createdAt,
        message,
        siblings,
      };
    }
    const asked = path[index - 1]?.message;
    const question =
      asked?.role === 'user'
        ? { text: messageText(asked), files: messageFiles(asked), parentId: asked.parentId }
        : undefined;
    const key = generationId === undefined ? id : answerKey(generationId);
    return { kind: 'answer', key, endpoint, model, message, question };
  });
}

function pendingTurns(pending: PendingTurn): Turn[] {
  const { generationId, prompt, createdAt, parentMessageId } = pending;
  const { text, files = noFiles } = prompt;
  return [
    { kind: 'question', key: questionKey(generationId), text, files, createdAt, siblings: [] },
    {
      kind: 'answer',
      key: answerKey(generationId),
      endpoint: prompt.endpoint,
      model: prompt.model,
      pending,
      question: { text, files, parentId: parentMessageId },
    },
  ];
}

/** The files a question brought along; the same empty list wherever there are none. */
function messageFiles({ parts }: Message): readonly FileRef[] {
  const files = parts.flatMap((part) => (part.type === 'file' ? [part.file] : []));
  return files.length === 0 ? noFiles : files;
}

function questionKey(id: GenerationId): string {
  return `question-${id}`;
}

function answerKey(id: GenerationId): string {
  return `answer-${id}`;
}
