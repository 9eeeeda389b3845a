/** What instructions may refer to. */
export interface InstructionVariables {
  /** When the turn was asked for: it stays the same however often the turn is continued. */
  readonly at: Date;
  readonly userName: string;
}

const pattern = /\{\{\s*(current_date|current_datetime|current_user)\s*\}\}/g;

/** Whether a text depends on the time. */
export function namesTime(text: string): boolean {
  return [...text.matchAll(pattern)].some(([, name]) => name !== 'current_user');
}

/** Puts values in the place of `{{current_date}}`, `{{current_datetime}}` and `{{current_user}}`; times are in UTC. */
export function fillInVariables(text: string, { at, userName }: InstructionVariables): string {
  const iso = at.toISOString();
  return text.replaceAll(pattern, (_whole, name: string) => {
    switch (name) {
      case 'current_date':
        return iso.slice(0, 10);
      case 'current_datetime':
        return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
      default:
        return userName;
    }
  });
}
