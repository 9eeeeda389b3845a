/** A server wanted a model's answer and gets none; the message is for the model that called the tool. */
export class SamplingError extends Error {
  override readonly name = 'SamplingError';
}
