import { expect, test } from 'vitest';
import { mergeExpositions, sumOfSeries } from './merge-expositions.ts';
import { createMetricRegistry } from './metric-registry.ts';

function exposition(calls: number, uptime: number, model: string): string {
  const registry = createMetricRegistry();
  const requests = registry.counter({ name: 'requests_total', help: 'Requests.', labels: ['model'] });
  const seconds = registry.histogram({ name: 'seconds', help: 'Time.', labels: [], buckets: [1, 2] });
  registry.reading({ name: 'uptime_seconds', help: 'Age.', labels: [], type: 'gauge' }, () => [[[], uptime]]);
  for (let call = 0; call < calls; call += 1) {
    requests.add(1, [model]);
    seconds.observe(call, []);
  }
  return registry.expose();
}

test('processes that share a port are counted together', () => {
  const merged = mergeExpositions([exposition(2, 7, 'a b'), exposition(3, 9, 'a b'), exposition(1, 8, 'c')]);
  expect(merged).toContain('requests_total{model="a b"} 5\n');
  expect(merged).toContain('requests_total{model="c"} 1\n');
  expect(merged).toContain('seconds_bucket{le="1"} 5\n');
  expect(merged).toContain('seconds_bucket{le="+Inf"} 6\n');
  expect(merged).toContain('seconds_count 6\n');
  expect(merged).toContain('uptime_seconds 9\n');
  expect(merged.match(/# TYPE requests_total counter/g)).toHaveLength(1);
});

test('one exposition stays as it is', () => {
  const text = exposition(2, 7, 'a');
  expect(mergeExpositions([text])).toBe(text);
});

test('series are added up by name and label', () => {
  const text = mergeExpositions([exposition(2, 7, 'a'), exposition(3, 9, 'c')]);
  expect(sumOfSeries(text, 'requests_total')).toBe(5);
  expect(sumOfSeries(text, 'requests_total', 'model="c"')).toBe(3);
  expect(sumOfSeries(text, 'requests')).toBe(0);
});
