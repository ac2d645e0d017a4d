import { describe, expect, it } from 'vitest';
import { redact } from './redaction.ts';

describe('log details', () => {
  it('lose every secret, however deep it lies', () => {
    const written = JSON.stringify(
      redact({
        password: 'hunter2',
        previousPassword: 'hunter2',
        stretchedPassword: { N: 65_536, r: 8, p: 1, salt: 'hunter2', key: 'hunter2' },
        request: [{ headers: { Authorization: 'Bearer hunter2' }, access_token: 'hunter2', clientSecret: 'hunter2' }],
        apiKey: 'hunter2',
      }),
    );
    expect(written).not.toContain('hunter2');
    expect(written).toContain('[redacted]');
  });

  it('lose the credentials inside a URL and keep the address', () => {
    const { url } = redact({ url: 'connect to postgres://person:p%40ss@db.example:5432/factory_pulse failed' });
    expect(url).toBe('connect to postgres://[redacted]@db.example:5432/factory_pulse failed');
  });

  it('keep errors with message, code and cause', () => {
    const error = Object.assign(new Error('outer', { cause: new Error('postgres://a:b@h/d') }), { code: 'ECONNRESET' });
    expect(redact({ error })).toMatchObject({
      error: { name: 'Error', message: 'outer', code: 'ECONNRESET', cause: { message: 'postgres://[redacted]@h/d' } },
    });
  });

  it('can always be written as JSON', () => {
    const ring: Record<string, unknown> = { amount: 12n, when: new Date(NaN), bytes: new Uint8Array(3) };
    ring['self'] = ring;
    expect(JSON.parse(JSON.stringify(redact({ ring, long: 'x'.repeat(20_000) })))).toMatchObject({
      ring: { amount: '12', when: 'Invalid Date', bytes: '[3 bytes]', self: '[circular]' },
    });
  });

  it('leave the original untouched', () => {
    const details = { password: 'hunter2' };
    redact(details);
    expect(details.password).toBe('hunter2');
  });
});
