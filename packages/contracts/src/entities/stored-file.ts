import * as z from 'zod/mini';
import { fileIdSchema } from './ids.ts';
import { timestampSchema } from './timestamp.ts';

/** What a message or a card must know of a file to show it. */
export const fileRefSchema = z.object({
  id: fileIdSchema,
  /** Its path below the workspace, with `/` between; foreign text. */
  name: z.string(),
  mimeType: z.string(),
  /** Bytes. */
  size: z.int().check(z.nonnegative()),
});
export type FileRef = z.infer<typeof fileRefSchema>;

/** A file of a conversation's workspace. A name that is written again is a new file; the older one stays readable. */
export const storedFileSchema = z.extend(fileRefSchema, {
  /** Of its bytes, in hexadecimal. */
  sha256: z.string(),
  origin: z.enum(['upload', 'run']),
  createdAt: timestampSchema,
});
export type StoredFile = z.infer<typeof storedFileSchema>;

/** Most files that one prompt may bring along. */
export const mostPromptFiles = 20;
