import * as z from 'zod/mini';
import { userIdSchema } from './ids.ts';
import { timestampSchema } from './timestamp.ts';

/** `ADMIN` is given to the first account of an install; everybody after that is a `USER`. */
export const roleSchema = z.enum(['ADMIN', 'USER']);
export type Role = z.infer<typeof roleSchema>;

/** An account as its owner sees it. Never carries the password hash. */
export const userSchema = z.object({
  id: userIdSchema,
  email: z.email(),
  name: z.string(),
  role: roleSchema,
  createdAt: timestampSchema,
});
export type User = z.infer<typeof userSchema>;
