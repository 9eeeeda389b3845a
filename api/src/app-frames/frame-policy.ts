interface FramePolicyOptions {
  /** Where people find Parley: an origin. */
  readonly publicUrl: string;
  /** Origins that apps may load from and connect to at most; each app's own list narrows that. */
  readonly hosts: readonly string[];
}

/** Everything a browser can be asked not to give. */
const features = [
  'accelerometer',
  'ambient-light-sensor',
  'autoplay',
  'bluetooth',
  'browsing-topics',
  'camera',
  'clipboard-read',
  'clipboard-write',
  'compute-pressure',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'otp-credentials',
  'payment',
  'picture-in-picture',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'usb',
  'web-share',
  'window-management',
  'xr-spatial-tracking',
];

export const permissionsPolicy = features.map((feature) => `${feature}=()`).join(', ');

/**
 * What a frame may do: run what it was handed, show what that brings along, and nothing else. `host` is the name the
 * frame was asked under; Parley may frame it from any port there, because proxies and containers change ports.
 */
export function framePolicy({ publicUrl, hosts }: FramePolicyOptions, host: string | undefined): string {
  const extra = hosts.length === 0 ? '' : ` ${hosts.join(' ')}`;
  return [
    "default-src 'none'",
    `script-src 'unsafe-inline'${extra}`,
    `style-src 'unsafe-inline'${extra}`,
    `img-src data: blob:${extra}`,
    `font-src data:${extra}`,
    `media-src data: blob:${extra}`,
    `connect-src ${extra === '' ? "'none'" : extra.trim()}`,
    ...confinement(publicUrl, host),
  ].join('; ');
}

/**
 * The same for an artifact, which no operator lets out: its only source is `scripts`, our own scripts by their address,
 * because the frame has no origin that `'self'` could mean.
 */
export function artifactPolicy(publicUrl: string, scripts: string | undefined, host: string | undefined): string {
  return [
    "default-src 'none'",
    `script-src 'unsafe-inline' blob:${scripts === undefined ? '' : ` ${scripts}`}`,
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    'font-src data:',
    'media-src data: blob:',
    'worker-src blob:',
    "connect-src 'none'",
    ...confinement(publicUrl, host),
  ].join('; ');
}

function confinement(publicUrl: string, host: string | undefined): string[] {
  return [
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${host === undefined ? publicUrl : `${publicUrl} ${host}:*`}`,
    'sandbox allow-scripts',
  ];
}
