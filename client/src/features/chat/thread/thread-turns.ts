import { messageText } from '@parley/contracts';
import type { AnswerGuidance, FileRef, GenerationId, Message, MessageId } from '@parley/contracts';
import type { ModelChoice } from '../composer/model-choice.ts';
import type { PendingTurn, Quote } from '../live/turn-store.ts';
import type { ComparedTurn } from '../compare/open-comparison.ts';
import type { PathNode } from './visible-path.ts';

const noFiles: FileRef[] = [];
const noQuotes: Quote[] = [];

/** A question and the message it continues. */
export interface AskedQuestion {
  readonly text: string;
  /** What it brings along. */
  readonly files: readonly FileRef[];
  /** What it is about. */
  readonly quotes: readonly Quote[];
  readonly parentId: MessageId | null;
}

/** Another answer to a question. */
export interface AnswerRequest {
  readonly questionId: MessageId;
  /** Who answers; absent: whoever is chosen in the composer. */
  readonly choice?: ModelChoice | undefined;
  readonly guidance?: AnswerGuidance | undefined;
  /** The answer it goes on from. */
  readonly continues?: MessageId | undefined;
}

export interface QuestionTurn {
  readonly kind: 'question';
  readonly key: string;
  readonly text: string;
  readonly files: readonly FileRef[];
  readonly quotes: readonly Quote[];
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
  readonly siblings: readonly MessageId[];
  /** The question it answers, where it is shown. */
  readonly questionId: MessageId | undefined;
}

/** Answers side by side. */
export interface ComparisonTurn extends ComparedTurn {
  readonly kind: 'comparison';
  readonly key: string;
}

export type Turn = QuestionTurn | AnswerTurn | ComparisonTurn;

/** What is compared takes the place of the one answer. */
function withComparison(single: readonly Turn[], compared: ComparedTurn): Turn[] {
  return single.map((turn, index) =>
    index === single.length - 1 ? { kind: 'comparison', key: turn.key, ...compared } : turn,
  );
}

/**
 * What a thread shows: the messages of a path, then the turns on their way. One that is being sent replaces what followed
 * the message it continues; one that failed waits at the end. Keys stay the same when a pending turn becomes messages,
 * and when a question is answered again.
 */
export function threadTurns(
  path: readonly PathNode[],
  pending: readonly PendingTurn[],
  compared?: ComparedTurn,
): Turn[] {
  const sending = pending.find(({ state }) => state !== 'failed');
  const single = messageTurns(path);
  const turns = compared ? withComparison(single, compared) : single;
  return [...(sending ? turns.slice(0, lengthBefore(path, sending)) : turns), ...pending.flatMap(pendingTurns)];
}

/** How much of a path stays in sight above a turn on its way. One that belongs to another branch follows all of it. */
function lengthBefore(path: readonly PathNode[], { parentMessageId }: PendingTurn): number {
  if (parentMessageId === null) return 0;
  const parent = path.findIndex(({ message }) => message.id === parentMessageId);
  return parent === -1 ? path.length : parent + 1;
}

function messageTurns(path: readonly PathNode[]): Turn[] {
  return path.map(({ message, siblings }, index): Turn => {
    const { id, createdAt, endpoint, model, generationId } = message;
    if (message.role === 'user') {
      const first = path[index + 1]?.eldest.generationId;
      return {
        kind: 'question',
        key: first === undefined ? id : questionKey(first),
        text: messageText(message),
        files: messageFiles(message),
        quotes: messageQuotes(message),
        createdAt,
        message,
        siblings,
      };
    }
    const asked = path[index - 1]?.message;
    const questionId = asked?.role === 'user' ? asked.id : undefined;
    const key = generationId === undefined ? id : answerKey(generationId);
    return { kind: 'answer', key, endpoint, model, message, siblings, questionId };
  });
}

function pendingTurns(pending: PendingTurn): Turn[] {
  const { generationId, prompt, createdAt, parentMessageId, again } = pending;
  const { text, endpoint, model, files = noFiles, quotes = noQuotes } = prompt;
  const answer: Turn = {
    kind: 'answer',
    key: answerKey(generationId),
    endpoint,
    model,
    pending,
    siblings: [],
    questionId: again ? (parentMessageId ?? undefined) : undefined,
  };
  if (again) return [answer];
  const key = questionKey(generationId);
  return [{ kind: 'question', key, text, files, quotes, createdAt, siblings: [] }, answer];
}

/** The files a question brought along; the same empty list wherever there are none. */
function messageFiles({ parts }: Message): readonly FileRef[] {
  const files = parts.flatMap((part) => (part.type === 'file' ? [part.file] : []));
  return files.length === 0 ? noFiles : files;
}

/** What a question is about; the same empty list wherever that is nothing. */
function messageQuotes({ parts }: Message): readonly Quote[] {
  const quotes = parts.flatMap((part) =>
    part.type === 'quote' ? [{ text: part.text, messageId: part.messageId }] : [],
  );
  return quotes.length === 0 ? noQuotes : quotes;
}

function questionKey(id: GenerationId): string {
  return `question-${id}`;
}

function answerKey(id: GenerationId): string {
  return `answer-${id}`;
}
