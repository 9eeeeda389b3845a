/** What an official client made of an answer, in words that all of them share. */
export interface HeardAnswer {
  readonly text: string;
  readonly reasoning: string;
  readonly signature: string | undefined;
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  readonly usage: { readonly input: number; readonly output: number } | undefined;
  readonly reason: 'stop' | 'length' | 'tool-calls' | 'other';
}

export interface Question {
  /** The name of the model as the gateway knows it. */
  readonly model: string;
  readonly isStream: boolean;
  /** Adds two tools. */
  readonly hasTools: boolean;
  /** Adds a picture of one pixel. */
  readonly hasImage: boolean;
}

/** An official SDK that asks the gateway in its own dialect. Rejects with the SDK's own error. */
export interface Judge {
  readonly name: string;
  ask(question: Question): Promise<HeardAnswer>;
}

/** A PNG of one pixel, in base64. */
export const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const weatherSchema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city'],
};

export const toolList = [
  { name: 'get_weather', description: 'The weather of a city', schema: weatherSchema },
  {
    name: 'get_time',
    description: 'The time of a zone',
    schema: { type: 'object', properties: { zone: { type: 'string' } } },
  },
] as const;
