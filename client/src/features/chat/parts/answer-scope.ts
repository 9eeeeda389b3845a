import type { GenerationId, MessageId } from '@parley/contracts';
import { createContext } from 'react';

/** The answer that a part belongs to, however deep in it. */
export interface AnswerScope {
  readonly generationId: GenerationId | undefined;
  readonly messageId: MessageId | undefined;
  /** Whether it is being written, so that what waits in it can be answered. */
  readonly isRunning: boolean;
  /** The name of somebody else who asked for it: then only they can answer what waits in it. */
  readonly asker: string | undefined;
}

/** Given by the answer to all its parts, those of sub-agents included. */
export const AnswerScopeContext = createContext<AnswerScope>({
  generationId: undefined,
  messageId: undefined,
  isRunning: false,
  asker: undefined,
});
