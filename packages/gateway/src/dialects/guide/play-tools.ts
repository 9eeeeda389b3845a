import * as z from 'zod/mini';
import { lenient } from '../../core/lenient.ts';
import type { ModelRequest, ToolSpec } from '../../core/model-request.ts';
import type { GuideScript, ScriptPart } from './guide-script.ts';
import { say } from './guide-script.ts';
import { codeTool } from './run-code.ts';
import { searchTerms } from './search-terms.ts';

const toolWish = /\b(?:call|use|try|run|invoke|show)\b[^.?!\n]{0,40}\btools?\b|\btool calls?\b/i;
/** A question about tools is for the documentation. */
const toolQuestion = /^(?:how|what|where|which|why|when|does|do|is|are|should)\b/i;
const manyWish = /\b(?:two|both|all|several|parallel|three)\b[^.?!\n]{0,20}\btools?\b/i;

/** Whether a message asks the guide to call a tool, or names one of those it may call. */
export function asksForTool(message: string, tools: readonly ToolSpec[]): boolean {
  if (toolQuestion.test(message.trim())) return false;
  return (
    toolWish.test(message) ||
    tools.some((tool) => new RegExp(`\\b(?:call|use|run)\\b.*\\b${escaped(tool.name)}\\b`, 'i').test(message))
  );
}

/** Calls the tool that fits the message best, or several when asked for several. */
export function callTools(message: string, tools: readonly ToolSpec[]): GuideScript {
  if (tools.length === 0) {
    return say(
      'You ask for a tool call, but this request offers me no tools. Switch one on in the composer or connect an MCP server, then ask again: I will call the one that fits best, with arguments made up from its schema.',
    );
  }
  const rated = tools
    .map((tool, position) => ({ tool, fit: fitOf(message, tool) - position / 1000 }))
    .toSorted((one, other) => other.fit - one.fit)
    .map(({ tool }) => tool);
  const chosen = rated.slice(0, manyWish.test(message) ? 3 : 1);
  const names = chosen.map(({ name }) => `\`${name}\``).join(', ');
  const calls = chosen.map((tool): ScriptPart => ({
    type: 'tool-call',
    name: tool.name,
    input: JSON.stringify(sample(tool.inputSchema, '', message)),
  }));
  const text = `I call ${names}. I do not understand the task as a language model would: the arguments are samples that fit the schema.`;
  return { parts: [{ type: 'text', text }, ...calls], finish: 'tool-calls' };
}

/** The tools a request lets the guide call. */
export function offeredTools({ tools, toolChoice }: ModelRequest): readonly ToolSpec[] {
  if (toolChoice === 'none') return [];
  if (typeof toolChoice !== 'object') return tools;
  const names = 'name' in toolChoice ? [toolChoice.name] : toolChoice.allowed;
  return tools.filter((tool) => names.includes(tool.name));
}

const longestResult = 4000;
const codeReport =
  'That is what came of it: what it printed, how it ended, and the files it wrote. They stay in this chat, so the next program can read them.';

/** Tells what tools answered. */
export function reportResults(results: readonly { name: string; output: string }[]): GuideScript {
  if (results.every(({ name }) => name === codeTool)) return say(codeReport);
  const reports = results.map(({ name, output }) => {
    const shown = output.length > longestResult ? `${output.slice(0, longestResult)}\n…` : output;
    const fence = '`'.repeat(Math.max(3, ...[...shown.matchAll(/`+/g)].map(([marks]) => marks.length + 1)));
    return output.trim() === ''
      ? `\`${name}\` answered with nothing at all.`
      : `\`${name}\` answered:\n\n${fence}${isJson(output) ? 'json' : 'text'}\n${shown}\n${fence}`;
  });
  return say(`${reports.join('\n\n')}\n\nThat is the whole round trip: call, result, and this report.`);
}

const schemaSchema = z.looseObject({
  type: lenient(z.union([z.string(), z.array(z.string())])),
  properties: lenient(z.record(z.string(), z.record(z.string(), z.unknown()))),
  required: lenient(z.array(z.string())),
  items: lenient(z.record(z.string(), z.unknown())),
  enum: lenient(z.array(z.unknown())),
  examples: lenient(z.array(z.unknown())),
  anyOf: lenient(z.array(z.record(z.string(), z.unknown()))),
  oneOf: lenient(z.array(z.record(z.string(), z.unknown()))),
  minimum: lenient(z.number()),
  minItems: lenient(z.number()),
});

/** A value that fits a JSON Schema as far as its common keywords go. */
function sample(schema: Readonly<Record<string, unknown>>, key: string, message: string): unknown {
  const known = schemaSchema.parse(schema);
  if ('const' in known) return known['const'];
  if ('default' in known) return known['default'];
  const given = known.enum?.[0] ?? known.examples?.[0];
  if (given !== undefined) return given;
  const alternative = known.anyOf?.[0] ?? known.oneOf?.[0];
  if (alternative) return sample(alternative, key, message);
  const type = Array.isArray(known.type) ? known.type[0] : known.type;
  switch (type ?? (known.properties ? 'object' : 'string')) {
    case 'object':
      return sampleObject(known, message);
    case 'array':
      return Array.from({ length: Math.min(5, known.minItems ?? 1) }, () => sample(known.items ?? {}, key, message));
    case 'integer':
    case 'number':
      return Math.max(known.minimum ?? -Infinity, Number(/-?\d+/.exec(message)?.[0] ?? 1));
    case 'boolean':
      return true;
    case 'null':
      return null;
    default:
      return sampleText(key, message);
  }
}

function sampleObject({ properties, required }: z.infer<typeof schemaSchema>, message: string): object {
  const entries = Object.entries(properties ?? {});
  const wanted =
    (required ?? []).length > 0 ? entries.filter(([name]) => required?.includes(name)) : entries.slice(0, 1);
  return Object.fromEntries(wanted.map(([name, schema]) => [name, sample(schema, name, message)]));
}

function sampleText(key: string, message: string): string {
  if (/ur[il]/i.test(key)) return 'https://example.com/';
  if (/date|day/i.test(key)) return '2026-01-31';
  if (/mail/i.test(key)) return 'someone@example.com';
  if (/path|file/i.test(key)) return 'example.txt';
  if (/city|location|place/i.test(key)) return 'Lisbon';
  if (/code|script/i.test(key)) return 'print("Hello from Parley")';
  const quoted = /["“']([^"”']+)["”']/.exec(message)?.[1];
  const after = /\b(?:with|for|about|to|on)\s+(.{3,80}?)[.?!]?$/i.exec(message.trim())?.[1];
  return quoted ?? after ?? 'Parley';
}

function fitOf(message: string, tool: ToolSpec): number {
  if (message.toLowerCase().includes(tool.name.toLowerCase())) return 100;
  const asked = new Set(searchTerms(message));
  return searchTerms(`${tool.name} ${tool.description}`).filter((term) => asked.has(term)).length;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
