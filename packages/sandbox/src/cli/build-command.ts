import { parseArgs } from 'node:util';
import { buildImages } from '../images/build-images.ts';
import { findDockerClient } from '../images/docker-client.ts';
import type { Command } from './command.ts';
import { targetsOf } from './targets-of.ts';

/** `build [lang…] [--base IMAGE] [--fresh]`: makes the images that are missing. */
export const buildCommand: Command = async (args, { environment, print, signal }) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { base: { type: 'string' }, fresh: { type: 'boolean', default: false } },
  });
  const targets = targetsOf(positionals);
  const docker = await findDockerClient(environment, signal);
  const begin = performance.now();
  const images = await buildImages({
    docker,
    targets,
    ...(values.base !== undefined && { base: values.base }),
    isFresh: values.fresh,
    print,
    signal,
  });
  const built = images.filter((image) => image.isNew).length;
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  print(`Ready: ${images.length} ${images.length === 1 ? 'image' : 'images'}, ${built} built now, in ${seconds} s.`);
  return 0;
};
