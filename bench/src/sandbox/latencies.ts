import { randomUUID } from 'node:crypto';
import type { SandboxRunner } from '@parley/sandbox';
import { runBare } from './bare-docker.ts';
import { runOnce } from './one-run.ts';
import type { Program } from './programs.ts';

/** Milliseconds of each round, by how the container was had. */
export interface Latencies {
  readonly program: Program;
  readonly bare: number[];
  readonly cold: number[];
  readonly warm: number[];
  readonly sticky: number[];
}

interface Runners {
  /** Keeps no containers ready. */
  readonly cold: SandboxRunner;
  /** Keeps some ready for Python and JavaScript. */
  readonly warm: SandboxRunner;
}

/** Languages of which containers are kept ready. */
const pooled = new Set(['python', 'javascript']);

/** All ways to run each program, one after the other again and again, so that a busy moment hits all of them. */
export async function measureLatencies(
  programs: readonly Program[],
  { cold, warm }: Runners,
  imageOf: (program: Program) => string,
  rounds: number,
): Promise<Latencies[]> {
  const measured = programs.map((program): Latencies => ({ program, bare: [], cold: [], warm: [], sticky: [] }));
  for (const { program } of measured) await runOnce(cold, program, home(program));
  for (let round = 0; round < rounds; round += 1) {
    for (const row of measured) {
      const { program } = row;
      row.bare.push(await runBare(imageOf(program), program));
      row.cold.push(await inNewPlace(cold, program, 'cold'));
      const sticky = await runOnce(cold, program, home(program));
      if (sticky.result.box === 'sticky') row.sticky.push(sticky.ms);
      if (pooled.has(program.language)) row.warm.push(await inNewPlace(warm, program, 'warm'));
    }
  }
  return measured;
}

/** Where a program stays. */
function home(program: Program) {
  return { owner: 'bench', workspace: `sticky-${program.name}` };
}

/** Milliseconds of a first run in a workspace, as soon as its container is had in that way. */
async function inNewPlace(runner: SandboxRunner, program: Program, box: 'cold' | 'warm'): Promise<number> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const place = { owner: 'bench', workspace: randomUUID() };
    const { ms, result } = await runOnce(runner, program, place);
    await runner.closeWorkspace(place.owner, place.workspace);
    if (result.box === box) return ms;
    // The pool is filled while nothing runs.
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`No ${box} container was had for ${program.name}.`);
}
