import { onTestFinished } from 'vitest';
import { createRunner } from '../runner/create-runner.ts';
import { describeRunner } from '../testing/describe-runner.ts';
import { createRemoteRunner } from './create-remote-runner.ts';
import { serveRunner } from './serve-runner.ts';

const token = 'a token of thirty-two characters or more';

describeRunner('A remote runner', async (options) => {
  const runner = createRunner(options);
  const server = await serveRunner({ runner, token, host: '127.0.0.1', port: 0 });
  const remote = createRemoteRunner({ url: server.url, token });
  onTestFinished(async () => {
    await remote.close();
    await server.close();
    await runner.close();
  });
  return remote;
});
