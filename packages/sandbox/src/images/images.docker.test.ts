import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { languages } from '../core/languages.ts';
import type { LanguageId } from '../core/languages.ts';
import { findDockerClient } from './docker-client.ts';
import type { DockerClient } from './docker-client.ts';
import { imageTag, imageTargets, versionsLabel } from './image-tags.ts';
import { openTrialBox } from './testing/trial-box.ts';
import type { TrialBox } from './testing/trial-box.ts';

const signal = AbortSignal.timeout(280_000);
/** Without an engine there are no images, and every test is left out. */
const nowhere: DockerClient = { program: 'docker', environment: process.env, run: async () => '' };
const docker = await findDockerClient(process.env, signal).catch(() => nowhere);
const tags = (await docker.run(['images', '--format', '{{.Repository}}:{{.Tag}}'], { signal })).split('\n');
const built = imageTargets.filter((target) => tags.includes(imageTag(target)));
const missing = imageTargets.filter((target) => !built.includes(target)).join(', ');

/** What prints the version that the label of an image promises. */
const versionCommands: Readonly<Record<LanguageId, readonly string[]>> = {
  python: ['python3', '--version'],
  javascript: ['node', '--version'],
  typescript: ['node', '--version'],
  go: ['go', 'version'],
  c: ['gcc', '--version'],
  cpp: ['g++', '--version'],
  java: ['java', '--version'],
  php: ['php', '--version'],
  rust: ['rustc', '--version'],
  fortran: ['gfortran', '--version'],
};

const hello: Readonly<Record<LanguageId, string>> = {
  python: 'import sys\nprint("hello", sys.argv[1], sys.stdin.read())',
  javascript: 'console.log("hello", process.argv[2], require("fs").readFileSync(0, "utf8"))',
  typescript:
    'import { readFileSync } from "node:fs";\nconst word: string = process.argv[2] ?? "";\nconsole.log("hello", word, readFileSync(0, "utf8"))',
  go: 'package main\nimport ("fmt"; "io"; "os")\nfunc main() { b, _ := io.ReadAll(os.Stdin); fmt.Println("hello", os.Args[1], string(b)) }',
  c: '#include <stdio.h>\nint main(int c, char **v) { char b[99]; scanf("%98[^\\n]", b); printf("hello %s %s\\n", v[1], b); }',
  cpp: '#include <iostream>\nint main(int c, char **v) { std::string s; getline(std::cin, s); std::cout << "hello " << v[1] << " " << s << "\\n"; }',
  java: 'import java.util.*;\nrecord Other(int x) {}\npublic class Greeting { public static void main(String[] a) { System.out.println("hello " + a[0] + " " + new Scanner(System.in).nextLine()); } }',
  php: 'echo "hello $argv[1] ", fgets(STDIN), "\\n";',
  rust: 'fn main() { let mut s = String::new(); std::io::stdin().read_line(&mut s).unwrap(); println!("hello {} {}", std::env::args().nth(1).unwrap(), s); }',
  fortran:
    'program h\ncharacter(99) :: a, s\ncall get_command_argument(1, a)\nread (*, "(a)") s\nprint "(a,1x,a,1x,a)", "hello", trim(a), trim(s)\nend',
};

test.skipIf(missing !== '')(`every image is built, none of these is missing: [${missing}]`, () => {
  expect(built).toEqual(imageTargets);
});

