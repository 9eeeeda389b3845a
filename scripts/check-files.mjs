// No file of ours is longer than 400 lines; tables and recorded fixtures are exempt.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './toolchain.mjs';

const longest = 400;
const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' });
const exempt = /(^|\/)(__fixtures__|catalog|dist)\/|pnpm-lock\.yaml$/;
const tooLong = listed
  .split('\0')
  .filter((file) => /\.(ts|tsx|mjs|css|yml|yaml|sh)$/.test(file) && !exempt.test(file))
  // A file that was removed is listed until the removal is committed.
  .filter((file) => existsSync(join(root, file)))
  .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length }))
  .filter(({ lines }) => lines > longest);
for (const { file, lines } of tooLong)
  console.error(`${file}: ${lines} lines, ${longest} are allowed. Split it by concern.`);
if (tooLong.length > 0) process.exit(1);
console.log(`Files: none over ${longest} lines.`);
