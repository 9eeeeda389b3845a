import { pythonKeywords } from '@parley/sandbox';

/** What a tool is called in Python, by the same rules as LibreChat's callers use: `get-weather` is `get_weather`. */
export function toPythonName(name: string): string {
  const plain = name.replaceAll(/[-\s]/g, '_').replaceAll(/\W/g, '');
  const named = /^\d/.test(plain) ? `_${plain}` : plain;
  return pythonKeywords.has(named) ? `${named}_tool` : named;
}
