import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { gatewaySettingsNotices } from './gateway-settings-notices.ts';

const sha256 = createHash('sha256').update('let-me-in').digest('hex');
const key = { id: 'app', sha256, models: [], budgets: [], priority: 'normal', mayNameIdentity: false } as const;
const own = { host: '127.0.0.1', port: 8081, keys: [], apiKeys: [], cache: { place: 'memory' } as never };
const gateway = { enabled: true, host: '127.0.0.1', port: 8081, configFile: '/etc/gateway.yaml', environment: {} };

function notices(config: object, apiKey = 'parley'): string[] {
  const endpoint = { name: 'Parley', label: 'Parley', baseUrl: 'http://127.0.0.1:8081/v1', apiKey };
  return gatewaySettingsNotices({ ...own, ...config }, { gateway, endpoints: [endpoint as never] });
}

test('nothing is said of what holds', () => {
  expect(notices({})).toEqual([]);
  expect(notices({ keys: [key] }, 'let-me-in')).toEqual([]);
  expect(notices({ apiKeys: ['parley'] })).toEqual([]);
});

test('a key that would keep the app out is told before the first chat is refused', () => {
  expect(notices({ keys: [key] })).toEqual([expect.stringContaining('endpoint "Parley" sends a key that is not')]);
});

test('settings that belong to a gateway by itself are told', () => {
  expect(notices({ host: '0.0.0.0' })).toEqual([expect.stringContaining('GATEWAY_HOST')]);
  expect(notices({ cache: { place: 'redis' } })).toEqual([expect.stringContaining('in memory')]);
});
