import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { posix } from 'node:path';

/**
 * Bytes this process may use: the smallest limit of its control groups (version 2, else 1) and the machine's memory.
 * Reads from `root`, which is `/` outside tests.
 */
export async function readMemoryLimit(root = '/'): Promise<number> {
  const groups = await readOrNothing(`${root}proc/self/cgroup`);
  const limits = await Promise.all(limitFiles(groups).map((file) => readOrNothing(root + file)));
  // "max", and a number beyond the machine's memory, mean that there is none.
  return Math.min(totalmem(), ...limits.map((text) => Number.parseInt(text, 10)).filter((bytes) => bytes > 0));
}

/** The files that may hold a limit: of the group itself and of all above it, as seen from inside and outside a container. */
function limitFiles(groups: string): readonly string[] {
  const files = ['sys/fs/cgroup/memory.max', 'sys/fs/cgroup/memory/memory.limit_in_bytes'];
  for (const line of groups.split('\n')) {
    const [, controllers = '', path = '/'] = line.split(':');
    if (controllers === '') files.push(...above('sys/fs/cgroup', path, 'memory.max'));
    else if (controllers.split(',').includes('memory')) {
      files.push(...above('sys/fs/cgroup/memory', path, 'memory.limit_in_bytes'));
    }
  }
  return files;
}

function above(mount: string, path: string, file: string): readonly string[] {
  const files: string[] = [];
  for (let group = path; group !== '/' && group.startsWith('/'); group = posix.dirname(group)) {
    files.push(mount + posix.join(group, file));
  }
  return files;
}

/** Most of these files do not exist on most machines. */
async function readOrNothing(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return '';
  }
}
