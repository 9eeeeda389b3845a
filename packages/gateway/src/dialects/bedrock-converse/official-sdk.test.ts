import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import type { ConverseStreamCommandInput } from '@aws-sdk/client-bedrock-runtime';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import type { ModelRequest } from '../../core/model-request.ts';
import { sampleTarget } from '../../testing/sample-call.ts';
import { startScriptedUpstream } from '../../testing/scripted-upstream.ts';
import type { ScriptedUpstream } from '../../testing/scripted-upstream.ts';
import { story } from '../../testing/story.ts';
import { createBedrockConverseCodec } from './codec.ts';

let server: ScriptedUpstream;
afterEach(() => server.close());

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret/key+0123456789' };
const modelId = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const recorded = (name: string) => readFileSync(new URL(`./__fixtures__/${name}.bin`, import.meta.url));

const own = (value: string) => ({ dialect: 'bedrock-converse', value }) as const;
const base64 = (text: string) => ({ kind: 'base64', data: Buffer.from(text).toString('base64') }) as const;

async function startClient(fixture: string): Promise<BedrockRuntimeClient> {
  server = await startScriptedUpstream(({ response }) =>
    response.writeHead(200, { 'content-type': 'application/vnd.amazon.eventstream' }).end(recorded(fixture)),
  );
  return new BedrockRuntimeClient({
    region: 'eu-central-1',
    endpoint: server.baseUrl.replace(/\/v1$/, ''),
    credentials,
    requestHandler: new NodeHttpHandler(),
  });
}

test('what we ask, and how we sign it, is what the SDK does', async () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } } };
  const input: ConverseStreamCommandInput = {
    modelId,
    system: [{ text: 'Be brief.' }],
    messages: [
      {
        role: 'user',
        content: [
          { text: 'Look:' },
          { image: { format: 'png', source: { bytes: Buffer.from('img') } } },
          { document: { format: 'pdf', name: 'my report pdf 1', source: { bytes: Buffer.from('doc') } } },
        ],
      },
      {
        role: 'assistant',
        content: [
          { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
          { reasoningContent: { redactedContent: Buffer.from('hidden') } },
          { toolUse: { toolUseId: 'c1', name: 'get_weather', input: { city: 'Paris' } } },
          { toolUse: { toolUseId: 'c2', name: 'get_weather', input: {} } },
        ],
      },
      {
        role: 'user',
        content: [
          { toolResult: { toolUseId: 'c1', content: [{ text: 'sunny' }] } },
          { toolResult: { toolUseId: 'c2', content: [{ text: 'broken' }], status: 'error' } },
          { text: 'And now?' },
        ],
      },
    ],
    inferenceConfig: { maxTokens: 4096, topP: 0.95, stopSequences: ['END'] },
    toolConfig: {
      tools: [{ toolSpec: { name: 'get_weather', description: 'W.', inputSchema: { json: schema } } }],
      toolChoice: { auto: {} },
    },
    additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2048 } },
    outputConfig: {
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { schema: JSON.stringify(schema), name: 'answer' } },
      },
    },
  };
  const client = await startClient('text');
  const answer = await client.send(new ConverseStreamCommand(input));
  for await (const _ of answer.stream ?? []) continue;
  const [theirs] = server.exchanges;

  const request: ModelRequest = {
    model: 'claude',
    instructions: ['Be brief.'],
    turns: [
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'Look:' },
          { type: 'image', mediaType: 'image/png', source: base64('img') },
          { type: 'file', mediaType: 'application/pdf', name: 'my_report.pdf', source: base64('doc') },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm.', signature: own('c2ln') },
          { type: 'reasoning', text: '', opaque: own(Buffer.from('hidden').toString('base64')) },
          { type: 'tool-call', callId: 'c1', name: 'get_weather', input: '{"city":"Paris"}' },
          { type: 'tool-call', callId: 'c2', name: 'get_weather', input: '' },
        ],
      },
      { role: 'tool', callId: 'c1', output: 'sunny' },
      { role: 'tool', callId: 'c2', output: 'broken', isError: true },
      { role: 'user', parts: [{ type: 'text', text: 'And now?' }] },
    ],
    tools: [{ name: 'get_weather', description: 'W.', inputSchema: schema }],
    toolChoice: 'auto',
    output: { type: 'schema', name: 'answer', schema },
    reasoning: { budgetTokens: 2048 },
    sampling: { maxOutputTokens: 4096, topP: 0.95, stop: ['END'] },
  };
  const date = theirs?.request.headers['x-amz-date'] ?? '';
  const now = () => new Date(String(date).replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5'));
  const codec = createBedrockConverseCodec({ now });
  const target = sampleTarget('bedrock/x', { model: modelId, aws: { region: 'eu-central-1', ...credentials } });
  const { path, body, dropped } = codec.toUpstream(request, target);
  expect(dropped).toEqual([]);
  expect(path).toBe(theirs?.request.url);
  expect(JSON.parse(String(body))).toEqual(JSON.parse(theirs?.body ?? ''));

  const url = new URL(server.baseUrl.replace(/\/v1$/, '') + path);
  const headers = { 'content-type': 'application/json' };
  const signed = codec.authorize?.({ method: 'POST', url, body: theirs?.body ?? '', headers, target });
  expect(signed?.['x-amz-content-sha256']).toBe(theirs?.request.headers['x-amz-content-sha256']);
  const credential = /Credential=[^,]+/;
  expect(credential.exec(signed?.['authorization'] ?? '')?.[0]).toBe(
    credential.exec(theirs?.request.headers['authorization'] ?? '')?.[0],
  );
});

test('a bearer key goes as one', () => {
  const codec = createBedrockConverseCodec();
  const target = sampleTarget('bedrock/x', { apiKey: 'bedrock-api-key-1' });
  const url = new URL('https://bedrock-runtime.us-east-1.amazonaws.com/model/x/converse-stream');
  expect(codec.authorize?.({ method: 'POST', url, body: '{}', headers: {}, target })).toEqual({
    authorization: 'Bearer bedrock-api-key-1',
  });
});

test('the SDK reads our recorded answers as we do', async () => {
  const client = await startClient('parallel-tools');
  const answer = await client.send(
    new ConverseStreamCommand({ modelId, messages: [{ role: 'user', content: [{ text: 'Hi' }] }] }),
  );
  let text = '';
  const inputs = new Map<number, string>();
  for await (const event of answer.stream ?? []) {
    const { contentBlockIndex = 0, delta } = event.contentBlockDelta ?? {};
    text += delta?.text ?? '';
    if (delta?.toolUse)
      inputs.set(contentBlockIndex, (inputs.get(contentBlockIndex) ?? '') + (delta.toolUse.input ?? ''));
  }
  expect(text).toBe(story.parallelTools.text);
  expect([...inputs.values()]).toEqual(story.parallelTools.calls.map(({ input }) => input));
});

test('the SDK sees the recorded error as one', async () => {
  const client = await startClient('error');
  const answer = await client.send(new ConverseStreamCommand({ modelId, messages: [] }));
  const read = async () => {
    for await (const _ of answer.stream ?? []) continue;
  };
  await expect(read()).rejects.toMatchObject({ name: 'ServiceUnavailableException' });
});
