import type { Conversation } from '@parley/contracts';
import type { Texts } from '../../lib/i18n/use-texts.ts';
import { currentLocale } from '../../lib/i18n/language-store.ts';

export interface ConversationGroup {
  readonly label: string;
  readonly conversations: readonly Conversation[];
}

/**
 * Conversations, newest first, under Today, Yesterday, Previous 7 days and then months, counted in the calendar days of
 * this browser's time zone.
 */
export function groupByDate(
  conversations: readonly Conversation[],
  now: Date,
  { sidebar }: Texts,
): ConversationGroup[] {
  const groups = new Map<string, Conversation[]>();
  for (const conversation of conversations) {
    const label = labelOf(new Date(conversation.updatedAt), now, sidebar);
    const group = groups.get(label);
    if (group) group.push(conversation);
    else groups.set(label, [conversation]);
  }
  return Array.from(groups, ([label, grouped]) => ({ label, conversations: grouped }));
}

function labelOf(date: Date, now: Date, sidebar: Texts['sidebar']): string {
  const days = calendarDay(now) - calendarDay(date);
  if (days <= 0) return sidebar.today;
  if (days === 1) return sidebar.yesterday;
  if (days <= 7) return sidebar.previousWeek;
  const isThisYear = date.getFullYear() === now.getFullYear();
  return date.toLocaleDateString(currentLocale(), { month: 'long', ...(isThisYear ? {} : { year: 'numeric' }) });
}

/** Days since 1970 of the local calendar; unlike a difference of milliseconds it survives clock changes. */
function calendarDay(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000;
}
