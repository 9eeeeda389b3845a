/**
 * Walks through oidc-provider's development forms as a browser would, with one cookie jar, until it is sent to
 * `redirectUri`; resolves with that address. Nothing is fetched from there.
 */
export async function signInThroughForms(
  authorizationUrl: string,
  options: { readonly redirectUri: string; readonly login: string; readonly decline?: boolean },
): Promise<URL> {
  const cookies = new Map<string, string>();
  let request: { url: URL; body?: URLSearchParams } = { url: new URL(authorizationUrl) };
  for (let step = 0; step < 20; step += 1) {
    const response = await fetch(request.url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(request.body !== undefined && { method: 'POST', body: request.body }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = cookie.split(';', 1)[0]?.split('=', 2) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const page = await response.text();
    if (location !== null) {
      const url = new URL(location, request.url);
      if (url.href.startsWith(options.redirectUri)) return url;
      request = { url };
    } else if (options.decline === true) {
      request = { url: new URL(attribute(page, /href="([^"]*\/abort)"/), request.url) };
    } else {
      request = filledForm(page, request.url, options.login);
    }
  }
  throw new Error('The forms went round in circles');
}

function filledForm(page: string, base: URL, login: string) {
  const prompt = attribute(page, /name="prompt" value="([^"]*)"/);
  const body = new URLSearchParams({ prompt });
  if (prompt === 'login') {
    body.set('login', login);
    body.set('password', 'anything');
  }
  return { url: new URL(attribute(page, /<form[^>]* action="([^"]*)"/), base), body };
}

function attribute(page: string, pattern: RegExp): string {
  const value = pattern.exec(page)?.[1];
  if (value === undefined) throw new Error(`No form to go on with: ${page.replaceAll(/<[^>]*>/g, ' ').slice(0, 500)}`);
  return value.replaceAll('&amp;', '&');
}
