import { describe, expect, it } from 'vitest';
import { secureUrl } from './secure-url.ts';

describe('an address for signing in', () => {
  it.each([
    ['https://auth.example/authorize?a=b', 'https://auth.example'],
    ['https://auth.example/', 'http://localhost:3000'],
    ['http://127.0.0.1:9000/token', 'http://localhost:3000/mcp'],
    ['http://app.localhost/token', 'http://[::1]:1'],
  ])('may be %s when %s names it', (address, namedBy) => {
    expect(secureUrl(address, namedBy).href).toBe(address);
  });

  it.each([
    ['http://127.0.0.1:9000/admin/delete', 'https://mcp.example'],
    ['https://localhost/admin/delete', 'https://mcp.example'],
    ['http://localhost:9000/', 'no address'],
    ['http://auth.example/', 'http://localhost:3000'],
    ['http://localhost.example/', 'http://localhost:3000'],
    ['http://127.0.0.1.nip.example/', 'http://localhost:3000'],
    ['https://user:secret@auth.example/', 'https://auth.example'],
    ['https://auth.example/#there', 'https://auth.example'],
    ['javascript:alert(1)//', 'https://auth.example'],
    ['data:text/html,x', 'http://localhost'],
    ['//auth.example/', 'https://auth.example'],
    ['', 'https://auth.example'],
  ])('may not be %s when %s names it', (address, namedBy) => {
    expect(() => secureUrl(address, namedBy)).toThrow(expect.objectContaining({ code: 'unsafe-url' }));
  });
});
