import type { Message } from '@parley/contracts';

/** A turn that the server has, and what its view can do with it; what is absent is not possible now. */
export interface TurnSubject {
  readonly message: Message;
  /** Whether something is being written in this chat. */
  readonly busy: boolean;
  readonly onCopy: (() => void) | undefined;
  readonly onEdit: (() => void) | undefined;
}
