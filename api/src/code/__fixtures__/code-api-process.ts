import { createRunner } from '@parley/sandbox';
import { createFakeEngine } from '@parley/sandbox/testing';
import { pino } from 'pino';
import type { AppConfig } from '../../config/app-config.ts';
import { startParley } from '../../start-parley.ts';
import { stopOnSignals } from '../../stop-on-signals.ts';

/** An api whose code runs in an engine that dies with it. Its configuration is the first argument; it says its address. */
const config: AppConfig = JSON.parse(process.argv[2] ?? '');
const log = pino({ level: 'silent' });
const stop = stopOnSignals(log);
const createSandbox = () => createRunner({ engine: createFakeEngine() });
const running = await startParley({ config, log, checkAnswers: false, createSandbox });
stop.close = () => running.close();
process.stdout.write(`${running.url}\n`);
