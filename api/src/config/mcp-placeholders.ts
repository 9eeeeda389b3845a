/** What a placeholder asks for. */
export type Placeholder =
  | { readonly kind: 'user'; readonly field: UserField }
  /** A field that LibreChat's accounts have and ours do not: always empty. */
  | { readonly kind: 'absent-user-field'; readonly name: string }
  /** Something of the request or of a sign-in elsewhere, which does not exist here. */
  | { readonly kind: 'unavailable'; readonly name: string }
  /** What each person fills in for themselves. */
  | { readonly kind: 'variable'; readonly name: string };

export type UserField = 'ID' | 'NAME' | 'USERNAME' | 'EMAIL' | 'ROLE';

const pattern = /\{\{\s*([^{}]*?)\s*\}\}/g;
const userFields: readonly UserField[] = ['ID', 'NAME', 'USERNAME', 'EMAIL', 'ROLE'];
/** Fields of LibreChat's accounts beyond ours (`ALLOWED_USER_FIELDS`). */
const absentFields: readonly string[] = [
  'PROVIDER',
  'GOOGLEID',
  'FACEBOOKID',
  'OPENIDID',
  'SAMLID',
  'LDAPID',
  'GITHUBID',
  'DISCORDID',
  'APPLEID',
  'EMAILVERIFIED',
  'TWOFACTORENABLED',
  'TERMSACCEPTED',
];

/** The placeholders of a text, such as `{{LIBRECHAT_USER_ID}}`, `{{PARLEY_USER_ID}}` or `{{MY_TOKEN}}`. */
export function placeholdersOf(text: string): Placeholder[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => readPlaceholder(name));
}

/** A text with every placeholder filled in. */
export function fillPlaceholders(text: string, valueOf: (placeholder: Placeholder, offset: number) => string): string {
  return text.replace(pattern, (_whole, name: string, offset: number) => valueOf(readPlaceholder(name), offset));
}

function readPlaceholder(name: string): Placeholder {
  const [, prefix, rest = ''] = /^(LIBRECHAT|PARLEY)_(.+)$/.exec(name) ?? [];
  if (prefix === undefined) return { kind: 'variable', name };
  const asked = rest.replace(/^USER_/, '');
  const field = userFields.find((known) => known === asked);
  if (rest.startsWith('USER_') && field !== undefined) return { kind: 'user', field };
  if (rest.startsWith('USER_') && absentFields.includes(asked)) return { kind: 'absent-user-field', name };
  return { kind: 'unavailable', name };
}
