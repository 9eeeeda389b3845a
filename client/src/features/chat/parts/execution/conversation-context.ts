import type { ConversationId } from '@parley/contracts';
import { createContext } from 'react';

/** The conversation whose files code works on; `undefined` before there is one, and where code cannot be run. */
export const ConversationContext = createContext<ConversationId | undefined>(undefined);
