import {
  mcpInterfaceConfigSchema,
  mcpServerConfigSchema,
  mcpSettingsConfigSchema,
  ProblemError,
} from '@parley/contracts';
import type { YamlSource } from '@parley/gateway';
import * as z from 'zod/mini';
import { createAddressRules } from '../outbound/address-rules.ts';
import type { McpConfig, McpServerConfig } from './mcp-config.ts';
import { mcpServerFromConfig } from './mcp-servers-from-config.ts';
import type { Mistake } from './mistake.ts';
import { pathText } from './path-text.ts';

/** What is wrong with one of them is told elsewhere, and hides nothing of the others. */
const serversSchema = z.object({ mcpServers: z.record(z.string(), z.unknown()) });
const settingsSchema = z.object({ mcpSettings: mcpSettingsConfigSchema });
const interfaceSchema = z.object({ interface: z.object({ mcpServers: mcpInterfaceConfigSchema }) });

interface McpOutcome {
  readonly config: Omit<McpConfig, 'environment'>;
  readonly mistakes: readonly Mistake[];
  readonly warnings: readonly Mistake[];
}

/** Checks each MCP server that has the right shape, whatever is wrong with the others. */
export function checkMcp(value: unknown, source: YamlSource): McpOutcome {
  const entries = serversSchema.safeParse(value).data?.mcpServers ?? {};
  const { allowedDomains, allowedAddresses = [] } = settingsSchema.safeParse(value).data?.mcpSettings ?? {};
  const { use = true, create = true } = interfaceSchema.safeParse(value).data?.interface.mcpServers ?? {};
  const servers: McpServerConfig[] = [];
  const mistakes: Mistake[] = [];
  const warnings: Mistake[] = [];
  const takenNames = new Set<string>();

  for (const [key, entry] of Object.entries(entries)) {
    const parsed = mcpServerConfigSchema.safeParse(entry);
    if (!parsed.success) continue;
    const outcome = mcpServerFromConfig(key, parsed.data, takenNames);
    const locate = ({ path, ...finding }: (typeof outcome.mistakes)[number]): Mistake => {
      const whole = ['mcpServers', key, ...path];
      const place = path.length === 0 ? source.placeOfKey(whole) : source.placeOf(whole);
      return { place, subject: pathText(whole), ...finding };
    };
    mistakes.push(...outcome.mistakes.map(locate));
    warnings.push(...outcome.warnings.map(locate));
    if (outcome.server === undefined) continue;
    takenNames.add(outcome.server.name);
    if (isElsewhere(outcome.server, allowedDomains)) {
      const message = 'is not at one of the domains of mcpSettings.allowedDomains';
      mistakes.push(locate({ path: ['url'], message, fix: 'add its domain there, or remove the server' }));
    }
    servers.push(outcome.server);
  }
  const forAdmins = { use: !use, create: !create };
  const config = { servers, forAdmins, allowedAddresses, ...(allowedDomains === undefined ? {} : { allowedDomains }) };
  return { config, mistakes, warnings };
}

function isElsewhere({ transport }: McpServerConfig, allowedDomains: readonly string[] | undefined): boolean {
  if (transport.type === 'stdio' || allowedDomains === undefined) return false;
  const url = URL.parse(transport.url);
  // Where a placeholder decides about the address, it is checked when it is connected to.
  if (url === null || /[{}]|%7b/i.test(url.host)) return false;
  try {
    createAddressRules({ allowedAddresses: [url.host], allowedDomains }).checkUrl(url);
    return false;
  } catch (error) {
    if (error instanceof ProblemError) return true;
    throw error;
  }
}
