/** Chats that are in no list and delete themselves. */
export interface TemporaryChatsConfig {
  readonly allowed: boolean;
  /** How long one lasts, from its first prompt on. */
  readonly hours: number;
}

/** As LibreChat has it: everybody may have them, for thirty days. */
export const defaultTemporaryChats: TemporaryChatsConfig = { allowed: true, hours: 720 };
