// A client of a streamed answer: URL, key and body as arguments; what arrives goes to standard output as it is.
const [url = '', key = '', body = ''] = process.argv.slice(2);
const response = await fetch(url, { method: 'POST', body, headers: { 'idempotency-key': key } });
for await (const bytes of response.body ?? []) process.stdout.write(bytes);
