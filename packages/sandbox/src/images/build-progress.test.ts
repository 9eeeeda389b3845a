import { expect, test } from 'vitest';
import { createBuildProgress } from './build-progress.ts';

function progressOf(printed: string): string[] {
  const lines: string[] = [];
  const hear = createBuildProgress('go', (line) => lines.push(line));
  for (const line of printed.split('\n')) hear(line);
  return lines;
}

test('tells each command that BuildKit runs, once, when something happens in it', () => {
  const printed = `#1 [internal] load build definition from Dockerfile
#1 DONE 0.0s
#4 [base 1/5] FROM docker.io/library/debian:trixie-slim
#4 DONE 0.0s
#9 [go 1/3] RUN /opt/parley/install-packages   golang-go
#9 sha256:05e283ab
#9 0.312 Selecting previously unselected package golang-go.
#10 [go 2/3] RUN go list std
#9 4.100 Setting up golang-go
#9 [go 1/3] RUN /opt/parley/install-packages   golang-go
#9 DONE 6.6s
#10 DONE 20.1s`;

  expect(progressOf(printed)).toEqual([
    'go       1/3 RUN /opt/parley/install-packages golang-go',
    'go       2/3 RUN go list std',
  ]);
});

test('leaves out what BuildKit remembers', () => {
  expect(progressOf('#9 [go 1/3] RUN true\n#9 sha256:05e2\n#9 CACHED')).toEqual([]);
});

test('understands the classic builder, and cuts long commands', () => {
  const [line = ''] = progressOf(`Step 3/40 : RUN ${'package '.repeat(40)}`);
  expect(line).toMatch(/^go {7}3\/40 RUN package .*…$/);
  expect(line).toHaveLength(100);
});
