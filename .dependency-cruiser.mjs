/** Who may import whom (ARCHITECTURE.md, "Who may import whom"). Each rule says in one sentence why a build is red. */

const tests = '\\.test\\.tsx?$|/__fixtures__/|/testing/|/conformance/';

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/** A heavy import has one room; nobody else may touch it. */
const onlyIn = (library, room, comment) =>
  rule(
    `${library}-has-one-room`,
    comment,
    { path: '^(api|client|packages)/', pathNot: [room, tests] },
    { path: `node_modules/${library}/|^${library}$`, dependencyTypesNot: ['type-only'] },
  );

export default {
  forbidden: [
    rule(
      'no-cycles',
      'A cycle means two files are one thought; merge them, or move what both need into a third.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    rule(
      'packages-are-leaves',
      'A package imports no other package of ours; it declares a port, and api/src/compose.ts or its own CLI fills it.',
      { path: '^packages/([^/]+)/', pathNot: ['^packages/gateway/src/open-recordings\\.ts$', '\\.bench\\.ts$', tests] },
      { path: '^packages/([^/]+)/', pathNot: '^packages/$1/' },
    ),
    rule(
      'gateway-cli-fills-its-log',
      'The gateway’s command line keeps recordings in the stream log; nothing else of the gateway knows that package.',
      { path: '^packages/gateway/src/open-recordings\\.ts$' },
      { path: '^packages/([^/]+)/', pathNot: '^packages/(gateway|stream-log)/' },
    ),
    rule(
      'only-the-cli-opens-stores',
      'The gateway as a library is given its stores; only its command line opens them.',
      { path: '^(api|client|packages)/', pathNot: ['^packages/gateway/src/cli(/open-stores)?\\.ts$', tests] },
      { path: '^packages/gateway/src/open-(recordings|ledger|cache)\\.ts$' },
    ),
    rule(
      'packages-know-no-app',
      'Packages do not know the api, the client or the end-to-end tests.',
      { path: '^packages/' },
      { path: '^(api|client|e2e)/' },
    ),
    rule(
      'packages-are-entered-by-their-index',
      'Outsiders import a package by its name (its index.ts); tests may also use its conformance and testing doors.',
      { path: '^(api|bench|client|e2e)/' },
      { path: '^packages/[^/]+/src/', pathNot: '^packages/[^/]+/src/(index|conformance|testing/index)\\.ts$' },
    ),
    rule(
      'client-knows-only-contracts',
      'The client shares contracts with the api and nothing else.',
      { path: '^client/' },
      { path: '^(api|e2e|packages/(?!contracts/))' },
    ),
    rule(
      'api-knows-no-client',
      'The api serves the built client as files; it imports none of it.',
      { path: '^api/' },
      { path: '^(client|e2e)/' },
    ),
    rule(
      'bench-uses-the-product-from-outside',
      'The bench proves what processes promise over HTTP; it imports what clients share with them, and nothing of the api.',
      { path: '^bench/' },
      { path: '^(api|client|e2e)/|^packages/(gateway|stream-log)/' },
    ),
    rule(
      'contracts-run-in-a-browser',
      'Contracts run in a browser: zod and nothing else.',
      { path: '^packages/contracts/', pathNot: tests },
      { dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: 'node_modules/zod/' },
    ),
    rule(
      'features-share-types-only',
      'An api feature gets other features as factory arguments from compose.ts; it may import their types only.',
      {
        path: '^api/src/(access|actions|agents|agents-api|api-keys|audit|auth|code|code-api|conversations|devices|docs|drafts|files|generations|mcp|models|presets|projects|prompts|realtime|search|shares|tags|tools|transfers)/',
        pathNot: tests,
      },
      {
        path: '^api/src/(actions|agents|agents-api|api-keys|audit|auth|code|code-api|conversations|devices|docs|drafts|files|generations|mcp|models|presets|projects|prompts|realtime|search|shares|tags|tools|transfers)/',
        pathNot: '^api/src/$1/',
        dependencyTypesNot: ['type-only'],
      },
    ),
    rule(
      'features-know-repositories-by-type',
      'Features name the repositories they use by type; the instances come from compose.ts.',
      {
        path: '^api/src/(access|actions|agents|agents-api|api-keys|audit|auth|code|code-api|conversations|devices|docs|drafts|files|generations|mcp|models|presets|projects|prompts|realtime|search|shares|tags|tools|transfers|http|config)/',
        pathNot: tests,
      },
      { path: '^api/src/database/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'turn-loop-is-pure',
      'The turn loop is a function from a request and ports to events: no HTTP, no database, no clock.',
      { path: '^api/src/generations/turn-loop\\.ts$' },
      { path: '^api/src/(http|database|config)/|node_modules/(express|mongoose)/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'client-features-do-not-know-each-other',
      'Client features are composed by pages in app/; they never import each other.',
      { path: '^client/src/features/([^/]+)/' },
      { path: '^client/src/features/([^/]+)/', pathNot: '^client/src/features/$1/' },
    ),
    rule(
      'client-ui-knows-no-features',
      'ui/ and lib/ stand below features/ and app/.',
      { path: '^client/src/(ui|lib)/', pathNot: tests },
      { path: '^client/src/(features|app)/' },
    ),
    rule(
      'client-features-do-not-know-app',
      'app/ composes features, not the other way round.',
      { path: '^client/src/features/', pathNot: tests },
      { path: '^client/src/app/' },
    ),
    onlyIn('mongoose', '^api/src/database/', 'Only api/src/database knows mongoose.'),
    onlyIn('express', '^api/src/(app\\.ts|http/)|-routes\\.ts$', 'Express belongs to app.ts, http/ and *-routes.ts.'),
    onlyIn('dockerode', '^packages/sandbox/src/docker/', 'One room of the sandbox talks to the Docker engine.'),
    onlyIn('socket.io', '^api/src/realtime/', 'Only api/src/realtime knows socket.io.'),
    onlyIn(
      'ioredis',
      '^api/src/(redis|compose)|^packages/(gateway/src/open-(recordings|ledger|cache)|stream-log/src/serve/connect-redis)\\.ts$',
      'One room of the api makes Redis connections, and one file of each package’s command line.',
    ),
    rule(
      'mcp-sdk-has-one-room',
      'Only packages/mcp speaks MCP; everybody else asks its hub.',
      { path: '^(api|client|packages)/', pathNot: ['^packages/mcp/', tests] },
      { path: 'node_modules/@modelcontextprotocol/' },
    ),
    rule(
      'sqlite-has-its-rooms',
      'node:sqlite is opened in one or two files of the packages that store things.',
      {
        path: '^(api|client|packages)/',
        pathNot: ['^packages/(stream-log|embedded-mongo)/src/', '^packages/gateway/src/usage/sqlite-', tests],
      },
      { path: '^(node:)?sqlite$' },
    ),
    rule(
      'no-undeclared-packages',
      'Every import is declared in the importing package’s own package.json.',
      { path: '^(api|bench|client|e2e|packages)/' },
      { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    ),
    rule(
      'no-unresolved-imports',
      'An import must lead somewhere.',
      {},
      { couldNotResolve: true, pathNot: '\\?(url|raw|worker)$|\\.css$' },
    ),
  ],
  options: {
    parser: 'tsc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|node_modules/\\.vite)/' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
