import { describe, expect, it } from 'vitest';
import { createMetricRegistry } from './metric-registry.ts';

describe('the metric registry', () => {
  it('writes counters and escapes what labels hold', () => {
    const registry = createMetricRegistry();
    const counter = registry.counter({ name: 'calls_total', help: 'Calls.\nAll of them.', labels: ['model'] });
    counter.add(1, ['a"b\\c\nd']);
    counter.add(2, ['a"b\\c\nd']);
    expect(registry.expose()).toBe(
      '# HELP calls_total Calls.\\nAll of them.\n# TYPE calls_total counter\ncalls_total{model="a\\"b\\\\c\\nd"} 3\n',
    );
  });

  it('counts each observation in every bucket above it', () => {
    const registry = createMetricRegistry();
    const histogram = registry.histogram({ name: 'wait', help: 'Waits.', labels: [], buckets: [1, 2] });
    for (const value of [0.5, 1, 1.5, 9]) histogram.observe(value, []);
    expect(registry.expose().split('\n')).toEqual([
      '# HELP wait Waits.',
      '# TYPE wait histogram',
      'wait_bucket{le="1"} 2',
      'wait_bucket{le="2"} 3',
      'wait_bucket{le="+Inf"} 4',
      'wait_sum 12',
      'wait_count 4',
      '',
    ]);
  });

  it('holds no more series than it has room for, and loses no count', () => {
    const registry = createMetricRegistry();
    const counter = registry.counter({ name: 'calls_total', help: 'Calls.', labels: ['model'] });
    for (let index = 0; index < 2000; index += 1) counter.add(1, [`model-${index}`]);
    expect(registry.expose().split('\n').length).toBeLessThan(510);
    expect(registry.total('calls_total')).toBe(2000);
    expect(registry.totalWhere('calls_total', 0, 'other')).toBe(1500);
  });

  it('says the same under another name, in another unit', () => {
    const registry = createMetricRegistry();
    registry.histogram({ name: 'wait_seconds', help: 'Waits.', labels: [], buckets: [0.5] }).observe(0.25, []);
    registry.alias({ name: 'wait_ms', help: 'The same.', of: 'wait_seconds', scale: 1000 });
    expect(registry.expose()).toContain('wait_ms_bucket{le="500"} 1\nwait_ms_bucket{le="+Inf"} 1\nwait_ms_sum 250');
  });
});
