import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNoRealEngine } from '../testing/real-engine.ts';
import { openAttackSite, type AttackBox } from './__fixtures__/attack-box.ts';

const missing = await whyNoRealEngine('python');

/** What is refused in another way than by EPERM. 1031: the process was ended by SIGSYS. */
const otherRefusals: Readonly<Record<string, string>> = {
  'setns 1': 'EACCES',
  clone3: 'ENOSYS',
  'clone3 user': 'ENOSYS',
  'prctl seccomp off': 'EINVAL',
  'prctl no new privileges off': 'EINVAL',
  'x32 getpid': '1031',
};

describe.skipIf(missing !== undefined)('a program that asks the kernel for more than it may have', () => {
  const site = openAttackSite();
  let attacker: AttackBox;
  let places: Readonly<Record<string, unknown>>;

  beforeAll(async () => {
    attacker = await site.open();
    places = await attacker.ask('places.py');
  });
  afterAll(() => site.close());

  it('is refused mounts, namespaces, other processes, keys, modules, foreign sockets and all the rest', async () => {
    const answers = await attacker.ask('system-calls.py');
    const unusual = Object.entries(answers).filter(([name, answer]) => answer !== (otherRefusals[name] ?? 'EPERM'));
    expect(unusual).toEqual([]);
    expect(Object.keys(answers).length).toBeGreaterThan(100);
    await attacker.expectUsable();
  });

  it.skipIf(process.arch !== 'x64')('does not get it through 32-bit calls either', async () => {
    const answers = await attacker.ask('old-calls.py');
    expect(new Set(Object.values(answers))).toEqual(new Set(['signal 31']));
    await attacker.expectUsable();
  });

  it('has no rights at all, and cannot get any', () => {
    const none = ['0000000000000000'];
    const sandbox = ['1000', '1000', '1000', '1000'];
    expect(places['status']).toEqual({
      Uid: sandbox,
      Gid: sandbox,
      Groups: ['1000'],
      CapInh: none,
      CapPrm: none,
      CapEff: none,
      CapBnd: none,
      CapAmb: none,
      NoNewPrivs: ['1'],
      Seccomp: ['2'],
    });
  });

  it('can write in its two places and nowhere else', () => {
    const writable = Object.entries(Object(places['writable'])).filter(([, answer]) => answer === 'written');
    expect(writable.map(([folder]) => folder)).toEqual(['/tmp', '/mnt/data']);
    expect(places['other folders']).toEqual([]);
  });

  it('finds no program that makes it another user, and its own copies of such do not', () => {
    expect(places['special files']).toEqual([]);
    expect(places['setuid copy']).toBe('uid=1000 gid=1000 groups=1000');
  });

  it('finds no lever of the host', () => {
    for (const answer of Object.values(Object(places['levers'])))
      expect(['ENOENT', 'EACCES', 'EPERM', 'EROFS']).toContain(answer);
    expect(['EROFS', 'EACCES', 'ENOENT']).toContain(places['cgroup']);
    expect(Object(places['devices']).filter((name: string) => !harmlessDevices.has(name))).toEqual([]);
  });

  it('is given no file of the host that was left open', () => {
    // Such a one is the way out of CVE-2024-21626.
    expect(places['open files']).toEqual([]);
  });

  it('learns nothing of the process that holds its box, nor from the memory of the host', () => {
    for (const answer of Object.values(Object(places['secrets'])))
      expect([0, 'ENOENT', 'EACCES', 'EPERM']).toContain(answer);
    expect(places['links of 1']).toEqual({ root: 'EACCES', cwd: 'EACCES', exe: 'EACCES' });
  });

  it('gets an environment that says nothing of the server', () => {
    const known = /^(HOME|HOSTNAME|LANG|LC_\w+|MPL\w+|O\w+_NUM_THREADS|OLDPWD|PATH|PWD|PYTHON\w+|SHLVL|TMPDIR|_)$/;
    expect(Object(places['environment']).filter((name: string) => !known.test(name))).toEqual([]);
  });
});

const harmlessDevices = new Set(
  'core fd full mqueue null ptmx pts random shm stderr stdin stdout tty urandom zero'.split(' '),
);
