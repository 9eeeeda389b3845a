import { pino } from 'pino';
import type { AppConfig } from '../../config/app-config.ts';
import { startParley } from '../../start-parley.ts';
import { stopOnSignals } from '../../stop-on-signals.ts';

/** A whole api as a process of its own, so that tests can kill it. Its configuration is the first argument; it says its address. */
const config: AppConfig = JSON.parse(process.argv[2] ?? '');
const log = pino({ level: 'silent' });
const stop = stopOnSignals(log);
const running = await startParley({ config, log, checkAnswers: false });
stop.close = () => running.close();
process.stdout.write(`${running.url}\n`);
