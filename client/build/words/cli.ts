import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPoFile, parsePo, stringifyPo } from 'pofile-ts';
import { languages } from '../../src/lib/i18n/languages.ts';
import { englishMessages } from './english-messages.ts';
import { mergeWords } from './merge-words.ts';

/**
 * Brings the PO files of all languages in line with the English catalogs: missing messages are added without words,
 * those that English no longer has go, and the comments say what English says. With a folder as its argument it takes
 * words from there, `<folder>/<language>/<room>.json`.
 */
const folder = join(import.meta.dirname, '../../src/locales');
const [given] = process.argv.slice(2);
const catalogs = new Map<string, object>();
for (const file of readdirSync(folder)) {
  const room = /^en(?:-(.+))?\.ts$/.exec(file);
  if (!room) continue;
  const exported: Record<string, object> = await import(join(folder, file));
  const [catalog] = Object.values(exported);
  if (catalog) catalogs.set(room[1] ?? 'app', catalog);
}
const parts = [...catalogs].flatMap(([room, catalog]) => (room === 'app' ? [] : [catalog]));

for (const language of languages) {
  if (language === 'en') continue;
  let missing = 0;
  for (const [room, catalog] of catalogs) {
    const path = join(folder, language, `${room}.po`);
    const known = existsSync(path) ? parsePo(readFileSync(path, 'utf8')) : createPoFile();
    const merged = mergeWords(known, englishMessages(catalog, parts), language, wordsFor(language, room));
    missing += merged.items.filter(
      ({ msgstr, extractedComments }) => msgstr[0] === '' && extractedComments[0] !== '',
    ).length;
    const text = `${stringifyPo(merged, { foldLength: 0 }).trim()}\n`;
    if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
  }
  for (const file of readdirSync(join(folder, language))) {
    if (!catalogs.has(file.replace(/\.po$/, ''))) rmSync(join(folder, language, file));
  }
  console.log(`${language}: ${missing === 0 ? 'complete' : `${String(missing)} messages have no words yet`}`);
}

function wordsFor(language: string, room: string): Readonly<Record<string, string>> {
  const path = given === undefined ? undefined : join(given, language, `${room}.json`);
  return path !== undefined && existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}
