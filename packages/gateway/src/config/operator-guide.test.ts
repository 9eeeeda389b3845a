import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadGatewayConfig } from './load-config.ts';

const guide = join(import.meta.dirname, '../../../../docs/guides/operate-the-gateway.md');

test('every configuration that the operator guide shows is one that the gateway takes', async () => {
  const blocks = [...(await readFile(guide, 'utf8')).matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, text = '']) => text);
  const ours = blocks.filter((text) => !text.includes('scrape_configs'));
  expect(ours.length).toBeGreaterThan(3);
  const digest = 'a1'.repeat(32);
  const variables = {
    LAW_FIRM_KEY_SHA256: digest,
    ADMIN_TOKEN_SHA256: digest,
    OPENAI_API_KEY: 'a',
    OPENAI_API_KEY_2: 'b',
    ANTHROPIC_API_KEY: 'c',
    AZURE_KEY: 'd',
    AZURE_API_KEY: 'd',
    AZURE_API_BASE: 'https://r.openai.azure.com',
  };
  for (const text of ours) {
    await expect(
      loadGatewayConfig({ variables, yaml: { text, file: 'guide' }, guideDocuments: [] }),
    ).resolves.toMatchObject({ notices: [] });
  }
});
