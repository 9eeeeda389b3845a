import type { McpTool } from '../core/mcp-tool.ts';

/** Something for each argument that a tool requires, of the type it wants. */
export function argumentsFor({ inputSchema }: McpTool): Record<string, unknown> {
  const required = Array.isArray(inputSchema['required']) ? inputSchema['required'] : [];
  const properties = entriesOf(inputSchema['properties']);
  return Object.fromEntries(
    required.filter((name) => typeof name === 'string').map((name) => [name, valueFor(properties.get(name))]),
  );
}

function valueFor(schema: unknown): unknown {
  const fields = entriesOf(schema);
  if (fields.has('default')) return fields.get('default');
  const allowed = fields.get('enum');
  if (Array.isArray(allowed)) return allowed[0];
  switch (fields.get('type')) {
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return 'test';
  }
}

function entriesOf(value: unknown): Map<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}
