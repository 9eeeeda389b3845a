import type { LibrechatConfig } from '@parley/contracts';
import type { YamlSource } from '@parley/gateway';
import type { Variables } from './env.ts';
import type { Environment } from './environment.ts';
import type { Mistake } from './mistake.ts';
import { pathText } from './path-text.ts';

/** A bucket of S3, or of anything that speaks its language. */
export interface S3Config {
  readonly bucket: string;
  readonly region: string;
  /** Absent: Amazon's. */
  readonly endpoint?: string;
  /** Absent: from the surroundings, as Amazon's own tools find them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The bucket's name is in the path, not in the host name. */
  readonly forcePathStyle: boolean;
}

/** Where files are kept: in the data folder, in the database, or in a bucket. */
export type FilesConfig =
  | { readonly kind: 'local' }
  | { readonly kind: 'gridfs' }
  | { readonly kind: 's3'; readonly s3: S3Config };

type FileStrategy = Pick<LibrechatConfig, 'fileStrategy' | 'fileStrategies'>;

/** What the operator's file says about where files of conversations are, if anything. */
export function fileStrategyOf({ fileStrategy, fileStrategies }: FileStrategy): FilesConfig['kind'] | undefined {
  const chosen = fileStrategies?.document ?? fileStrategies?.default ?? fileStrategy;
  return chosen === 'local' || chosen === 'gridfs' || chosen === 's3' ? chosen : undefined;
}

/** What an operator should know about where files are kept. */
export function fileStrategyWarnings(file: FileStrategy, source: YamlSource): Mistake[] {
  const [path, chosen] =
    file.fileStrategies?.document !== undefined
      ? [['fileStrategies', 'document'], file.fileStrategies.document]
      : file.fileStrategies?.default !== undefined
        ? [['fileStrategies', 'default'], file.fileStrategies.default]
        : [['fileStrategy'], file.fileStrategy];
  if (chosen === undefined || fileStrategyOf(file) !== undefined) return [];
  const message = `${chosen} is nothing that files can be kept in here; they are in the database of MONGO_URI or in the data folder`;
  return [{ place: source.placeOf(path), subject: pathText(path), message, fix: 'use local, gridfs or s3' }];
}

/** Where files are kept; without a word of the operator's, it is in the database that several servers share. */
export function filesFromConfig(strategy: FilesConfig['kind'] | undefined, variables: Variables): FilesConfig {
  const kind = strategy ?? (variables.MONGO_URI === undefined ? 'local' : 'gridfs');
  if (kind !== 's3') return { kind };
  const { AWS_BUCKET_NAME: bucket = '', AWS_REGION: region, AWS_ENDPOINT_URL: endpoint } = variables;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = variables;
  const credentials =
    accessKeyId === undefined || secretAccessKey === undefined ? {} : { credentials: { accessKeyId, secretAccessKey } };
  const s3 = {
    bucket,
    region,
    forcePathStyle: variables.AWS_FORCE_PATH_STYLE,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...credentials,
  };
  return { kind, s3 };
}

/** What a bucket needs. */
export function checkFiles(
  environment: Environment,
  strategy: FilesConfig['kind'] | undefined,
  variables: Variables,
): Mistake[] {
  if (strategy !== 's3') return [];
  const mistake = (subject: string, message: string, fix: string): Mistake => ({
    place: environment.placeOf(subject),
    subject,
    message,
    fix,
  });
  const { AWS_BUCKET_NAME: bucket, AWS_ENDPOINT_URL: endpoint } = variables;
  const { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: secretKey } = variables;
  return [
    ...(bucket === undefined
      ? [mistake('AWS_BUCKET_NAME', 'must be given with fileStrategy: s3', 'AWS_BUCKET_NAME=parley-files')]
      : []),
    ...(endpoint !== undefined && !/^https?:\/\/[^\s/]+/.test(endpoint)
      ? [mistake('AWS_ENDPOINT_URL', 'must begin with http:// or https://', 'AWS_ENDPOINT_URL=http://minio:9000')]
      : []),
    ...((accessKey === undefined) === (secretKey === undefined)
      ? []
      : [
          mistake(
            accessKey === undefined ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY',
            'must be given too, or neither of the two keys',
            'fill in both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
          ),
        ]),
  ];
}
