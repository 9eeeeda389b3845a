import * as z from 'zod/mini';

/** Most characters of one message to us, as JSON. */
const longestMessage = 64 * 1024;
/** Most characters of one line of the console, and of one address. */
export const longestLine = 4_000;

const version = { v: z.literal(1), nonce: z.string().check(z.maxLength(64)) };
const line = z.string().check(z.maxLength(longestLine));

const themeSchema = z.object({
  scheme: z.enum(['light', 'dark']),
  /** Custom properties of CSS by their names. */
  tokens: z.record(z.string(), z.string()),
});
/** How Parley looks, for artifacts that want to look like it. */
export type FrameTheme = z.infer<typeof themeSchema>;

const toFrameSchema = z.discriminatedUnion('type', [
  z.object({
    ...version,
    type: z.literal('init'),
    /** What `code` is: a page, a picture, or a module of JavaScript that shows itself in `#root`. */
    kind: z.enum(['html', 'svg', 'react']),
    code: z.string(),
    locale: z.string(),
    theme: themeSchema,
  }),
  z.object({ ...version, type: z.literal('theme'), theme: themeSchema }),
  z.object({ ...version, type: z.literal('ping') }),
]);
/** What Parley tells a frame. */
export type ToFrame = z.infer<typeof toFrameSchema>;

const consoleLevelSchema = z.enum(['debug', 'info', 'log', 'warn', 'error']);
export type ConsoleLevel = z.infer<typeof consoleLevelSchema>;

const fromFrameSchema = z.discriminatedUnion('type', [
  /** The only one without a nonce: it comes before there is one. */
  z.object({ v: z.literal(1), type: z.literal('ready') }),
  z.object({ ...version, type: z.literal('pong') }),
  z.object({ ...version, type: z.literal('console'), level: consoleLevelSchema, text: line }),
  z.object({ ...version, type: z.literal('error'), text: line }),
  z.object({ ...version, type: z.literal('link'), url: line }),
]);
/** What a frame tells Parley. */
export type FromFrame = z.infer<typeof fromFrameSchema>;

/** A message to a frame; undefined for anything else. */
export function readToFrame(message: unknown): ToFrame | undefined {
  const parsed = z.safeParse(toFrameSchema, message);
  return parsed.success ? parsed.data : undefined;
}

/** A message from a frame, `oversized` above 64 KB; undefined for anything else. */
export function readFromFrame(message: unknown): FromFrame | 'oversized' | undefined {
  const parsed = z.safeParse(fromFrameSchema, message);
  if (parsed.success) return parsed.data;
  return isOversized(message) ? 'oversized' : undefined;
}

/** A window may send what JSON cannot say; that is not heard either. */
function isOversized(message: unknown): boolean {
  try {
    return (JSON.stringify(message) ?? '').length > longestMessage;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
