import { createContext, use } from 'react';
import { enMcp } from '../../locales/en-mcp.ts';

/** The catalog of the pages about MCP servers; apart from `Texts`, because the first page does without it. */
export type McpTexts = typeof enMcp;

const McpTextsContext = createContext<McpTexts>(enMcp);

/** The words of the pages about MCP servers: `const { form } = useMcpTexts()`. */
export function useMcpTexts(): McpTexts {
  return use(McpTextsContext);
}
