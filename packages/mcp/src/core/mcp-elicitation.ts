/** A question of a server to the user: fields to fill in (a flat JSON Schema object), or a page to visit. */
export type McpElicitation =
  | { readonly kind: 'form'; readonly message: string; readonly schema: Readonly<Record<string, unknown>> }
  | { readonly kind: 'url'; readonly message: string; readonly url: string };

/** The user's answer; `content` is for forms. */
export type McpElicitationAnswer =
  | { readonly action: 'accept'; readonly content?: Readonly<Record<string, string | number | boolean | string[]>> }
  | { readonly action: 'decline' | 'cancel' };
