import type { ExportFormat, LeftOut } from '@parley/contracts';

/** A message of another product, with what of it we can show. */
export interface ForeignMessage {
  readonly id: string;
  readonly parentId: string | null;
  /** Absent: it is not shown, and what follows it follows the one before it. */
  readonly role: 'user' | 'assistant' | undefined;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number | undefined;
  readonly model: string | undefined;
}

/** A conversation of another product. Nothing in it can be relied on: not even that its messages are a tree. */
export interface ForeignConversation {
  readonly format: ExportFormat;
  /** Absent in formats that have none. */
  readonly id: string | undefined;
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
  readonly isArchived: boolean;
  readonly tags: readonly string[];
  readonly messages: readonly ForeignMessage[];
  readonly leftOut: LeftOutCounts;
}

/** How often something did not come along. */
export type LeftOutCounts = Map<LeftOut, number>;

export function countLeftOut(counts: LeftOutCounts, what: LeftOut, count = 1): void {
  if (count > 0) counts.set(what, (counts.get(what) ?? 0) + count);
}
