import type { LibrechatConfig } from '@parley/contracts';
import type { YamlSource } from '@parley/gateway';
import type { CodeFileConfig } from './code-config.ts';
import type { Mistake } from './mistake.ts';
import { pathText } from './path-text.ts';

/** What a file that has the right shape decides about running code. */
export function codeFromFile(file: LibrechatConfig): CodeFileConfig {
  return {
    isAllowed: file.interface?.runCode !== false,
    isForModels: file.endpoints.agents?.capabilities?.includes('execute_code') !== false,
  };
}

/** What an operator should know about the capabilities of a file. */
export function codeWarnings({ endpoints }: LibrechatConfig, source: YamlSource): Mistake[] {
  const capabilities = endpoints.agents?.capabilities ?? undefined;
  if (capabilities === undefined) return [];
  const path = ['endpoints', 'agents', 'capabilities'];
  const message = 'has an effect on execute_code only: other capabilities are not restricted';
  return [
    { place: source.placeOfKey(path), subject: pathText(path), message, fix: 'use includedTools and filteredTools' },
  ];
}
