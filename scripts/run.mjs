// The one way in: `npm start`, `npm test` and their siblings. Plain JavaScript without dependencies, because it must
// run on any Node ≥ 18 before anything is installed. It brings Node 24 and pnpm, installs when the lockfile changed,
// and hands over to the task.
import { installDependencies, resolveNode } from './toolchain.mjs';
import { runTask, tasks } from './tasks.mjs';

const [name = 'start', ...rest] = process.argv.slice(2);
if (!Object.hasOwn(tasks, name)) {
  console.error(`There is no task "${name}". Tasks: ${Object.keys(tasks).join(', ')}.`);
  process.exit(1);
}

try {
  await installDependencies();
  process.exitCode = await runTask(name, { node: resolveNode(), rest });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