describe.each(built)('the image %s', (target) => {
  const own = languages.filter((language) => language.image === target);
  let box: TrialBox;
  beforeAll(async () => {
    box = await openTrialBox(docker, target, signal);
  });
  afterAll(() => box.remove());

  test('holds nothing that makes a program somebody else', () => {
    expect(box.run('0', ['find', '/', '-xdev', '!', '-type', 'l', '-perm', '/6000']).stdout).toBe('');
  });

  test('has two users, and the one of programs can change nothing of the other', async () => {
    expect(box.run('sandbox', ['id']).stdout).toBe('uid=1000(sandbox) gid=1000(sandbox) groups=1000(sandbox)\n');
    expect(box.run('keeper', ['id', '-u']).stdout).toBe('1001\n');
    expect(await docker.run(['inspect', '--format={{.Config.User}}', imageTag(target)], { signal })).toBe('keeper');
    const writable = box.run('sandbox', ['find', '/', '-xdev', '-writable', '!', '-type', 'l']).stdout;
    expect(writable).toBe('/mnt/data\n/tmp\n');
    expect(box.run('sandbox', ['kill', '-9', '1']).status).not.toBe(0);
  });

  test('tells the versions of its languages', async () => {
    const format = `--format={{index .Config.Labels "${versionsLabel}"}}`;
    const versions = JSON.parse(await docker.run(['inspect', format, imageTag(target)], { signal }));
    expect(Object.keys(versions).toSorted()).toEqual(own.map((language) => language.id).toSorted());
    for (const { id } of own) {
      const number = String(versions[id]).replace(/^\D+/, '').replaceAll('.', '\\.');
      expect(box.run('sandbox', versionCommands[id]).stdout).toMatch(new RegExp(`\\D${number}\\.`));
    }
  });

  describe.each(own)('$label', ({ id, compiled }) => {
    test('runs with its arguments and its input', () => {
      const result = box.runCode(id, hello[id], { input: 'and me' });
      expect(result).toMatchObject({ stderr: '', status: 0, phase: 'run', isTimeout: false });
      expect(result.stdout.trim()).toBe('hello you and me');
    });

    test('says what is wrong with code that is not of the language, and where it ended', () => {
      const result = box.runCode(id, '<?php @@@ ((( this is nothing');
      expect(result.status).not.toBe(0);
      expect(result.stderr).not.toBe('');
      expect(result).toMatchObject({ stdout: '', phase: compiled ? 'compile' : 'run', isTimeout: false });
    });
  });
});

describe.skipIf(!built.includes('python'))('Python', () => {
  let box: TrialBox;
  beforeAll(async () => {
    box = await openTrialBox(docker, 'python', signal);
  });
  afterAll(() => box.remove());

  test('what a program leaves behind is dead, and its limit holds', () => {
    const code = `import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("begun")
if os.fork() == 0:
  os.setsid()
while True:
  time.sleep(1)`;
    expect(box.runCode('python', code, { seconds: 1 })).toMatchObject({
      status: 137,
      stdout: 'begun\n',
      isTimeout: true,
    });
    expect(box.run('keeper', ['sh', '-c', 'cat /proc/[0-9]*/comm']).stdout).not.toContain('python');
  });

  test('a full and locked /tmp does not hinder the next program', () => {
    const code = `import os
os.makedirs("/tmp/a/b"); open("/tmp/a/b/c", "w").close(); os.chmod("/tmp/a/b", 0); os.chmod("/tmp/a", 0)
os.chmod("/tmp/.parley", 0); os.chmod("/mnt/data", 0)
with open("/tmp/big", "wb") as big:
  while True: big.write(bytes(1_000_000))`;
    expect(box.runCode('python', code).stderr).toContain('No space left');
    expect(box.runCode('python', 'print(open("/tmp/.parley/phase").read())').stdout).toBe('run\n');
  });

  test('plots without looking for fonts first', () => {
    const code = 'import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.savefig("plot.png")';
    expect(box.runCode('python', code)).toMatchObject({ stdout: '', stderr: '', status: 0 });
    expect(box.run('sandbox', ['head', '-c', '4', '/mnt/data/plot.png']).stdout).toContain('PNG');
  });
});

describe.skipIf(!built.includes('node'))('TypeScript', () => {
  let box: TrialBox;
  beforeAll(async () => {
    box = await openTrialBox(docker, 'node', signal);
  });
  afterAll(() => box.remove());

  test('TypeScript may wait outside of functions, require and import, and errors name its own lines', () => {
    const code = `import _ from 'lodash';
const three: number = await Promise.resolve(3);
console.log(three, _.sum([1, 2]), require('node:fs').existsSync('/'));
throw new Error('at the end');`;
    const result = box.runCode('typescript', code);
    expect(result).toMatchObject({ stdout: '3 3 true\n', status: 1, phase: 'run' });
    expect(result.stderr).toContain('main.ts:4:7');
  });
});
