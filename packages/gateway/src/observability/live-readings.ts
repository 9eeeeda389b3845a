import type { Breakers } from '../routing/breakers.ts';
import type { LoadReport } from '../server/load-shedding.ts';
import type { PoolReport } from '../transport/pool-report.ts';
import type { MetricRegistry } from './metric-registry.ts';

export interface LiveReadings {
  readonly registry: MetricRegistry;
  readonly breakers: Pick<Breakers, 'list'>;
  readonly load: () => LoadReport;
  readonly pools: () => readonly PoolReport[];
}

/** Adds what is only known when somebody looks: breakers, connections, load. */
export function addLiveReadings({ registry, breakers, load, pools }: LiveReadings): void {
  const states = { closed: 0, 'half-open': 1, open: 2 } as const;
  for (const name of ['parley_gateway_breaker_state', 'lynkr_circuit_breaker_state']) {
    const help = 'Breaker of a target: 0 closed, 1 half-open, 2 open.';
    registry.reading({ name, help, labels: ['target'], type: 'gauge' }, () =>
      breakers.list().map(({ target, state }) => [[target], states[state]] as const),
    );
  }
  registry.reading(
    {
      name: 'parley_gateway_upstream_connections',
      help: 'Connections to upstreams by what they do.',
      labels: ['origin', 'state'],
      type: 'gauge',
    },
    () =>
      pools().flatMap(({ origin, running, free }) => [
        [[origin, 'running'], running] as const,
        [[origin, 'free'], free] as const,
      ]),
  );
  registry.reading(
    { name: 'parley_gateway_shed_total', help: 'Requests refused under load.', labels: [], type: 'counter' },
    () => [[[], load().shed]],
  );
  registry.reading(
    {
      name: 'parley_gateway_event_loop_delay_ms',
      help: 'Mean lateness of the event loop.',
      labels: [],
      type: 'gauge',
    },
    () => [[[], load().loopDelayMs]],
  );
}
