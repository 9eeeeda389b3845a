/** How files in a language of highlight.js end, where that is not the word after the fence. */
const byLanguage = new Map(
  Object.entries({
    bash: 'sh',
    clojure: 'clj',
    csharp: 'cs',
    elixir: 'ex',
    erlang: 'erl',
    fortran: 'f90',
    fsharp: 'fs',
    groovy: 'groovy',
    haskell: 'hs',
    javascript: 'js',
    julia: 'jl',
    kotlin: 'kt',
    latex: 'tex',
    lisp: 'lisp',
    markdown: 'md',
    matlab: 'm',
    objectivec: 'm',
    ocaml: 'ml',
    perl: 'pl',
    powershell: 'ps1',
    prolog: 'pl',
    protobuf: 'proto',
    python: 'py',
    ruby: 'rb',
    rust: 'rs',
    scheme: 'scm',
    typescript: 'ts',
    vbnet: 'vb',
    verilog: 'v',
    wasm: 'wat',
    yaml: 'yaml',
  }),
);
/** Words after a fence that say more than the language they are coloured as. */
const byWord = new Map(
  Object.entries({ html: 'html', svg: 'svg', jsx: 'jsx', tsx: 'tsx', toml: 'toml', mermaid: 'mmd', jsonl: 'jsonl' }),
);
const byName = new Map([
  ['dockerfile', 'Dockerfile'],
  ['makefile', 'Makefile'],
]);

/** What a file with this code is called, by the word after its fence and its language in highlight.js. */
export function codeFileName(word: string, language: string): string {
  const name = byName.get(language);
  if (name !== undefined) return name;
  const extension = byWord.get(word.toLowerCase()) ?? byLanguage.get(language) ?? language;
  return `code.${extension || 'txt'}`;
}
