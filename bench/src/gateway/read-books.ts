import { request } from 'undici';
import { say } from '../report/print-table.ts';
import { holds } from './figures.ts';
import { adminToken, dollarsEach } from './parley-settings.ts';
import type { Goal } from './row.ts';
import type { Subject } from './subject.ts';

const tolerance = 0.01;

/** What the gateway itself has counted, as proof that the requests were governed while they were measured: each is charged its price. */
export async function readBooks({ origin }: Subject): Promise<Goal[]> {
  const headers = { authorization: `Bearer ${adminToken}` };
  const { statusCode, body } = await request(`${origin}/metrics/prometheus`, { headers });
  const text = await body.text();
  if (statusCode !== 200) say(`\nThe gateway shows no metrics (${statusCode}).`);
  const [requests, dollars] = [totalOf(text, 'requests_total'), totalOf(text, 'cost_usd_total')];
  const each = requests === 0 ? 0 : dollars / requests;
  return [
    holds(
      `G1 is governed: ${requests} requests are charged`,
      `$${each.toFixed(7)} each`,
      `$${dollarsEach.toFixed(7)} ±1 %`,
      Math.abs(each - dollarsEach) <= tolerance * dollarsEach,
    ),
  ];
}

function totalOf(text: string, name: string): number {
  const samples = text.matchAll(new RegExp(`^parley_gateway_${name}(?:\\{.*\\})? ([\\d.e+-]+)$`, 'gm'));
  return [...samples].reduce((sum, [, value]) => sum + Number(value), 0);
}
