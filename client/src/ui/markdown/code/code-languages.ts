export interface CodeLanguage {
  /** Name in highlight.js; empty when there is none. */
  readonly id: string;
  /** Name for people. */
  readonly label: string;
}

/** Every name people write after a fence. */
const ROWS: readonly (readonly [id: string, label: string, names: string])[] = [
  ['bash', 'Bash', 'bash sh shell zsh console shellsession shell-session terminal'],
  ['c', 'C', 'c h'],
  ['clojure', 'Clojure', 'clojure clj cljs edn'],
  ['cmake', 'CMake', 'cmake'],
  ['cpp', 'C++', 'cpp c++ cc cxx hpp arduino'],
  ['csharp', 'C#', 'csharp cs c#'],
  ['css', 'CSS', 'css'],
  ['dart', 'Dart', 'dart'],
  ['diff', 'Diff', 'diff patch'],
  ['dockerfile', 'Dockerfile', 'dockerfile docker containerfile'],
  ['elixir', 'Elixir', 'elixir ex exs'],
  ['elm', 'Elm', 'elm'],
  ['erlang', 'Erlang', 'erlang erl'],
  ['fortran', 'Fortran', 'fortran f90 f95'],
  ['fsharp', 'F#', 'fsharp fs f#'],
  ['go', 'Go', 'go golang'],
  ['graphql', 'GraphQL', 'graphql gql'],
  ['groovy', 'Groovy', 'groovy gradle jenkinsfile'],
  ['haskell', 'Haskell', 'haskell hs'],
  ['http', 'HTTP', 'http https'],
  ['ini', 'INI', 'ini conf cfg properties env dotenv'],
  ['java', 'Java', 'java jsp'],
  ['javascript', 'JavaScript', 'javascript js mjs cjs node'],
  ['javascript', 'JSX', 'jsx'],
  ['json', 'JSON', 'json json5 jsonc jsonl ndjson'],
  ['julia', 'Julia', 'julia jl'],
  ['kotlin', 'Kotlin', 'kotlin kt kts'],
  ['latex', 'LaTeX', 'latex tex'],
  ['less', 'Less', 'less'],
  ['lisp', 'Lisp', 'lisp el elisp common-lisp'],
  ['lua', 'Lua', 'lua'],
  ['makefile', 'Makefile', 'makefile make mk'],
  ['markdown', 'Markdown', 'markdown md mdx'],
  ['matlab', 'MATLAB', 'matlab octave'],
  ['nginx', 'nginx', 'nginx nginxconf'],
  ['nix', 'Nix', 'nix'],
  ['objectivec', 'Objective-C', 'objectivec objc objective-c'],
  ['ocaml', 'OCaml', 'ocaml ml'],
  ['perl', 'Perl', 'perl pl'],
  ['php', 'PHP', 'php'],
  ['powershell', 'PowerShell', 'powershell ps1 pwsh ps'],
  ['prolog', 'Prolog', 'prolog'],
  ['protobuf', 'Protocol Buffers', 'protobuf proto'],
  ['python', 'Python', 'python py py3 python3 ipython gyp'],
  ['r', 'R', 'r'],
  ['ruby', 'Ruby', 'ruby rb gemspec'],
  ['rust', 'Rust', 'rust rs'],
  ['scala', 'Scala', 'scala sc'],
  ['scheme', 'Scheme', 'scheme racket'],
  ['scss', 'SCSS', 'scss sass'],
  ['sql', 'SQL', 'sql mysql postgres postgresql psql sqlite plsql tsql'],
  ['swift', 'Swift', 'swift'],
  ['ini', 'TOML', 'toml'],
  ['typescript', 'TypeScript', 'typescript ts mts cts'],
  ['typescript', 'TSX', 'tsx'],
  ['vbnet', 'Visual Basic', 'vbnet vb'],
  ['verilog', 'Verilog', 'verilog v sv systemverilog'],
  ['vhdl', 'VHDL', 'vhdl'],
  ['vim', 'Vim script', 'vim viml'],
  ['wasm', 'WebAssembly', 'wasm wat'],
  ['xml', 'HTML', 'html xhtml htm vue svelte'],
  ['xml', 'XML', 'xml svg xsl rss plist'],
  ['yaml', 'YAML', 'yaml yml'],
  ['', 'Mermaid', 'mermaid'],
  ['', '', 'text txt plain plaintext plain-text none output log'],
];

const byName = new Map<string, CodeLanguage>(
  ROWS.flatMap(([id, label, names]) => names.split(' ').map((name) => [name, { id, label }] as const)),
);

/** Every highlight.js name this table leads to. */
export const languageIds: ReadonlySet<string> = new Set(ROWS.map(([id]) => id).filter(Boolean));

/** The language meant by the word after a fence. An unknown word is its own label and is not highlighted. */
export function languageOf(word: string): CodeLanguage {
  return byName.get(word.toLowerCase().replace(/^\{?\.?|\}$/g, '')) ?? { id: '', label: word };
}
