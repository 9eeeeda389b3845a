import { expect, test } from 'vitest';
import { SandboxError } from '../core/sandbox-error.ts';
import { buildImages } from './build-images.ts';
import type { DockerClient } from './docker-client.ts';
import { imageTag } from './image-tags.ts';

const signal = AbortSignal.timeout(20_000);
const ownBase = 'example/debian:13';

/** An engine that holds these images, by what they stand on. */
function engineWith(images: Map<string, string>) {
  const commands: string[] = [];
  const docker: DockerClient = {
    program: 'docker',
    environment: {},
    async run(args, { onLine }) {
      commands.push(args[0] ?? '');
      const [verb, ...rest] = args;
      const last = rest.at(-1) ?? '';
      if (verb === 'images') return images.has(last) ? 'f00d' : '';
      if (verb === 'image') return `187000000 ${images.get(last)}`;
      if (verb === 'pull') throw new SandboxError('unavailable', 'docker pull failed');
      onLine?.('Step 1/9 : RUN true');
      const tag = rest.find((word) => word.startsWith('--tag='))?.slice('--tag='.length) ?? '';
      images.set(
        tag,
        rest
          .find((word) => word.startsWith('--build-arg='))
          ?.split('=')
          .at(-1) ?? '',
      );
      return '';
    },
  };
  return { docker, commands };
}

test('builds what is missing and leaves what is there', async () => {
  const { docker, commands } = engineWith(
    new Map([
      [ownBase, ''],
      [imageTag('php'), ownBase],
    ]),
  );
  const printed: string[] = [];
  const print = (line: string) => printed.push(line);
  const built = await buildImages({ docker, targets: ['php', 'go'], base: ownBase, print, signal });

  expect(built.map(({ target, isNew, size }) => [target, isNew, size])).toEqual([
    ['php', false, 187_000_000],
    ['go', true, 187_000_000],
  ]);
  expect(commands.filter((command) => command === 'build')).toHaveLength(1);
  expect(printed[0]).toBe(`php      unchanged, 187 MB, ${imageTag('php')}`);
  expect(printed[1]).toBe('go       1/9 RUN true');
});

test('builds again on another base, and when it is asked to', async () => {
  const images = new Map([
    [ownBase, ''],
    [imageTag('php'), 'debian:trixie-slim'],
  ]);
  const { docker, commands } = engineWith(images);
  const options = { docker, targets: ['php'] as const, base: ownBase, print: () => {}, signal };

  const [moved] = await buildImages(options);
  const [kept] = await buildImages(options);
  const [fresh] = await buildImages({ ...options, isFresh: true });

  expect([moved?.isNew, kept?.isNew, fresh?.isNew]).toEqual([true, false, true]);
  expect(commands).not.toContain('pull');
});

test('says what to do when its base cannot be had', async () => {
  const { docker, commands } = engineWith(new Map());
  const building = buildImages({ docker, targets: ['php'], base: ownBase, print: () => {}, signal });

  await expect(building).rejects.toThrow(`The image ${ownBase} is missing and no registry gave it. Name another one`);
  expect(commands).not.toContain('build');
});
