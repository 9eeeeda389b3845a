import { createHash, createHmac } from 'node:crypto';
import type { AwsCredentials } from '../../core/provider-strategy.ts';

export interface RequestToSign {
  readonly method: string;
  readonly url: URL;
  readonly body: string | Buffer;
  /** Only `content-type` of them is signed: what proxies on the way may change must not be. */
  readonly headers: Readonly<Record<string, string>>;
  readonly service: string;
  readonly credentials: AwsCredentials;
  readonly date: Date;
}

const algorithm = 'AWS4-HMAC-SHA256';

/**
 * The headers that sign a request to AWS with Signature Version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html), valid for minutes around `date`.
 */
export function signRequest({
  method,
  url,
  body,
  headers,
  service,
  credentials,
  date,
}: RequestToSign): Record<string, string> {
  const { region, accessKeyId, secretAccessKey, sessionToken } = credentials;
  const time = date.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const payloadHash = sha256(body);
  const added: Record<string, string> = {
    'x-amz-date': time,
    'x-amz-content-sha256': payloadHash,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const contentType = headers['content-type'];
  const signed = Object.entries({
    host: url.host,
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...added,
  }).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const names = signed.map(([name]) => name).join(';');
  const canonical = [
    method,
    canonicalPath(url.pathname),
    canonicalQuery(url.searchParams),
    ...signed.map(([name, value]) => `${name}:${value.trim().replaceAll(/\s+/g, ' ')}`),
    '',
    names,
    payloadHash,
  ].join('\n');
  const toSign = [algorithm, time, scope, sha256(canonical)].join('\n');
  const signature = [region, service, 'aws4_request', toSign]
    .reduce((key, text) => hmac(key, text), hmac(Buffer.from(`AWS4${secretAccessKey}`), day))
    .toString('hex');
  return {
    ...added,
    authorization: `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** The path as it goes over the wire, encoded once more, as every service but S3 wants it. */
function canonicalPath(path: string): string {
  return path.split('/').map(encode).join('/');
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .toSorted(([one, oneValue], [other, otherValue]) =>
      one === other ? (oneValue < otherValue ? -1 : 1) : one < other ? -1 : 1,
    )
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
