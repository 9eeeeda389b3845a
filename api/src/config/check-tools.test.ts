import { expect, it } from 'vitest';
import { parseLibrechatFile } from './parse-librechat-file.ts';
import { defaultToolsConfig } from './tools-config.ts';

function parse(agents: string, top = '') {
  const text = `version: "1.3.17"
endpoints:
  custom:
    - name: "Models"
      apiKey: "key"
      baseURL: "https://api.example.com/v1"
      models: { default: ["m"] }
${agents.replace(/^/gm, '  ')}
${top}`;
  return parseLibrechatFile({ text, name: 'librechat.yaml', values: {}, inDocker: false });
}

it('decides about tools as it always does where the file says nothing', () => {
  expect(parse('').file?.tools).toEqual(defaultToolsConfig);
  expect(parse('agents:', 'filteredTools:').file?.tools).toEqual(defaultToolsConfig);
});

it('reads the rules about tools in LibreChat’s own words', () => {
  const { file, mistakes, warnings } = parse(
    `agents:
  recursionLimit: 30
  maxRecursionLimit: 40
  toolApproval:
    enabled: true
    mode: dontAsk
    allow: ["read_*"]
    deny: ["mcp:files:*"]
    ask: ["*_mcp_web"]
    reason: "Check {tool}"
    allowAlways: false
    allowAlwaysMaxTools: 10
    allowAlwaysMaxToolNameLength: 100`,
    'includedTools: ["calculator"]\nfilteredTools: ["fetch_page"]',
  );
  expect([mistakes, warnings]).toEqual([[], []]);
  expect(file?.tools).toEqual({
    approval: {
      enabled: true,
      mode: 'dontAsk',
      allow: ['read_*'],
      deny: ['mcp:files:*'],
      ask: ['*_mcp_web'],
      reason: 'Check {tool}',
      allowAlways: false,
      allowAlwaysMaxTools: 10,
      allowAlwaysMaxToolNameLength: 100,
      hasHooks: false,
    },
    included: ['calculator'],
    filtered: ['fetch_page'],
    defaultSteps: 30,
    mostSteps: 40,
  });
});

it('says what hooks come to, and what has no effect', () => {
  const { file, warnings } = parse(`agents:
  toolApproval:
    hooks: [{ module: "./hook.js" }]
    agentModes: { a: bypass }
  maxSubagents: 3`);
  expect(file?.tools.approval.hasHooks).toBe(true);
  expect(warnings.map(({ subject, message }) => `${subject} ${message}`)).toEqual([
    'endpoints.agents.toolApproval.agentModes has no effect yet: what it restricts is NOT restricted',
    'endpoints.agents.maxSubagents has no effect yet: what it restricts is NOT restricted',
    'endpoints.agents.toolApproval.hooks cannot be run here, so people are asked about every call of a tool',
  ]);
});

it.each([
  [
    'agents: { toolApproval: { mode: sometimes } }',
    'endpoints.agents.toolApproval.mode must be default, dontAsk or bypass',
  ],
  ['agents: { toolApproval: { deny: "mcp/*" } }', 'endpoints.agents.toolApproval.deny must be a list'],
  ['agents: { recursionLimit: 0 }', 'endpoints.agents.recursionLimit must be a whole number from 1 to 1000'],
  ['agents: { toolApproval: { alow: ["x"] } }', undefined],
])('finds the mistake in %s', (agents, mistake) => {
  const { mistakes, warnings } = parse(agents);
  expect(mistakes.map(({ subject, message }) => `${subject} ${message}`)).toEqual(
    mistake === undefined ? [] : [mistake],
  );
  expect(warnings.map(({ fix }) => fix)).toEqual(mistake === undefined ? ['did you mean allow?'] : []);
});
