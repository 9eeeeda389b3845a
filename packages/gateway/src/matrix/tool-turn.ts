import type { UpstreamDialect } from './fixture-upstream.ts';

/** What a request body tells an upstream of the calls its model made and of their results, in order. */
export interface ToolTurn {
  readonly calls: readonly { readonly id: string; readonly name: string; readonly input: unknown }[];
  readonly results: readonly { readonly id: string; readonly name?: string; readonly output: string }[];
}

type Json = ReturnType<typeof JSON.parse>;

const listOf = (value: Json): Json[] => (Array.isArray(value) ? value : []);
const blocksIn = (body: Json, kind: string): Json[] =>
  listOf(body.messages).flatMap(({ content }: Json) => listOf(content).filter((block) => kind in block));

const readers: Readonly<Record<UpstreamDialect, (body: Json) => ToolTurn>> = {
  'openai-chat': ({ messages }) => ({
    calls: listOf(messages).flatMap((message) =>
      listOf(message.tool_calls).map(({ id, function: called }) => ({
        id,
        name: called.name,
        input: JSON.parse(called.arguments),
      })),
    ),
    results: listOf(messages)
      .filter(({ role }) => role === 'tool')
      .map(({ tool_call_id: id, content }) => ({ id, output: textOf(content) })),
  }),
  'openai-responses': ({ input }) => ({
    calls: listOf(input)
      .filter(({ type }) => type === 'function_call')
      .map((item) => ({ id: item.call_id, name: item.name, input: JSON.parse(item.arguments) })),
    results: listOf(input)
      .filter(({ type }) => type === 'function_call_output')
      .map((item) => ({ id: item.call_id, output: textOf(item.output) })),
  }),
  'anthropic-messages': (body) => ({
    calls: blocksIn(body, 'input').map(({ id, name, input }) => ({ id, name, input })),
    results: blocksIn(body, 'tool_use_id').map((block) => ({ id: block.tool_use_id, output: textOf(block.content) })),
  }),
  'google-generative': ({ contents }) => {
    const parts = listOf(contents).flatMap((content) => listOf(content.parts));
    return {
      calls: parts.flatMap(({ functionCall: call }) =>
        call ? [{ id: call.id ?? call.name, name: call.name, input: call.args }] : [],
      ),
      results: parts.flatMap(({ functionResponse: result }) =>
        result
          ? [{ id: result.id ?? result.name, name: result.name, output: Object.values(result.response).join('') }]
          : [],
      ),
    };
  },
  'bedrock-converse': (body) => ({
    calls: blocksIn(body, 'toolUse').map(({ toolUse }) => ({
      id: toolUse.toolUseId,
      name: toolUse.name,
      input: toolUse.input,
    })),
    results: blocksIn(body, 'toolResult').map(({ toolResult }) => ({
      id: toolResult.toolUseId,
      output: textOf(toolResult.content),
    })),
  }),
  'ollama-chat': ({ messages }) => ({
    calls: listOf(messages).flatMap((message) =>
      listOf(message.tool_calls).map(({ function: called }) => ({
        id: called.name,
        name: called.name,
        input: called.arguments,
      })),
    ),
    results: listOf(messages)
      .filter(({ role }) => role === 'tool')
      .map(({ tool_name: name, content }) => ({ id: name, name, output: textOf(content) })),
  }),
};

/** Reads the calls and results out of the body of a request in `dialect`. Where it has no ids, names stand for them. */
export function readToolTurn(dialect: UpstreamDialect, body: string): ToolTurn {
  return readers[dialect](JSON.parse(body));
}

function textOf(content: Json): string {
  return typeof content === 'string'
    ? content
    : listOf(content)
        .map(({ text }) => String(text))
        .join('');
}
