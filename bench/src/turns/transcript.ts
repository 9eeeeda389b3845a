import { foldMessage, hashText, isGap, messageText, startProgress } from '@parley/contracts';
import type { GenerationEvent, GenerationFinished, Message, RunningMessage } from '@parley/contracts';
import { tokensIn } from '../world/provider-script.ts';
import type { Turn } from './api-client.ts';

/** Tokens that reached a reader together. */
export interface Arrival {
  /** Milliseconds, as `performance.now()` has them. */
  readonly at: number;
  readonly first: number;
  readonly last: number;
}

/** What one reader has folded, and whether everything it ever showed was right. */
export interface Transcript {
  /** Folds one event. `gap`: events before it are missing, and it was not folded. */
  take(event: GenerationEvent): 'taken' | 'gap';
  /** Takes the whole answer from the message list, where its log is gone. */
  takeStored(stored: Message): void;
  text(): string;
  status(): Message['status'];
  /** Whether the answer has been read to its end. */
  isWhole(): boolean;
  finished(): GenerationFinished | undefined;
  readonly arrivals: readonly Arrival[];
  /** Times the text that was shown was not how the answer begins: a token was lost or doubled on the screen. */
  wrongPaints(): number;
  restarts(): number;
  snapshots(): number;
}

export function createTranscript({ started, expected }: Turn): Transcript {
  let message: RunningMessage = {
    id: started.responseMessageId,
    conversationId: started.conversationId,
    parentId: started.userMessageId,
    role: 'assistant',
    status: 'running',
    parts: [],
    createdAt: new Date().toISOString(),
    progress: startProgress('-1'),
  };
  let finished: GenerationFinished | undefined;
  let wrongPaints = 0;
  let restarts = 0;
  let snapshots = 0;
  const arrivals: Arrival[] = [];

  function look(event: GenerationEvent): void {
    if (!expected.startsWith(messageText(message))) wrongPaints += 1;
    if (event.type === 'text-delta') {
      const tokens = tokensIn(event.text);
      const [first, last] = [tokens.at(0), tokens.at(-1)];
      if (first !== undefined && last !== undefined) arrivals.push({ at: performance.now(), first, last });
    }
    if (event.type === 'step-restarted') restarts += 1;
    if (event.type === 'snapshot') snapshots += 1;
    if (event.type === 'generation-finished') finished = event;
  }

  return {
    take(event) {
      if (isGap(message, event)) return 'gap';
      const folded = foldMessage(message, event);
      if (folded === message) return 'taken';
      message = folded;
      look(event);
      return 'taken';
    },
    takeStored(stored) {
      message = { ...stored, progress: message.progress };
      if (!expected.startsWith(messageText(message))) wrongPaints += 1;
    },
    text: () => messageText(message),
    status: () => message.status,
    isWhole: () => message.status !== 'running',
    finished: () => finished,
    arrivals,
    wrongPaints: () => wrongPaints,
    restarts: () => restarts,
    snapshots: () => snapshots,
  };
}

/** Whether the text is the one that its writer says it wrote; nothing to hold it against when the log was gone. */
export function isProven(transcript: Transcript): boolean {
  const [text, end] = [transcript.text(), transcript.finished()];
  return end === undefined || (end.textLength === text.length && end.textHash === hashText(text));
}
