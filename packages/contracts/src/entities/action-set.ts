import * as z from 'zod/mini';
import { accessRoleSchema } from './access.ts';
import { timestampSchema } from './timestamp.ts';
import { withoutDeception } from './visible-name.ts';

const id = z.string().check(z.regex(/^[0-9a-f-]{36}$/));

/** One operation of an OpenAPI description. */
export const actionOperationSchema = z.object({
  operationId: z.string(),
  method: z.enum(['get', 'put', 'post', 'delete', 'patch']),
  path: z.string(),
  summary: z.string(),
  enabled: z.boolean(),
});
export type ActionOperation = z.infer<typeof actionOperationSchema>;

/** Operations of one HTTP API as tools. */
export const actionSetSchema = z.object({
  id,
  title: z.string(),
  /** Where the operations are called. */
  serverUrl: z.string(),
  operations: z.array(actionOperationSchema),
  auth: z.enum(['none', 'bearer', 'basic', 'header']),
  myRole: accessRoleSchema,
  updatedAt: timestampSchema,
});
export type ActionSet = z.infer<typeof actionSetSchema>;

export const actionSetSettingsSchema = z.object({
  title: z.string().check(z.trim(), z.minLength(1, 'Please enter a name'), z.maxLength(60), withoutDeception()),
  /** OpenAPI 3.0 or 3.1 as JSON or YAML. */
  specification: z.string().check(z.minLength(1, 'Please paste the OpenAPI description'), z.maxLength(900_000)),
  /** Absent: the first server of the description. */
  serverUrl: z.optional(z.url({ protocol: /^https?$/ })),
  /** The operations that become tools, by `operationId`. */
  enabled: z.array(z.string().check(z.maxLength(200))).check(z.maxLength(200)),
  auth: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    /** `secret` absent when changing: the old one stays. `header` names the header, or is `query:<name>`. */
    z.object({
      kind: z.enum(['bearer', 'basic', 'header']),
      secret: z.optional(z.string().check(z.minLength(1), z.maxLength(4_000))),
      header: z.optional(z.string().check(z.maxLength(100))),
    }),
  ]),
});
export type ActionSetSettings = z.infer<typeof actionSetSettingsSchema>;
