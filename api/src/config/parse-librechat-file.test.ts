import { describe, expect, it } from 'vitest';
import type { EndpointConfig } from './app-config.ts';
import { formatMistake } from './mistake.ts';
import { parseLibrechatFile } from './parse-librechat-file.ts';

const yaml = `version: "1.3.17"
endpoints:
  custom:
    - name: "Parley"
      apiKey: "parley"
      baseURL: "http://127.0.0.1:8081/v1"
      models:
        default: ["chat-fast", "chat-quality"]
`;
const withKey = yaml.replace('"parley"', '"${MY_KEY}"');

interface Given {
  readonly values?: Record<string, string>;
  readonly inDocker?: boolean;
}

function parse(text: string, { values = {}, inDocker = false }: Given = {}) {
  const outcome = parseLibrechatFile({ text, name: 'librechat.yaml', values, inDocker, gatewayPort: 8081 });
  return {
    file: outcome.file,
    mistakes: outcome.mistakes.map(formatMistake),
    warnings: outcome.warnings.map(formatMistake),
  };
}

function endpointsOf(text: string, given?: Given): readonly EndpointConfig[] | undefined {
  return parse(text, given).file?.endpoints;
}

describe('librechat.yaml', () => {
  it('takes values from variables', () => {
    expect(endpointsOf(withKey, { values: { MY_KEY: 'secret' } })?.[0]?.apiKey).toBe('secret');
  });

  it('takes everything an endpoint can say', () => {
    const { file } = parse(`${yaml}        fetch: true
      modelDisplayLabel: "Our models"
      headers: { X-Team: "law" }
      titleConvo: true
      titleModel: "chat-fast"
interface: { customWelcome: "Hello" }
registration: { allowedDomains: ["Example.com"] }
`);
    expect(file?.customWelcome).toBe('Hello');
    expect(file?.allowedDomains).toEqual(['example.com']);
    expect(file?.endpoints[0]).toMatchObject({
      label: 'Our models',
      headers: { 'X-Team': 'law' },
      titleConvo: true,
      titleModel: 'chat-fast',
      models: { fetch: true },
    });
  });

  it.each([
    [
      'a missing variable',
      withKey,
      [
        'librechat.yaml:5:15  endpoints.custom[0].apiKey  needs the variable MY_KEY, which is not set  Fix: add MY_KEY=… to .env',
      ],
    ],
    [
      'an address that is none',
      yaml.replace('http://127', 'htp://127'),
      [
        expect.stringMatching(
          /^librechat\.yaml:6:16 {2}endpoints\.custom\[0\]\.baseURL {2}must be an address that begins with http:\/\/ or https:\/\/ {2}Fix: /,
        ),
      ],
    ],
    [
      'a missing key',
      yaml.replace(/ +apiKey.*\n/, ''),
      [expect.stringMatching(/^librechat\.yaml:4:7 {2}endpoints\.custom\[0\]\.apiKey {2}is missing {2}Fix: apiKey: /)],
    ],
    [
      'no models',
      yaml.replace('["chat-fast", "chat-quality"]', '[]'),
      [
        expect.stringMatching(
          /^librechat\.yaml:8:18 {2}endpoints\.custom\[0\]\.models\.default {2}must name at least one model/,
        ),
      ],
    ],
    [
      'a number as version',
      yaml.replace('"1.3.17"', '1.3'),
      ['librechat.yaml:1:10  version  must be text in quotes  Fix: version: "1.3.17"'],
    ],
    [
      'two wrong values',
      yaml.replace('"1.3.17"', '1.3').replace('"Parley"', '7'),
      [
        expect.stringMatching(/^librechat\.yaml:1:10 {2}version/),
        expect.stringMatching(/^librechat\.yaml:4:13 {2}endpoints\.custom\[0\]\.name {2}must be text in quotes/),
      ],
    ],
    [
      'broken YAML',
      yaml.replace('    - name: "Parley"', '    - name: "Parley'),
      [expect.stringMatching(/^librechat\.yaml:\d+:\d+ {2}.* {2}Fix: look at this line/)],
    ],
    [
      'a key given twice',
      `${yaml}version: "1"\n`,
      [expect.stringMatching(/^librechat\.yaml:9:1 {2}Map keys must be unique/)],
    ],
    ['an empty file', '', [expect.stringMatching(/^librechat\.yaml:1:1 {2}/)]],
    ['a list', '- 1\n', [expect.stringMatching(/^librechat\.yaml:1:1 {2}/)]],
    ['no endpoint', 'version: "1"\n', [expect.stringMatching(/^librechat\.yaml:1:1 {2}endpoints {2}is missing/)]],
    ['an endless alias', 'a: &a [*a]\nversion: "1"\n', [expect.stringMatching(/^librechat\.yaml:\d/)]],
  ])('is refused for %s', (_what, text, expected) => {
    expect(parse(text).mistakes).toEqual(expected);
  });

  it.each([
    [
      'a misspelt key',
      yaml.replace('version:', 'versoin: 1\nversion:'),
      'librechat.yaml:1:1  versoin  is not a key that Parley knows, so it has no effect  Fix: did you mean version?',
    ],
    [
      'a misspelt key of an endpoint',
      `${yaml}      apikey: "x"\n`,
      'librechat.yaml:9:7  endpoints.custom[0].apikey  is not a key that Parley knows, so it has no effect  Fix: did you mean apiKey?',
    ],
    [
      'a key for later, once for all below it',
      `${yaml}memory:\n  personalize: true\n`,
      'librechat.yaml:9:1  memory  has no effect yet  Fix: nothing to do, it may stay',
    ],
    [
      'a key that would protect',
      `${yaml}filters: { messages: {} }\n`,
      'librechat.yaml:9:1  filters  has no effect yet: what it restricts is NOT restricted  Fix: do not rely on it',
    ],
    [
      'an address without version',
      yaml.replace(':8081/v1', ':8081'),
      expect.stringMatching(
        /^librechat\.yaml:6:16 {2}endpoints\.custom\[0\]\.baseURL {2}has no version such as \/v1.* {2}Fix: baseURL: "http:\/\/127\.0\.0\.1:8081\/v1"$/,
      ),
    ],
    [
      'a header with a placeholder',
      `${yaml}      headers: { X-User: "{{LIBRECHAT_USER_EMAIL}}" }\n`,
      expect.stringMatching(/headers\.X-User {2}holds a placeholder/),
    ],
  ])('is accepted with a warning for %s', (_what, text, expected) => {
    expect(parse(text).warnings).toEqual([expected]);
  });

  it('warns about localhost inside Docker, but not for the gateway beside it', () => {
    const second = yaml
      .slice(yaml.indexOf('    - name'))
      .replace('Parley', 'Ollama')
      .replace('127.0.0.1:8081', 'localhost:11434');
    expect(parse(yaml + second, { inDocker: true }).warnings).toEqual([
      expect.stringMatching(
        /custom\[1\]\.baseURL {2}points at localhost.* Fix: baseURL: "http:\/\/host\.docker\.internal:11434\/v1"/,
      ),
    ]);
  });

  it('leaves out endpoints for tenants and for keys of users, and says so', () => {
    const second = yaml
      .slice(yaml.indexOf('    - name'))
      .replace('Parley', 'Mine')
      .replace('"parley"', '"user_provided"');
    const { file, warnings } = parse(yaml + second);
    expect(file?.endpoints.map(({ name }) => name)).toEqual(['Parley']);
    expect(warnings).toEqual([expect.stringMatching(/custom\[1\]\.apiKey {2}user_provided has no effect yet/)]);
  });

  it('leaves the making of agents to admins where the file says so', () => {
    expect(parse(yaml).file?.agentBuilder).toBe('everybody');
    expect(parse(yaml.replace('endpoints:', 'endpoints:\n  agents: { disableBuilder: true }')).file?.agentBuilder).toBe(
      'admins',
    );
  });

  it('bounds temporary chats as the file says, or keeps them for thirty days', () => {
    const told = (text: string) => parse(`${text}\n${yaml}`);
    expect(parse(yaml).file?.temporaryChats).toEqual({ allowed: true, hours: 720 });
    expect(told('interface: { temporaryChat: false }').file?.temporaryChats).toEqual({ allowed: false, hours: 720 });
    const day = told('interface: { temporaryChatRetention: 24 }');
    expect([day.file?.temporaryChats, day.warnings]).toEqual([{ allowed: true, hours: 24 }, []]);
    for (const hours of [0, 8_761]) {
      expect(told(`interface: { temporaryChatRetention: ${hours} }`).mistakes).toEqual([
        expect.stringContaining('interface.temporaryChatRetention'),
      ]);
    }
  });

  it('refuses an endpoint with the name under which agents answer', () => {
    expect(parse(yaml.replace('name: "Parley"', 'name: "agents"')).mistakes).toContainEqual(
      expect.stringMatching(/custom\[0\]\.name {2}is the name under which agents answer: agents/),
    );
  });

  it('lists the mistakes of all endpoints together', () => {
    const second = yaml.slice(yaml.indexOf('    - name'));
    const third = second.replace('http://127.0.0.1:8081/v1', 'nowhere');
    expect(parse(`${withKey}${second}${third}`).mistakes).toEqual([
      expect.stringMatching(/custom\[0\]\.apiKey {2}needs the variable MY_KEY/),
      expect.stringMatching(/custom\[2\]\.baseURL {2}must be an address/),
      expect.stringMatching(/custom\[1\]\.name {2}is used by an endpoint above: Parley/),
    ]);
  });
});
