const keywords = new Set(
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  ),
);

/** What a tool is called in Python, by the same rules as LibreChat's callers use: `get-weather` is `get_weather`. */
export function toPythonName(name: string): string {
  const plain = name.replaceAll(/[-\s]/g, '_').replaceAll(/\W/g, '');
  const named = /^\d/.test(plain) ? `_${plain}` : plain;
  return keywords.has(named) ? `${named}_tool` : named;
}
