import { onTestFinished } from 'vitest';
import { describeRunner } from '../testing/describe-runner.ts';
import { createRunner } from './create-runner.ts';

describeRunner('An embedded runner', async (options) => {
  const runner = createRunner(options);
  onTestFinished(() => runner.close());
  return runner;
});
