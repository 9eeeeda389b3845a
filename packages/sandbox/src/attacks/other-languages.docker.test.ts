import { afterAll, describe, expect, it } from 'vitest';
import type { ImageTarget, LanguageId } from '../core/languages.ts';
import { whyNoRealEngine } from '../testing/real-engine.ts';
import { openAttackSite } from './__fixtures__/attack-box.ts';

interface Attack {
  readonly does: string;
  readonly image: ImageTarget;
  readonly language: LanguageId;
  readonly code: string;
}

const attacks: readonly Attack[] = [
  {
    does: 'eats memory outside of the heap in Node',
    image: 'node',
    language: 'javascript',
    code: 'const held = []; for (;;) held.push(Buffer.alloc(16 << 20, 1));',
  },
  {
    does: 'eats the heap of Node',
    image: 'node',
    language: 'javascript',
    code: 'const held = []; for (;;) held.push(new Array(1e5).fill({}).map(() => ({})));',
  },
  {
    does: 'never lets go in Node',
    image: 'node',
    language: 'typescript',
    code: 'process.on("SIGTERM", () => {}); for (;;);',
  },
  {
    does: 'starts processes without end in Node',
    image: 'node',
    language: 'javascript',
    code: `const { spawn } = require('node:child_process');
let count = 0;
for (;;) {
  const child = spawn('sleep', ['100'], { detached: true, stdio: 'inherit' });
  child.on('error', () => process.exit(3));
  if (child.pid === undefined || (count += 1) > 500) process.exit(4);
}`,
  },
  {
    does: 'ends everything in Node',
    image: 'node',
    language: 'javascript',
    code: 'process.kill(-1, "SIGKILL"); for (;;);',
  },
  {
    does: 'eats memory in PHP',
    image: 'php',
    language: 'php',
    code: '<?php $a = "x"; while (true) $a .= str_repeat("x", 1 << 24);',
  },
  {
    does: 'never ends in PHP',
    image: 'php',
    language: 'php',
    code: '<?php set_time_limit(0); ignore_user_abort(true); while (true);',
  },
  {
    does: 'multiplies in a shell of PHP',
    image: 'php',
    language: 'php',
    code: '<?php exec("b() { b | b & }; b; wait"); while (true);',
  },
  { does: 'includes what has no end in C', image: 'cpp', language: 'c', code: '#include "/dev/zero"\nint main() {}' },
  { does: 'includes what is secret in C', image: 'cpp', language: 'c', code: '#include "/etc/shadow"\nint main() {}' },
  {
    does: 'includes itself in C',
    image: 'cpp',
    language: 'c',
    code: '#include __FILE__\n#include __FILE__\nint main() {}',
  },
  {
    does: 'has templates without end in C++',
    image: 'cpp',
    language: 'cpp',
    code: 'template <int N> struct A : A<N + 1>, A<N + 2> {};\nint main() { A<0> a; }',
  },
  { does: 'compiles to a giant in C', image: 'cpp', language: 'c', code: 'int big[1 << 30] = {1};\nint main() {}' },
];

const hellos: Readonly<Partial<Record<LanguageId, string>>> = {
  javascript: 'console.log("fine")',
  typescript: 'const word: string = "fine"; console.log(word)',
  php: '<?php echo "fine\\n";',
  c: '#include <stdio.h>\nint main() { puts("fine"); }',
  cpp: '#include <cstdio>\nint main() { puts("fine"); }',
};
const fine = { stdout: 'fine\n', exitCode: 0 };

const missing = new Map<ImageTarget, string | undefined>();
for (const image of ['node', 'php', 'cpp'] as const) missing.set(image, await whyNoRealEngine(image));

describe('a program of another language', () => {
  const site = openAttackSite({ runSeconds: 4, compileSeconds: 6 });
  afterAll(() => site.close());

  for (const { does, image, language, code } of attacks) {
    it.skipIf(missing.get(image) !== undefined)(
      `that ${does} comes to an end, and so does its box or it works`,
      async () => {
        const attacker = await site.open(image);
        const attack = await attacker.run(code, { language });
        expect({ reason: attack.reason, exitCode: attack.exitCode }).not.toEqual({ reason: 'ok', exitCode: 0 });
        expect(attack.durationMs).toBeLessThan(16_000);
        expect(attack.stdout + attack.stderr).not.toContain('root:');
        const after = attack.isSpent ? fine : await attacker.run(hellos[language] ?? '', { language });
        expect(after).toMatchObject(fine);
        await attacker.box.close();
      },
    );
  }
});
