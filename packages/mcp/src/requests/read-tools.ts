import * as z from 'zod/mini';
import type { McpLimits } from '../core/mcp-limits.ts';
import type { McpTool, McpToolList } from '../core/mcp-tool.ts';
import { headerProblem } from './header-problem.ts';
import type { RawList } from './list-pages.ts';
import { schemaProblem } from './schema-problem.ts';

const schemaShape = z.record(z.string(), z.unknown());
const toolShape = z.object({
  name: z.string(),
  title: z.optional(z.string()),
  description: z.optional(z.string()),
  inputSchema: schemaShape,
  outputSchema: z.optional(schemaShape),
  annotations: z.optional(
    z.object({
      title: z.optional(z.string()),
      readOnlyHint: z.optional(z.boolean()),
      destructiveHint: z.optional(z.boolean()),
      idempotentHint: z.optional(z.boolean()),
      openWorldHint: z.optional(z.boolean()),
    }),
  ),
  _meta: z.optional(
    z.looseObject({
      ui: z.optional(
        z.looseObject({ resourceUri: z.optional(z.string()), visibility: z.optional(z.array(z.string())) }),
      ),
      'ui/resourceUri': z.optional(z.string()),
    }),
  ),
});
type RawTool = z.infer<typeof toolShape>;

/** 1 to 128 characters that can be shown on one line. */
const usableName = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,128}$/u;

interface ReadToolsOptions {
  readonly limits: McpLimits;
  readonly instructions: string | undefined;
  /** Over Streamable HTTP in the 2026 era a tool may ask for arguments in headers. */
  readonly mapsHeaders: boolean;
}

/** The tools that can be used, as the server describes them, and why the others cannot. */
export function readTools(raw: RawList, { limits, instructions, mapsHeaders }: ReadToolsOptions): McpToolList {
  const tools = new Map<string, McpTool>();
  const problems: { tool: string; reason: string }[] = [];
  let bytes = 0;
  for (const entry of raw.entries) {
    const parsed = toolShape.safeParse(entry);
    if (!parsed.success) {
      problems.push({ tool: nameOf(entry), reason: 'Its definition is not valid.' });
      continue;
    }
    const tool = parsed.data;
    const reason = tools.has(tool.name) ? 'Another tool has the same name.' : toolProblem(tool, limits, mapsHeaders);
    bytes += reason === undefined ? Buffer.byteLength(JSON.stringify(tool)) : 0;
    if (reason !== undefined) problems.push({ tool: nameOf(tool), reason });
    else if (bytes > limits.listBytes)
      problems.push({ tool: tool.name, reason: 'The server’s tools are too large together.' });
    else tools.set(tool.name, readTool(tool));
  }
  if (raw.isCut) problems.push({ tool: '…', reason: 'The server lists more tools than can be used.' });
  return { tools: [...tools.values()], problems, ...(instructions !== undefined && { instructions }) };
}

function toolProblem(tool: RawTool, limits: McpLimits, mapsHeaders: boolean): string | undefined {
  if (!usableName.test(tool.name)) return 'Its name is not valid.';
  if (Buffer.byteLength(tool.description ?? '') > limits.toolSchemaBytes) return 'Its description is too large.';
  if (tool.inputSchema['type'] !== 'object') return 'Its input is not an object.';
  return (
    schemaProblem([tool.inputSchema, tool.outputSchema], limits.toolSchemaBytes) ??
    (mapsHeaders ? headerProblem(tool.inputSchema) : undefined)
  );
}

function readTool({ name, title, description, inputSchema, outputSchema, annotations, _meta: meta }: RawTool): McpTool {
  const shownTitle = title ?? annotations?.title;
  const appUri = meta?.ui?.resourceUri ?? meta?.['ui/resourceUri'];
  const visibility = meta?.ui?.visibility;
  return {
    name,
    ...(shownTitle !== undefined && { title: shownTitle }),
    description: description ?? '',
    inputSchema,
    ...(outputSchema !== undefined && { outputSchema }),
    annotations: {
      ...(annotations?.readOnlyHint !== undefined && { readOnly: annotations.readOnlyHint }),
      ...(annotations?.destructiveHint !== undefined && { destructive: annotations.destructiveHint }),
      ...(annotations?.idempotentHint !== undefined && { idempotent: annotations.idempotentHint }),
      ...(annotations?.openWorldHint !== undefined && { openWorld: annotations.openWorldHint }),
    },
    ...(appUri?.startsWith('ui://') === true && { appUri }),
    ...(visibility !== undefined && !visibility.includes('model') && { appOnly: true }),
  };
}

function nameOf(entry: unknown): string {
  const parsed = z.object({ name: z.string() }).safeParse(entry);
  return parsed.success ? parsed.data.name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�').slice(0, 128) : '';
}
