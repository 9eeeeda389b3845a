import { parseLibrechatFile } from '../../config/parse-librechat-file.ts';
import { formatMistake } from '../../config/mistake.ts';
import type { McpServerConfig } from '../../config/mcp-config.ts';

const yaml = `version: "1.3.17"
endpoints:
  custom:
    - { name: "Parley", apiKey: "parley", baseURL: "http://127.0.0.1:8081/v1", models: { default: ["chat-fast"] } }
`;

/** The servers of a `librechat.yaml` with these `mcpServers`; YAML takes JSON. */
export function serversOf(mcpServers: Readonly<Record<string, object>>): readonly McpServerConfig[] {
  const text = `${yaml}mcpServers: ${JSON.stringify(mcpServers)}\n`;
  const { file, mistakes } = parseLibrechatFile({ text, name: 'librechat.yaml', values: {}, inDocker: false });
  if (file === undefined) throw new Error(mistakes.map(formatMistake).join('\n'));
  return file.mcp.servers;
}
