import type { Capabilities } from '../core/provider-strategy.ts';

const million = 1_048_576;

/**
 * What vendors publish about families of models, the first pattern that fits. Only hosted models have a context here:
 * for open weights whoever runs them decides. What is not told is unknown, and unknown counts as able.
 */
const families: readonly (readonly [RegExp, Capabilities])[] = [
  [/claude-(?:2|instant)/, { contextTokens: 100_000, images: false, audio: false, tools: false, reasoning: false }],
  [
    /claude-3-(?!7)|claude-3\.5/,
    { contextTokens: 200_000, images: true, audio: false, reasoning: false, prefill: true },
  ],
  // From 4.6 on a conversation may not end with the model's own words.
  [
    /claude-[a-z]+-(?:4[-.](?:[6-9]|\d\d)(?!\d)|[5-9])/,
    { contextTokens: 200_000, images: true, audio: false, prefill: false },
  ],
  [/claude/, { contextTokens: 200_000, images: true, audio: false, tools: true, reasoning: true, prefill: true }],
  [/gpt-3\.5/, { contextTokens: 16_385, images: false, audio: false, reasoning: false, schema: false }],
  [/gpt-4\.1/, { contextTokens: 1_047_576, images: true, audio: false, tools: true, schema: true, reasoning: false }],
  [/gpt-4o-audio|gpt-audio/, { contextTokens: 128_000, images: false, audio: true, reasoning: false }],
  [/gpt-4o/, { contextTokens: 128_000, images: true, audio: false, tools: true, schema: true, reasoning: false }],
  [/gpt-4-turbo/, { contextTokens: 128_000, images: true, audio: false, reasoning: false, schema: false }],
  [/gpt-4(?:-0314|-0613)?$/, { contextTokens: 8192, images: false, audio: false, reasoning: false, schema: false }],
  [
    /(?:^|\/)o1-(?:mini|preview)/,
    { contextTokens: 128_000, images: false, audio: false, tools: false, reasoning: true },
  ],
  [/(?:^|\/)o[134](?:-|$)/, { contextTokens: 200_000, audio: false, reasoning: true }],
  [/(?:^|\/)gpt-5/, { contextTokens: 400_000, images: true, audio: false, tools: true, schema: true, reasoning: true }],
  [/gpt-oss/, { images: false, audio: false, tools: true, reasoning: true }],
  [
    /gemini-(?:1\.5|2\.0)/,
    { contextTokens: million, images: true, audio: true, tools: true, schema: true, reasoning: false },
  ],
  [
    /gemini-(?:2\.5|[3-9])/,
    { contextTokens: million, images: true, audio: true, tools: true, schema: true, reasoning: true },
  ],
  [/deepseek-(?:chat|reasoner|v\d|r\d)/, { images: false, audio: false }],
  [/grok-3/, { contextTokens: 131_072, images: false, audio: false }],
  [/grok-4/, { contextTokens: 256_000, images: true, audio: false, reasoning: true }],
  [/codestral|devstral|mistral-7b|mixtral/, { images: false, audio: false, reasoning: false }],
  [/llama-?3\.?[13]/, { images: false, audio: false, reasoning: false }],
];

/** What is known of a model by its name, whoever serves it; undefined where nothing is. */
export function capabilitiesOf(model: string): Capabilities | undefined {
  const name = model.toLowerCase();
  return families.find(([pattern]) => pattern.test(name))?.[1];
}
