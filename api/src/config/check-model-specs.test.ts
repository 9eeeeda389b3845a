import { describe, expect, it } from 'vitest';
import { formatMistake } from './mistake.ts';
import { parseLibrechatFile } from './parse-librechat-file.ts';

const endpoints = `version: "1.3.17"
endpoints:
  custom:
    - name: "openAI"
      apiKey: "parley"
      baseURL: "http://127.0.0.1:8081/v1"
      models:
        default: ["gpt-4o", "gpt-4o-mini"]
    - name: "anthropic"
      apiKey: "parley"
      baseURL: "http://127.0.0.1:8081/v1"
      models:
        default: ["claude-sonnet-4"]
`;

function parse(text: string) {
  const outcome = parseLibrechatFile({
    text: endpoints + text,
    name: 'librechat.yaml',
    values: {},
    inDocker: false,
    gatewayPort: 8081,
  });
  return {
    file: outcome.file,
    mistakes: outcome.mistakes.map(formatMistake),
    warnings: outcome.warnings.map(formatMistake),
  };
}

// The shapes of https://www.librechat.ai/docs/configuration/librechat_yaml/object_structure/model_specs
const meetingNotes = `modelSpecs:
  enforce: true
  prioritize: true
  list:
    - name: "meeting-notes-gpt4"
      label: "Meeting Notes Assistant (GPT4)"
      default: true
      description: "Generate meeting notes from a transcript."
      iconURL: "https://example.com/icon.png"
      preset:
        endpoint: "openAI"
        model: "gpt-4o"
        maxContextTokens: 128000
        max_tokens: 4096
        temperature: 0.2
        modelLabel: "Meeting Summarizer"
        greeting: |
          This assistant creates meeting notes.
        promptPrefix: |
          Create coherent meeting minutes.
          - Date and Attendees
`;

const groups = `modelSpecs:
  list:
    - name: "gpt-4o-optimized"
      label: "GPT-4 Optimized"
      group: "openAI"
      preset: { endpoint: "openAI", model: "gpt-4o" }
    - name: "coding-assistant"
      label: "Coding Assistant"
      description: "Specialized for coding tasks"
      group: "My Assistants"
      groupIcon: "https://example.com/icons/assistants.png"
      executeCode: true
      mcpServers: ["filesystem", "fetch"]
      preset: { endpoint: "openAI", model: "gpt-4o", tools: ["calculator"] }
    - name: "writing-assistant"
      group: "My Assistants"
      order: -1
      preset: { endpoint: "anthropic", promptPrefix: "Write.", additional_instructions: "Well." }
    - name: "fast-model"
      label: "Fast Model"
      group: "Fast Models"
      groupIcon: "groq"
      preset: { endpoint: "groq", model: "llama3-8b-8192" }
`;

describe('modelSpecs of librechat.yaml', () => {
  it('takes the example of LibreChat’s documentation', () => {
    const { file, mistakes, warnings } = parse(meetingNotes);
    expect(mistakes).toEqual([]);
    expect(file?.answerers).toEqual({
      enforce: true,
      listed: [],
      without: ['parameters', 'presets'],
      specs: [
        {
          shown: {
            name: 'meeting-notes-gpt4',
            label: 'Meeting Notes Assistant (GPT4)',
            description: 'Generate meeting notes from a transcript.',
            greeting: 'This assistant creates meeting notes.\n',
            endpoint: 'openAI',
            model: 'gpt-4o',
          },
          settings: {
            instructions: 'Create coherent meeting minutes.\n- Date and Attendees',
            parameters: { temperature: 0.2, maxOutputTokens: 4096 },
          },
          tools: [],
          begins: 'always',
        },
      ],
    });
    expect(warnings.map((line) => line.split('  ')[1])).toEqual([
      'modelSpecs.list[0].iconURL',
      'modelSpecs.list[0].preset.maxContextTokens',
      'modelSpecs.list[0].preset.modelLabel',
    ]);
  });

  it('takes groups, an order, tools and servers, and leaves out what cannot answer', () => {
    const { file, mistakes, warnings } = parse(groups);
    expect(mistakes).toEqual([]);
    expect(file?.answerers.specs.map(({ shown }) => [shown.group, shown.label, shown.endpoint, shown.model])).toEqual([
      ['My Assistants', 'writing-assistant', 'anthropic', 'claude-sonnet-4'],
      ['openAI', 'GPT-4 Optimized', 'openAI', 'gpt-4o'],
      ['My Assistants', 'Coding Assistant', 'openAI', 'gpt-4o'],
    ]);
    expect(file?.answerers.specs.map(({ tools }) => tools)).toEqual([
      [],
      [],
      ['calculator', 'mcp/filesystem', 'mcp/fetch', 'code/interpreter'],
    ]);
    expect(file?.answerers.specs[0]?.settings).toEqual({ instructions: 'Write.\n\nWell.' });
    expect(warnings.at(-1)).toContain('modelSpecs.list[3].preset.endpoint  is no endpoint of endpoints.custom: groq');
  });

  it.each([
    ['nothing beside them', '', [], ['parameters', 'presets']],
    ['what the interface says', 'interface: { modelSelect: true, presets: true, parameters: true }', undefined, []],
    ['added endpoints', '  addedEndpoints: ["anthropic"]', ['anthropic'], ['parameters', 'presets']],
    ['all models, where specs do not come first', '  prioritize: false', undefined, ['parameters', 'presets']],
    [
      'nothing beside them where they are enforced',
      '  enforce: true\ninterface: { modelSelect: true, presets: true }',
      [],
      ['parameters', 'presets'],
    ],
  ])('shows %s', (_what, more, listed, without) => {
    const { file } = parse(`${groups}${more}\n`);
    expect(file?.answerers.listed).toEqual(listed);
    expect(file?.answerers.without).toEqual(without);
  });

  it('says what is wrong with an entry, by its place', () => {
    const twice = groups.replace('"coding-assistant"', '"gpt-4o-optimized"');
    expect(parse(twice).mistakes).toEqual([
      'librechat.yaml:20:13  modelSpecs.list[1].name  is used by a model spec above: gpt-4o-optimized  Fix: choose another name',
    ]);
    const hot = groups.replace('promptPrefix: "Write."', 'temperature: 3');
    expect(parse(hot).mistakes).toMatchObject([expect.stringContaining('temperature  must be at most 2')]);
    expect(parse('modelSpecs: { list: [] }').mistakes).toMatchObject([expect.stringContaining('modelSpecs.list')]);
  });

  it('says louder that nobody can chat', () => {
    const { warnings } = parse(meetingNotes.replace('endpoint: "openAI"', 'endpoint: "azureOpenAI"'));
    expect(warnings.at(-1)).toContain('nobody can chat');
  });

  it('switches off what the interface says', () => {
    const { file } = parse(
      'interface: { presets: false, prompts: { create: false, public: false }, autoSubmitFromUrl: false }',
    );
    expect(file?.answerers).toEqual({ specs: [], enforce: false, without: ['presets', 'new-prompts', 'auto-submit'] });
    expect(file?.prompts).toEqual({ use: true, create: false, share: true, public: false });
    expect(parse('interface: { prompts: false }').file?.prompts).toMatchObject({ use: false, create: false });
  });
});
