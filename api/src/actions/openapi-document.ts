import { problem } from '@parley/contracts';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { createFollower } from './follow-references.ts';
import type { Follow } from './follow-references.ts';
import { UnusableOperation } from './unusable-operation.ts';

const parameterSchema = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header', 'cookie']),
  description: z.optional(z.string()),
  required: z.optional(z.boolean()),
  schema: z.optional(z.unknown()),
});
export type OpenApiParameter = z.infer<typeof parameterSchema>;

const bodySchema = z.looseObject({
  description: z.optional(z.string()),
  required: z.optional(z.boolean()),
  content: z.record(z.string(), z.looseObject({ schema: z.optional(z.unknown()) })),
});

const operationSchema = z.looseObject({
  operationId: z.optional(z.string()),
  summary: z.optional(z.string()),
  description: z.optional(z.string()),
  parameters: z.optional(z.array(z.unknown())),
  requestBody: z.optional(z.unknown()),
});

const documentSchema = z.looseObject({
  openapi: z.string().check(z.regex(/^3\.[01]\./, 'must be 3.0 or 3.1')),
  info: z.looseObject({ title: z.string() }),
  servers: z.optional(z.array(z.looseObject({ url: z.string() }))),
  paths: z.record(z.string(), z.looseObject({ parameters: z.optional(z.array(z.unknown())) })),
});

/** One operation with everything its tool needs; references are followed. */
export interface OpenApiOperation {
  readonly operationId: string;
  readonly method: 'get' | 'put' | 'post' | 'delete' | 'patch';
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly OpenApiParameter[];
  /** Of a JSON body; absent when it takes none. */
  readonly body?: { readonly schema: unknown; readonly isRequired: boolean };
}

export interface OpenApiDocument {
  readonly title: string;
  readonly serverUrl: string | null;
  readonly operations: readonly OpenApiOperation[];
  /** Sentences about operations that cannot become tools. */
  readonly leftOut: readonly string[];
}

const methods = ['get', 'put', 'post', 'delete', 'patch'] as const;
const mostOperations = 500;
/** UTF-16 units of a description in YAML, which is slow to read. */
const longestYaml = 400_000;
/** UTF-16 units of one operation's schemas as JSON, references followed. */
const longestSchema = 100_000;

/**
 * Reads an OpenAPI 3.0 or 3.1 description in JSON or YAML. Only references within the document are followed, never an
 * address. Throws `invalid-request` when it is no such description.
 */
export function readOpenApi(text: string): OpenApiDocument {
  const document = parseDocument(text);
  const operations: OpenApiOperation[] = [];
  const leftOut: string[] = [];
  const ids = new Set<string>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods) {
      if (item[method] === undefined) continue;
      const label = `${method.toUpperCase()} ${path}`;
      if (operations.length === mostOperations) {
        leftOut.push(`${label}: there are more than ${mostOperations} operations.`);
        continue;
      }
      try {
        const operation = readOperation(document, { path, method, shared: item.parameters ?? [], value: item[method] });
        if (ids.has(operation.operationId)) throw new UnusableOperation('another operation has its operationId.');
        ids.add(operation.operationId);
        operations.push(operation);
      } catch (error) {
        if (!(error instanceof UnusableOperation)) throw error;
        leftOut.push(`${label}: ${error.message}`);
      }
    }
  }
  const [server] = document.servers ?? [];
  const serverUrl = server !== undefined && /^https?:\/\//.test(server.url) ? server.url.replace(/\/+$/, '') : null;
  return { title: document.info.title, serverUrl, operations, leftOut };
}

type ParsedDocument = z.infer<typeof documentSchema>;

function parseDocument(text: string): ParsedDocument {
  const result = z.safeParse(documentSchema, parseText(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw invalid(`It is not an OpenAPI 3 description: “${where}” is missing or wrong.`, result.error);
}

/** JSON is YAML, but reading it as such takes seconds where it is long. */
function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (text.length > longestYaml) throw invalid('In YAML it is too long; please paste it as JSON.', undefined);
  }
  try {
    // Anchors may not multiply without end.
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw invalid('It is neither JSON nor YAML.', error);
  }
}

function invalid(message: string, cause: unknown): Error {
  return problem('invalid-request', { detail: message, issues: [{ path: 'body.specification', message }], cause });
}

interface Place {
  readonly path: string;
  readonly method: OpenApiOperation['method'];
  readonly shared: readonly unknown[];
  readonly value: unknown;
}

function readOperation(document: ParsedDocument, { path, method, shared, value }: Place): OpenApiOperation {
  // What came straight after the server's name could make another name of it.
  if (!path.startsWith('/')) throw new UnusableOperation('its path does not begin with “/”.');
  const follow = createFollower(document);
  const operation = parsed(operationSchema, value, 'it is not an operation.');
  const parameters = mergeParameters(follow, shared, operation.parameters ?? []);
  if (parameters.some((parameter) => parameter.in === 'cookie' && parameter.required === true)) {
    throw new UnusableOperation('it needs a cookie.');
  }
  const body = readBody(follow, operation.requestBody);
  const read: OpenApiOperation = {
    operationId:
      operation.operationId ?? `${method}_${path.replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_|_$/g, '')}`,
    method,
    path,
    summary: operation.summary ?? '',
    description: operation.description ?? '',
    parameters: parameters.filter((parameter) => parameter.in !== 'cookie'),
    ...(body === undefined ? {} : { body }),
  };
  if (JSON.stringify([read.parameters, read.body]).length > longestSchema) {
    throw new UnusableOperation('its input is described at too great length.');
  }
  return read;
}

/** Those of the operation win over those of its path, by name and place. */
function mergeParameters(follow: Follow, shared: readonly unknown[], own: readonly unknown[]): OpenApiParameter[] {
  const merged = new Map<string, OpenApiParameter>();
  for (const value of [...shared, ...own]) {
    const parameter = parsed(parameterSchema, follow(value), 'one of its parameters cannot be read.');
    merged.set(`${parameter.in} ${parameter.name}`, { ...parameter, schema: follow(parameter.schema ?? {}) });
  }
  return [...merged.values()];
}

function readBody(follow: Follow, value: unknown): OpenApiOperation['body'] {
  if (value === undefined) return undefined;
  const body = parsed(bodySchema, follow(value), 'its body cannot be read.');
  const json = Object.entries(body.content).find(([type]) => /^application\/(?:[\w.-]+\+)?json\b/i.test(type));
  if (json === undefined) throw new UnusableOperation('its body is not JSON.');
  return { schema: follow(json[1].schema ?? {}), isRequired: body.required === true };
}

function parsed<S extends z.ZodMiniType>(schema: S, value: unknown, otherwise: string): z.infer<S> {
  const result = z.safeParse(schema, value);
  if (!result.success) throw new UnusableOperation(otherwise);
  return result.data;
}
